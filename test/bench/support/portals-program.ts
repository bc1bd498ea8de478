import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { generateFleet, type Fleet } from '../../../src/sandbox/fleet';
import {
  startDriveriSandbox,
  startGpsSandbox,
  type DriveriSandbox,
  type GpsDriverFields,
  type GpsSandbox,
} from '../../../src/sandbox/sandbox';
import type { PortalAccess } from '../../support/gateway-process';
import { serveParent } from './child';
import { stamp } from './clock';

/** One request as a portal saw it. Times are `stamp()`s: headers read, answer handed to the network. */
export interface PortalRequest {
  readonly portal: 'gps' | 'driveri';
  readonly name: string;
  readonly isWrite: boolean;
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** Which fleets the portals hold. Both sides agree on every driver. */
export interface PortalFleets {
  readonly accounts: number;
  readonly drivers: number;
}

/** A row of a spreadsheet import: with an id it changes that driver, without it adds one. */
export type ImportRow = GpsDriverFields & { readonly id?: number };

/** When the first and the last write to Driveri that mirrored the expected drivers began and ended. */
export interface Mirrored {
  readonly firstAt: number;
  readonly lastAt: number;
}

/** The portals as the bench uses them: the sandbox in a process of its own, so that it costs the gateway nothing. */
export type PortalsProgram = typeof methods;

interface Portals {
  readonly gps: GpsSandbox;
  readonly driveri: DriveriSandbox;
}

let sandboxes: readonly Portals[] = [];
let portalAt = new Map<number, PortalRequest['portal']>();
let requests: PortalRequest[] = [];
const underWay = new WeakMap<IncomingMessage, number>();

// Node's own channels: every request on the wire is seen, whatever the emulation makes of it.
subscribe('http.server.request.start', (message) => {
  underWay.set((message as { request: IncomingMessage }).request, stamp()); // as Node documents it
});
subscribe('http.server.response.finish', (message) => {
  const { request } = message as { request: IncomingMessage }; // as Node documents it
  const portal = portalAt.get(request.socket.localPort ?? 0);
  if (portal === undefined) return;
  const startedAt = underWay.get(request) ?? stamp();
  requests.push({ portal, ...nameOf(portal, request), startedAt, finishedAt: stamp() });
});

const methods = {
  /** Opens the portals of `accounts` fleets, or puts those that are open back to their first state, on the same ports. */
  async open({ accounts, drivers }: PortalFleets): Promise<readonly PortalAccess[]> {
    const before = sandboxes;
    await Promise.all(before.flatMap(({ gps, driveri }) => [gps.close(), driveri.close()]));
    const fleet = generateFleet({ drivers, seed: 7, differing: 0 });
    const opened: Portals[] = [];
    for (let index = 0; index < accounts; index += 1) {
      opened.push(await openPortals(index, fleet, before[index]));
    }
    sandboxes = opened;
    portalAt = new Map(
      opened.flatMap(({ gps, driveri }) => [
        [gps.port, 'gps' as const],
        [driveri.port, 'driveri' as const],
      ]),
    );
    requests = [];
    return opened.map(accessOf);
  },
  /** Imports into the first account's GPS portal; the moment after it. */
  importDrivers(rows: readonly ImportRow[]): number {
    sandboxes[0]?.gps.import(rows);
    return stamp();
  },
  /** Resolves when Driveri holds every one of these last names under its DriverID. */
  async mirrored(expected: readonly (readonly [string, string])[], withinMs: number): Promise<Mirrored> {
    const { driveri } = sandboxes[0] ?? {};
    const end = stamp() + withinMs;
    let missing = expected;
    for (;;) {
      missing = missing.filter(([id, lastName]) => driveri?.driver(id)?.lastName !== lastName);
      const writes = requests.filter((request) => request.portal === 'driveri' && request.isWrite);
      const [first, last] = [writes[0], writes.at(-1)];
      if (missing.length === 0 && first && last) return { firstAt: first.startedAt, lastAt: last.finishedAt };
      if (stamp() > end) throw new Error(`${missing.length} of ${expected.length} have not arrived in time`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  },
  /** The requests answered since the last call of this method, in order of their answers. */
  takeRequests(): readonly PortalRequest[] {
    const taken = requests;
    requests = [];
    return taken;
  },
};

/** Each account has its own user and tenant, as the accounts file demands. */
async function openPortals(index: number, fleet: Fleet, before?: Portals): Promise<Portals> {
  const gps = await startGpsSandbox({
    fleet: fleet.gps,
    port: before?.gps.port,
    credentials: { username: `bench-${index}@example.com` },
  });
  const driveri = await startDriveriSandbox({
    fleet: fleet.driveri,
    port: before?.driveri.port,
    credentials: { tenant: `bench-${index}` },
  });
  return { gps, driveri };
}

function nameOf(portal: PortalRequest['portal'], { method = 'GET', url = '/' }: IncomingMessage) {
  const { pathname, searchParams } = new URL(url, 'http://portal');
  if (portal === 'gps') {
    const name = pathname.replace(/^\/v2\//i, '');
    return { name, isWrite: /(create|update|delete|group)$/.test(name) && name.startsWith('driver/') };
  }
  const isAuth = pathname.includes('/auth/');
  const [part = ''] = pathname.replace(/^.*\/(tenants\/[^/]+|v1)\//, '').split('/');
  const which = searchParams.has('fromDate') ? ' changed since' : '';
  return { name: `${method} ${part}${which}`, isWrite: method !== 'GET' && !isAuth };
}

function accessOf({ gps, driveri }: Portals): PortalAccess {
  const { tenant, clientId, clientSecret } = driveri;
  return {
    gps: { url: gps.url, username: gps.username, appToken: gps.appToken },
    driveri: { url: driveri.url, tenant, clientId, clientSecret },
  };
}

serveParent(methods);
