import { answerControl } from '../control-api';
import type { FaultKind } from '../faults/fault';
import type { GpsFleet } from '../fleet/fleet-seed';
import { PortalHost, type HostOptions, type PortalControls } from '../portal-host';
import { inMemoryState, stateOnDisk, type StateFile } from '../state/state-file';
import type { WireReply } from '../wire/reply';
import type { WireRequest } from '../wire/request';
import { createGpsApi, GPS_OPERATIONS, type GpsApi } from './gps-api';
import { answerGpsPage } from './gps-page';
import type { GpsCredentials, GpsPortal, VisibleGroups } from './gps-portal';
import { GpsSessions, type GpsSession } from './gps-sessions';
import { gpsRecordsOf, GpsStore, type GpsRecords } from './gps-store';
import { gpsSwitchesSchema, type GpsSwitches } from './gps-switches';

import type { GpsSandbox } from './gps-sandbox';

/** How to start the emulated GPS portal. */
export interface GpsSandboxOptions extends HostOptions {
  /** Keep the state in `<dataDir>/sandbox/gps.json`; left out: in memory only. */
  readonly dataDir?: string | undefined;
  /** What it holds when there is no stored state; left out: nothing. */
  readonly fleet?: GpsFleet | undefined;
  readonly credentials?: Partial<GpsCredentials> | undefined;
  readonly switches?: Partial<GpsSwitches> | undefined;
  /** Epoch ms; default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

interface GpsState extends GpsRecords {
  readonly sessions: readonly GpsSession[];
  readonly switches: GpsSwitches;
  /** Of states that were stored before it became a switch. */
  readonly visibleGroups?: VisibleGroups;
}

const CREDENTIALS: GpsCredentials = {
  username: 'driver-sync@example.com',
  appToken: 'sandbox-app-token',
  password: 'sandbox-password',
};

const KINDS: readonly FaultKind[] = [
  ...(['slow', 'hold', 'hang', 'reset-before', 'reset-after', 'cut', 'rate-limit', 'server-error'] as const),
  ...(['html', 'empty-body', 'error-200', 'refuse-credentials', 'expire-session'] as const),
  ...(['empty-list', 'partial-list', 'duplicate-rows', 'drop-field', 'stale'] as const),
  ...([
    'refuse',
    'redirect',
    'swallow',
    'error-beside-ok',
    'set-field',
    'reshape',
    'compress',
    'latin-1',
  ] as const),
];

/** Starts the emulated GPS portal. Rejects when its port cannot be had or its stored state cannot be read. */
export async function startGpsSandbox(options: GpsSandboxOptions = {}): Promise<GpsSandbox> {
  const now = options.now ?? Date.now;
  const held = new HeldGps(options, now);
  const host = await PortalHost.open(options, { kinds: KINDS, operations: GPS_OPERATIONS });
  const api = createGpsApi({ portal: () => held.portal(), faults: host.faults, calls: host.calls, now });
  const sandbox = handleOf(
    held,
    `${host.origin}/v2`,
    host.controls(() => held.file.flush()),
  );
  host.serve((request) => route(request, api, sandbox));
  return sandbox;
}

function route(request: WireRequest, api: GpsApi, sandbox: GpsSandbox): WireReply | Promise<WireReply> {
  const [first = '', ...rest] = request.segments;
  if (first.toLowerCase() === 'v2') return api(rest, request);
  if (first !== 'sandbox') return answerGpsPage(request, sandbox);
  return answerControl(rest, request, {
    controls: sandbox,
    drivers: () => sandbox.drivers(),
    switches: () => sandbox.switches(),
    setSwitches: (changes) => sandbox.setSwitches(changes as Partial<GpsSwitches>), // parsed there
  });
}

/** What the portal holds, and the file that keeps it. */
class HeldGps {
  readonly file: StateFile<GpsState>;
  readonly store: GpsStore;
  readonly sessions: GpsSessions;
  readonly credentials: GpsCredentials;
  private switches: GpsSwitches;

  constructor(options: GpsSandboxOptions, now: () => number) {
    const { dataDir } = options;
    this.file = dataDir === undefined ? inMemoryState() : stateOnDisk(dataDir, 'gps', () => this.state());
    const stored = this.file.load();
    const changed = (): void => this.file.changed();
    this.store = new GpsStore(stored ?? gpsRecordsOf(options.fleet ?? {}, now()), now, changed);
    this.sessions = new GpsSessions(stored?.sessions ?? [], now, changed);
    const old = stored?.visibleGroups === undefined ? {} : { visibleGroups: stored.visibleGroups };
    this.switches = gpsSwitchesSchema.parse({ ...old, ...stored?.switches, ...options.switches });
    this.credentials = { ...CREDENTIALS, ...options.credentials };
    changed();
  }

  portal(): GpsPortal {
    const { store, sessions, credentials, switches } = this;
    return { store, sessions, credentials, switches, visibleGroups: switches.visibleGroups };
  }

  setSwitches(changes: Partial<GpsSwitches>): void {
    this.switches = gpsSwitchesSchema.parse({ ...this.switches, ...changes });
    this.file.changed();
  }

  private state(): GpsState {
    return { ...this.store.records(), sessions: this.sessions.all(), switches: this.switches };
  }
}

function handleOf(held: HeldGps, url: string, controls: PortalControls): GpsSandbox {
  const { store, sessions } = held;
  return {
    ...held.credentials,
    ...controls,
    url,
    drivers: () => store.all(),
    driver: (id) => store.get(Number(id)),
    insert: (fields) => store.insert(fields),
    edit: (id, fields) => store.edit(Number(id), fields),
    import: (rows) => {
      for (const { id, ...fields } of rows) {
        if (id === undefined) store.insert(fields);
        else store.edit(id, fields);
      }
    },
    remove: (id) => store.remove(Number(id)),
    undelete: (id) => store.undelete(Number(id)),
    put: (driver) => store.put(driver),
    groups: () => store.listGroups(),
    addGroup: (name) => store.addGroup(name),
    setVisibleGroups: (groups) => held.setSwitches({ visibleGroups: groups }),
    visibleGroups: () => held.portal().visibleGroups,
    expireSessions: () => sessions.endAll(),
    switches: () => held.portal().switches,
    setSwitches: (changes) => held.setSwitches(changes),
  };
}
