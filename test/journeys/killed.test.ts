import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox';
import { createPostgresDatabase, dropPostgresDatabase } from '../support/databases';
import { startGatewayProcess, type GatewayProcess } from '../support/gateway-process';
import { until } from '../support/until';

const CREATE =
  'mutation ($input: CreateDriverInput!) { createDriver(input: $input) { userErrors { code message } } }';

describe('a process that is killed in the middle of pending work', () => {
  let sandbox: Sandbox;
  let dataDir: string;
  let running: GatewayProcess | undefined;
  beforeEach(async () => {
    sandbox = await startSandbox({ fleet: 'empty' });
    sandbox.gps.insert({ firstname: 'Ana', lastname: 'Silva', driveriDriverId: 'D-0' });
    dataDir = mkdtempSync(path.join(tmpdir(), 'gateway-'));
  });
  afterEach(async () => {
    await running?.kill();
    await sandbox.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const workThenDie = async (servers: { databaseUrl?: string; redisUrl?: string }): Promise<void> => {
    running = await startGatewayProcess({ sandbox, dataDir, ...servers });
    await running.ask('mutation { setDriverSync(enabled: true) { userErrors { code message } } }');
    await until('the sync works', () => sandbox.driveri.driver('D-0'), 60_000);
    // One write is answered after its effect only, the others wait behind it: every stage of the work is under way.
    sandbox.driveri.faults.set({ kind: 'hang', operation: 'drivers.create', when: 'after' });
    for (let number = 1; number <= 12; number += 1) {
      await running.ask(CREATE, {
        input: { firstName: 'New', lastName: `Driver${number}`, driveriDriverId: `N-${number}` },
      });
    }
    await until('writes have taken effect', () => sandbox.driveri.driver('N-1'));
    await running.kill();
    sandbox.driveri.faults.clear();
  };

  const goOn = async (servers: { databaseUrl?: string; redisUrl?: string }): Promise<void> => {
    running = await startGatewayProcess({ sandbox, dataDir, ...servers });
    for (let number = 1; number <= 12; number += 1) {
      await until(`driver ${number} has arrived`, () => sandbox.driveri.driver(`N-${number}`), 150_000);
    }
    const ask = running.ask;
    await until(
      'everything is settled',
      async () => {
        const { driverSync } = await ask<{ driverSync: { counts: { inSync: number; total: number } } }>(
          '{ driverSync { counts { inSync total } } }',
        );
        return driverSync.counts.inSync === 13 && driverSync.counts.total === 13;
      },
      150_000,
      500, // the program's own limits hold here
    );
    const { syncEvents } = await ask<{ syncEvents: { nodes: { driverName: string }[] } }>(
      '{ syncEvents(first: 100, filter: { types: [DRIVERI_DRIVER_CREATED] }) { nodes { driverName } } }',
    );
    expect(new Set(syncEvents.nodes.map((event) => event.driverName)).size).toBe(13);
    expect(syncEvents.nodes).toHaveLength(13);
  };

  it('finishes it after the next start, on the embedded database', async () => {
    await workThenDie({});
    await goOn({});
    expect(await running?.stop()).toBe(0);
  }, 300_000);

  const withServers = process.env['TEST_DATABASE_URL'] && process.env['TEST_REDIS_URL'] ? it : it.skip;
  withServers(
    'finishes it although Redis was emptied in between',
    async () => {
      const databaseUrl = await createPostgresDatabase();
      const redisUrl = process.env['TEST_REDIS_URL'] ?? '';
      try {
        await workThenDie({ databaseUrl, redisUrl });
        const redis = new Redis(redisUrl);
        await redis.flushall();
        redis.disconnect();
        await goOn({ databaseUrl, redisUrl });
        await running?.kill();
      } finally {
        await dropPostgresDatabase(databaseUrl);
      }
    },
    300_000,
  );
});
