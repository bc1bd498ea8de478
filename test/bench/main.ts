import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import type { App } from '../../src/app';
import { accountId } from '../../src/driver/ids';
import { silentLogger } from '../../src/platform/logger';
import { createReconcileQueue } from '../../src/queue/bull-queue';
import { generateFleet } from '../../src/sandbox/fleet';
import { accountOf } from '../../src/sync/sync-context';
import { openDatabase } from '../../src/store/database';
import { givenGateway, type GivenGateway } from '../support/given-gateway';
import { until } from '../support/until';

/*
 * What speed and memory are, as ratios measured in one run: each figure stands beside the same work without the gateway's part.
 * Embedded database on disk, both portals in this process, so portals answer at once. `npm run bench [-- drivers]`.
 */

const DRIVERS = Number(process.argv[2] ?? 10_000);
const ACCOUNT = accountId('sandbox');

async function main(): Promise<void> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'gateway-bench-'));
  const fleet = generateFleet({ drivers: DRIVERS, seed: 7, differing: 0 });
  const given = await givenGateway({
    fleet,
    dataDir,
    account: {},
    settings: { gpsPollMs: 3_600_000, driveriPollMs: 3_600_000 },
  });
  try {
    say(`${DRIVERS} drivers on both sides, Node ${process.version}, embedded database`);
    await rostersAreRead(given, DRIVERS);
    await linkEverybody(given.app);
    await given.turnOn();
    say(memory('after the INITIAL run'));
    await readThroughput(given);
    await fullRun(given);
    await mirrorLatency(given);
    await mirrorThroughput(given, dataDir);
  } finally {
    await given.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const memory = (when: string): string =>
  `  memory ${when}: ${Math.round(process.memoryUsage().rss / 1_048_576)} MiB resident`;

async function rostersAreRead(given: GivenGateway, drivers: number): Promise<void> {
  await until(
    'both rosters are read',
    async () => {
      const { drivers: page } = await given.ask<{ drivers: { totalCount: number } }>(
        '{ drivers(first: 1) { totalCount } }',
      );
      const { driverSync } = await given.ask<{
        driverSync: { health: { driveriObservedAt: string | null } };
      }>('{ driverSync { health { driveriObservedAt } } }');
      return page.totalCount >= drivers && driverSync.health.driveriObservedAt !== null;
    },
    120_000,
  );
}

/** As after months of use: every pair is linked, and nothing has to be sent. */
async function linkEverybody({ context }: App): Promise<void> {
  await context.store.transaction(ACCOUNT, async (tx) => {
    const everything = await tx.rosters.everything();
    const there = new Map(everything.driveri.map((driver) => [driver.driverId, driver]));
    for (const { gpsId, side } of everything.gps) {
      if (side.presence !== 'present' || side.driver.driverId.state !== 'known') continue;
      const driver = there.get(side.driver.driverId.value);
      if (driver === undefined) continue;
      const link = {
        gpsId,
        driverId: driver.driverId,
        createdDate: driver.createdDate,
        written: {},
        phoneHash: side.phoneHash,
      };
      await tx.links.save(link, 0);
    }
    await tx.drivers.refreshAll(0);
  });
}

const PAGE = `{ drivers(first: 50) { nodes { id fullName gps { firstName lastName email phone referenceId driveriDriverId groups observedAt }
  driveri { driverId firstName lastName email group status observedAt } sync { status differences { field } } } } }`;

async function readThroughput(given: GivenGateway): Promise<void> {
  for (let warm = 0; warm < 20; warm += 1) await given.ask(PAGE);
  const bare = await perSecond(() => given.ask('{ viewer { userId } }'));
  const page = await perSecond(() => given.ask(PAGE));
  say(
    `reads: ${page.toFixed(0)} pages/s of 50 drivers with both portals' fields; ${bare.toFixed(0)} empty queries/s; ratio ${(bare / page).toFixed(1)}`,
  );
}

async function perSecond(work: () => Promise<unknown>, forMs = 3_000): Promise<number> {
  const end = performance.now() + forMs;
  let done = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < end) {
      await work();
      done += 1;
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: 8 }, client));
  return (done * 1000) / (performance.now() - started);
}

async function fullRun(given: GivenGateway): Promise<void> {
  const account = accountOf(given.app.context, ACCOUNT);
  const download = await timed(async () => {
    await account.gps.listDrivers();
    await account.driveri.listDrivers();
  });
  const run = await timed(async () => {
    const { resyncDrivers } = await given.ask<{ resyncDrivers: { run: { id: string } } }>(
      'mutation { resyncDrivers { run { id } userErrors { message } } }',
    );
    await until(
      'the run has ended',
      async () => {
        const { syncRun } = await given.ask<{ syncRun: { status: string } }>(
          'query ($id: ID!) { syncRun(id: $id) { status } }',
          resyncDrivers.run,
        );
        return !['PLANNING', 'RUNNING'].includes(syncRun.status);
      },
      300_000,
    );
  });
  say(
    `full run: ${ms(run)}; downloading both lists alone: ${ms(download)}; ratio ${(run / download).toFixed(1)}`,
  );
  say(memory('after it'));
}

async function mirrorLatency(given: GivenGateway): Promise<void> {
  const { drivers } = await given.ask<{ drivers: { nodes: { id: string; driveriDriverId: string }[] } }>(
    '{ drivers(first: 100, filter: { presence: [BOTH] }) { nodes { id driveriDriverId } } }',
  );
  const latencies: number[] = [];
  for (const [index, { id, driveriDriverId }] of drivers.nodes.entries()) {
    const lastName = `Bench${index}`;
    await given.ask(
      'mutation ($input: UpdateDriverInput!) { updateDriver(input: $input) { userErrors { message } } }',
      { input: { id, lastName } },
    );
    const answered = performance.now();
    await until(
      'it is in Driveri',
      () => given.sandbox.driveri.driver(driveriDriverId)?.lastName === lastName,
    );
    latencies.push(performance.now() - answered);
  }
  const at = (share: number): string =>
    ms([...latencies].sort((a, b) => a - b)[Math.floor(latencies.length * share)] ?? 0);
  say(
    `mirror latency, from the mutation's answer to Driveri (looked at every 15 ms): p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}`,
  );
}

async function mirrorThroughput(given: GivenGateway, dataDir: string): Promise<void> {
  const count = Math.min(500, DRIVERS / 10);
  const changed = given.sandbox.gps
    .drivers()
    .filter((driver) => !driver.deleted && driver.driveriDriverId !== '')
    .slice(-count);
  given.sandbox.gps.import(changed.map((driver) => ({ id: driver.id, lastname: `${driver.lastname} Jr` })));
  const mirrored = await timed(async () => {
    await given.app.commands.hint(ACCOUNT);
    await until(
      'all have arrived',
      () =>
        changed.every((driver) =>
          given.sandbox.driveri.driver(driver.driveriDriverId)?.lastName.endsWith(' Jr'),
        ),
      300_000,
    );
  });
  const empty = await emptyJobs(count, path.join(dataDir, 'empty'));
  say(
    `mirror throughput: ${rate(count, mirrored)} drivers/s; empty jobs on the same queue: ${rate(count, empty)}/s; ratio ${(mirrored / empty).toFixed(1)}`,
  );
  say(memory('at the end'));
}

async function emptyJobs(count: number, dataDir: string): Promise<number> {
  const database = await openDatabase({ kind: 'embedded', dataDir }, silentLogger);
  const queue = await createReconcileQueue({ database, logger: silentLogger });
  let done = 0;
  await queue.work(
    () => {
      done += 1;
      return Promise.resolve();
    },
    { concurrency: 8 },
  );
  const took = await timed(async () => {
    await queue.enqueueMany(
      Array.from({ length: count }, (_, index) => ({
        account: 'bench',
        gpsId: String(index),
        priority: 'run' as const,
      })),
    );
    await until('all are done', () => done >= count, 120_000);
  });
  await queue.close();
  await database.close();
  return took;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const ms = (value: number): string => `${value.toFixed(0)} ms`;
const rate = (count: number, took: number): string => ((count * 1000) / took).toFixed(0);

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
