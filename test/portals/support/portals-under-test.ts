import type { Fleet } from '../../../src/sandbox/fleet';
import type { ConnectionOptions } from '../../../src/portals/portal-connection';
import type { ListingOptions } from '../../../src/portals/repeat-reading';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox';
import {
  createDriveriPortal,
  type DriveriPortalOptions,
  type HttpDriveriPortal,
} from '../../../src/portals/driveri/driveri-portal';
import {
  createGpsPortal,
  type GpsPortalOptions,
  type HttpGpsPortal,
} from '../../../src/portals/gps/gps-portal';

/** Both connectors, against the emulated portals. */
export interface PortalsUnderTest {
  readonly sandbox: Sandbox;
  gps(options?: Partial<GpsPortalOptions>): HttpGpsPortal;
  driveri(options?: Partial<DriveriPortalOptions>): HttpDriveriPortal;
  close(): Promise<void>;
}

// Unlimited where a test is not about limits: nothing waits, and nothing is asked for again.
const UNLIMITED = { requestsPerSecond: 100_000, breakerFailures: 1_000, timeoutMs: 5_000, repeatAfterMs: [] };

/** A test that sets the time-out means every call, unless it says otherwise. */
function timeouts({ timeoutMs, listTimeoutMs }: Partial<ConnectionOptions> & ListingOptions): ListingOptions {
  return { listTimeoutMs: listTimeoutMs ?? timeoutMs ?? UNLIMITED.timeoutMs };
}

/** Starts the emulation with this fleet. */
export async function startPortals(fleet: Fleet | 'empty' = 'empty'): Promise<PortalsUnderTest> {
  const sandbox = await startSandbox({ fleet });
  const made: { close(): Promise<void> }[] = [];
  const keep = <Portal extends { close(): Promise<void> }>(portal: Portal): Portal => {
    made.push(portal);
    return portal;
  };
  return {
    sandbox,
    gps: (options = {}) =>
      keep(
        createGpsPortal({
          ...UNLIMITED,
          baseUrl: sandbox.gps.url,
          username: sandbox.gps.username,
          appToken: sandbox.gps.appToken,
          logInEveryMs: 0,
          driveriDriverIdField: { kind: 'field', name: 'driveri_driver_id' },
          ...options,
          ...timeouts(options),
        }),
      ),
    driveri: (options = {}) =>
      keep(
        createDriveriPortal({
          ...UNLIMITED,
          baseUrl: sandbox.driveri.url,
          tenant: sandbox.driveri.tenant,
          clientId: sandbox.driveri.clientId,
          clientSecret: sandbox.driveri.clientSecret,
          ...options,
          ...timeouts(options),
        }),
      ),
    async close() {
      // The portals first: a hanging call is over when its portal is.
      await sandbox.close();
      await Promise.all(made.map((portal) => portal.close()));
    },
  };
}
