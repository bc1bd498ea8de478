import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { startSandbox } from '../../src/sandbox/sandbox';
import { createPostgresDatabase, dropPostgresDatabase } from '../support/databases';
import { startGatewayProcess, type GatewayProcess, type ProcessOptions } from '../support/gateway-process';
import { startRedis } from '../support/servers';
import { until } from '../support/until';

const CREATE =
  'mutation ($input: CreateDriverInput!) { createDriver(input: $input) { userErrors { code message } } }';

const NUMBERS = Array.from({ length: 12 }, (_, index) => index + 1);

/** Longer than a new process waits for what the killed one may still have on the wire. */
const WITHIN_MS = 250_000;

/** Works, is killed in the middle, starts anew, and has to finish; `meanwhile` happens in between. */
async function isKilledAndFinishes(
  servers: Pick<ProcessOptions, 'databaseUrl' | 'redisUrl'>,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const sandbox = await startSandbox({ fleet: 'empty' });
  const dataDir = mkdtempSync(path.join(tmpdir(), 'gateway-'));
  const begin = () => startGatewayProcess({ sandbox, dataDir, ...servers });
  let running: GatewayProcess | undefined;
  try {
    sandbox.gps.insert({ firstname: 'Ana', lastname: 'Silva', driveriDriverId: 'D-0' });
    running = await begin();
    await running.ask('mutation { setDriverSync(enabled: true) { userErrors { code message } } }');
    await until('the sync works', () => sandbox.driveri.driver('D-0'), WITHIN_MS);
    // One write is answered after its effect only, the others wait behind it: every stage of the work is under way.
    sandbox.driveri.faults.set({ kind: 'hang', operation: 'drivers.create', when: 'after' });
    for (const number of NUMBERS) {
      await running.ask(CREATE, {
        input: { firstName: 'New', lastName: `Driver${number}`, driveriDriverId: `N-${number}` },
      });
    }
    await until('writes have taken effect', () => sandbox.driveri.driver('N-1'), WITHIN_MS);
    await running.kill();
    sandbox.driveri.faults.clear();
    await meanwhile();
    running = await begin();
    await finishes(running, (id) => sandbox.driveri.driver(id) !== undefined);
    expect(await running.stop()).toBe(0);
  } finally {
    await running?.kill();
    await sandbox.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function finishes({ ask }: GatewayProcess, isInDriveri: (id: string) => boolean): Promise<void> {
  for (const number of NUMBERS) {
    await until(`driver ${number} has arrived`, () => isInDriveri(`N-${number}`), WITHIN_MS);
  }
  await until(
    'everything is settled',
    async () => {
      const { driverSync } = await ask<{ driverSync: { counts: { inSync: number; total: number } } }>(
        '{ driverSync { counts { inSync total } } }',
      );
      return driverSync.counts.inSync === 13 && driverSync.counts.total === 13;
    },
    WITHIN_MS,
    500, // the program's own limits hold here
  );
  const { syncEvents } = await ask<{ syncEvents: { nodes: { driverName: string }[] } }>(
    '{ syncEvents(first: 100, filter: { types: [DRIVERI_DRIVER_CREATED] }) { nodes { driverName } } }',
  );
  expect(new Set(syncEvents.nodes.map((event) => event.driverName)).size).toBe(13);
  expect(syncEvents.nodes).toHaveLength(13);
}

// Side by side: most of their time is waiting for what may still be on the wire.
describe('a process that is killed in the middle of pending work', () => {
  it.concurrent(
    'finishes it after the next start, on the embedded database',
    () => isKilledAndFinishes({}),
    400_000,
  );

  const withServers = process.env['TEST_DATABASE_URL'] ? it.concurrent : it.concurrent.skip;
  withServers(
    'finishes it although Redis was emptied in between',
    async () => {
      const databaseUrl = await createPostgresDatabase();
      const redis = await startRedis();
      try {
        await isKilledAndFinishes({ databaseUrl, redisUrl: redis.url }, async () => {
          const client = new Redis(redis.url);
          await client.flushall();
          client.disconnect();
        });
      } finally {
        await redis.stop();
        await dropPostgresDatabase(databaseUrl);
      }
    },
    400_000,
  );
});
