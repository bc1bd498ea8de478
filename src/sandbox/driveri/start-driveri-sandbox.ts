import { answerControl } from '../control-api';
import type { FaultKind } from '../faults/fault';
import type { DriveriFleet } from '../fleet/fleet-seed';
import { PortalHost, type HostOptions, type PortalControls } from '../portal-host';
import { inMemoryState, stateOnDisk, type StateFile } from '../state/state-file';
import type { WireReply } from '../wire/reply';
import type { WireRequest } from '../wire/request';
import { createDriveriApi, type DriveriApi } from './driveri-api';
import { ACTIVE, DELETED, type DriveriDriver, type DriveriDriverFields } from './driveri-driver';
import { DRIVERI_OPERATIONS } from './driveri-operations';
import { answerDriveriPage } from './driveri-page';
import type { DriveriCredentials, DriveriPortal } from './driveri-portal';
import { driveriRecordsOf, DriveriStore, type DriveriRecords } from './driveri-store';
import { driveriSwitchesSchema, RENUMBERED_STATUS_TABLE, type DriveriSwitches } from './driveri-switches';
import { DriveriTokens, type DriveriToken } from './driveri-tokens';

import type { DriveriSandbox } from './driveri-sandbox';

/** How to start the emulated Driveri. */
export interface DriveriSandboxOptions extends HostOptions {
  /** Keep the state in `<dataDir>/sandbox/driveri.json`; left out: in memory only. */
  readonly dataDir?: string | undefined;
  /** What it holds when there is no stored state; left out: nothing. */
  readonly fleet?: DriveriFleet | undefined;
  readonly credentials?: Partial<DriveriCredentials> | undefined;
  readonly switches?: Partial<DriveriSwitches> | undefined;
  /** Epoch ms; default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

interface DriveriState extends DriveriRecords {
  readonly tokens: readonly DriveriToken[];
  readonly switches: DriveriSwitches;
}

const CREDENTIALS: DriveriCredentials = {
  tenant: 'sandbox',
  clientId: 'sandbox-client',
  clientSecret: 'sandbox-client-secret',
};

const KINDS: readonly FaultKind[] = [
  ...(['slow', 'hold', 'hang', 'reset-before', 'reset-after', 'cut', 'rate-limit', 'server-error'] as const),
  ...(['html', 'empty-body', 'refuse-credentials', 'revoke-token', 'missing-scope'] as const),
  ...(['empty-list', 'partial-list', 'duplicate-rows', 'drop-field', 'moving-pages', 'stale'] as const),
  ...(['renumber-statuses', 'clear-unsent'] as const),
  ...(['refuse', 'redirect', 'swallow', 'set-field', 'reshape', 'compress', 'latin-1'] as const),
];

/** Starts the emulated Driveri. Rejects when its port cannot be had or its stored state cannot be read. */
export async function startDriveriSandbox(options: DriveriSandboxOptions = {}): Promise<DriveriSandbox> {
  const now = options.now ?? Date.now;
  const held = new HeldDriveri(options, now);
  const operations = DRIVERI_OPERATIONS.map(({ name }) => name);
  const host = await PortalHost.open(options, { kinds: KINDS, operations });
  const api = createDriveriApi({ portal: () => held.portal(), faults: host.faults, calls: host.calls, now });
  const controls = host.controls(() => held.file.flush());
  const sandbox = handleOf(held, `${host.origin}/driveri`, controls);
  host.serve((request) => route(request, api, sandbox));
  return sandbox;
}

function route(
  request: WireRequest,
  api: DriveriApi,
  sandbox: DriveriSandbox,
): WireReply | Promise<WireReply> {
  const [first = '', ...rest] = request.segments;
  if (first === 'driveri') return api(rest, request);
  if (first !== 'sandbox') return answerDriveriPage(request, sandbox);
  return answerControl(rest, request, {
    controls: sandbox,
    drivers: () => sandbox.drivers(),
    switches: () => sandbox.switches(),
    setSwitches: (changes) => sandbox.setSwitches(changes as Partial<DriveriSwitches>), // parsed there
  });
}

/** What the portal holds, and the file that keeps it. */
class HeldDriveri {
  readonly file: StateFile<DriveriState>;
  readonly store: DriveriStore;
  readonly tokens: DriveriTokens;
  readonly credentials: DriveriCredentials;
  private switches: DriveriSwitches;

  constructor(options: DriveriSandboxOptions, now: () => number) {
    const { dataDir } = options;
    this.file = dataDir === undefined ? inMemoryState() : stateOnDisk(dataDir, 'driveri', () => this.state());
    const stored = this.file.load();
    const changed = (): void => this.file.changed();
    const records = stored ?? driveriRecordsOf(options.fleet ?? {}, now());
    this.store = new DriveriStore(records, now, changed, () => this.switches);
    this.tokens = new DriveriTokens(stored?.tokens ?? [], now, changed);
    this.switches = driveriSwitchesSchema.parse({ ...stored?.switches, ...options.switches });
    this.credentials = { ...CREDENTIALS, ...options.credentials };
    changed();
  }

  portal(): DriveriPortal {
    const { store, tokens, credentials, switches } = this;
    return { store, tokens, credentials, switches };
  }

  setSwitches(changes: Partial<DriveriSwitches>): void {
    this.switches = driveriSwitchesSchema.parse({ ...this.switches, ...changes });
    this.file.changed();
  }

  private state(): DriveriState {
    return { ...this.store.records(), tokens: this.tokens.active(), switches: this.switches };
  }
}

function handleOf(held: HeldDriveri, url: string, controls: PortalControls): DriveriSandbox {
  const { store, tokens } = held;
  const edit = (driverId: string, fields: DriveriDriverFields): DriveriDriver => {
    const { renameKeepsCreatedDate } = held.portal().switches;
    return store.edit(driverId, fields, { renameKeepsCreatedDate, deletedStaysDeleted: false });
  };
  return {
    ...held.credentials,
    ...controls,
    url,
    drivers: () => store.all(),
    driver: (driverId) => store.get(driverId),
    insert: ({ status = ACTIVE, ...fields }) => {
      const driver = store.create(fields, false);
      return status === ACTIVE ? driver : edit(driver.driverId, { status });
    },
    edit,
    remove: (driverId) => edit(driverId, { status: DELETED }),
    undelete: (driverId) => store.create({ driverId, firstName: store.get(driverId)?.firstName ?? '' }, true),
    put: (driver) => store.put(driver),
    groups: () => store.listGroups(),
    addGroup: (group) => store.addGroup(group),
    revokeTokens: () => tokens.revokeAll(),
    tokens: () => tokens.active(),
    renumberStatuses: (table = RENUMBERED_STATUS_TABLE) => held.setSwitches({ statusTable: table }),
    setScopes: (scopes) => held.setSwitches({ scopes }),
    switches: () => held.portal().switches,
    setSwitches: (changes) => held.setSwitches(changes),
  };
}
