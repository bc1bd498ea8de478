import { silentLogger } from '../../../src/platform/logger';
import { API_LIMITS } from '../../../src/graphql/server';
import { openDatabase } from '../../../src/store/database/database';
import { startApi } from '../../graphql/support/api-fixture';
import { ACME, appendEvents, OTHER, seedRun } from '../../graphql/support/fleet';
import { serveParent } from './child';

/** Where the gateway is, and whose tokens call it. */
export interface NeighbourAddress {
  readonly url: string;
  /** Of one tenant, with few drivers. */
  readonly victim: string;
  /** Of another one, with a large fleet, a long log and a run. */
  readonly attacker: string;
}

/** The gateway of `measures/neighbours.ts`, with the limits of a default configuration. */
export interface NeighbourServer {
  start(postgresUrl: string | null): Promise<NeighbourAddress>;
}

const DRIVERS = 10_000;
const EVENTS = 20_000;

const methods: NeighbourServer = {
  async start(postgresUrl) {
    const given =
      postgresUrl === null
        ? {}
        : { database: await openDatabase({ kind: 'postgres', url: postgresUrl }, silentLogger) };
    const api = await startApi({
      ...given,
      drivers: DRIVERS,
      server: { limits: API_LIMITS, logger: silentLogger },
    });
    const events = Array.from({ length: EVENTS }, (_, n) => ({ driverKey: `acme-${(n % DRIVERS) + 1}` }));
    await appendEvents(api.db, ACME, events);
    await seedRun(api.db, ACME, { id: 'run-of-all', status: 'AWAITING_APPROVAL', items: 2_000 });
    const expiresAt = Date.now() + 3_600_000;
    return {
      url: api.url,
      victim: await api.token({ account: OTHER, userId: 'victim', role: 'VIEWER', expiresAt }),
      attacker: await api.token({ account: ACME, userId: 'attacker', role: 'VIEWER', expiresAt }),
    };
  },
};

if (process.send) serveParent(methods);
