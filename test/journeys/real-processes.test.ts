import type { DriveriDriver, GpsDriver } from '../../src/sandbox/sandbox';
import { startPortalsProcess, type PortalsProcess } from '../support/portals-process';
import { startProcessFleet, type ProcessFleet } from '../support/process-fleet';
import { seededRandom } from '../support/seeded-random';
import { startPostgres, startRedis, type Server } from '../support/servers';
import { temporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { EDIT_KINDS, editStream, newDriver } from './real-processes-edits';
import { portalFaults, serverFaults } from './real-processes-faults';

/*
 * The program as it is deployed: an api process, two workers, Postgres and Redis, each of them ended at random while people
 * edit in both portals. Two minutes in all here; `SOAK_MINUTES=20 npm run soak` for longer. `PROCESS_SEED` repeats the choices
 * of a run (not its timing).
 */
const MINUTES = Number(process.env['SOAK_MINUTES'] ?? '1.2');
const SEED = Number(process.env['PROCESS_SEED'] ?? Date.now() % 1_000_000);
const FLEET = 40;

/** Leases, marks and retries of the program as it is: what was under way when it was killed may take minutes. */
const CONVERGED_WITHIN_MS = 360_000;

const withServers = process.env['TEST_DATABASE_URL'] && process.env['TEST_REDIS_URL'] ? it : it.skip;

describe('an api process and two workers on Postgres and Redis', () => {
  const started: { stop(): Promise<unknown> }[] = [];
  const keep = <Part extends { stop(): Promise<unknown> }>(part: Part): Part => {
    started.unshift(part);
    return part;
  };
  afterAll(async () => {
    for (const part of started) await part.stop();
  });

  withServers(
    'lose, double and wrongly remove nothing, whatever is killed, emptied, restarted or cut off',
    async () => {
      const postgres: Server = keep(await startPostgres());
      const redis: Server = keep(await startRedis());
      const portals = keep(await startPortalsProcess());
      await fillPortals(portals);
      const fleet = keep(
        await startProcessFleet({
          sandbox: portals.access,
          dataDir: temporaryDirectory(),
          databaseUrl: postgres.url,
          redisUrl: redis.url,
          // Above the cap nobody is asked for one by one: their absence is proven by two listings ten minutes apart.
          accountLines: ['guards:', '  maxInferredRemovals: 1000'],
        }),
      );
      await fleet.ask('mutation { setDriverSync(enabled: true) { userErrors { code message } } }');
      await converged(portals, fleet);

      const edits = new Tally();
      const faults = new Tally();
      const end = Date.now() + MINUTES * 60_000;
      const goesOn = (): boolean => Date.now() < end;
      await Promise.all([
        editStream({ portals, fleet, random: seededRandom(SEED), goesOn, count: edits.add }),
        serverFaults({ postgres, redis, fleet, random: seededRandom(SEED + 1), goesOn, count: faults.add }),
        portalFaults({ portals, random: seededRandom(SEED + 2), goesOn, count: faults.add }),
      ]);
      const lost = await converged(portals, fleet).catch((error: unknown) => error);
      const writesOfOneMore = await writesOfAnotherRun(portals, fleet);
      const { violations, writes, removals } = await portals.report();
      const twins = violations.filter((text) => text.includes('twice'));
      process.stdout.write(
        [
          `real processes, seed ${SEED}: ${MINUTES} minutes, ${writes} writes to Driveri, ${removals} of them removals`,
          `edits ${edits.told()}`,
          `faults ${faults.told()}`,
          ...(await whatIsToldOf(fleet, [...violations, String(lost)])),
          `lost changes ${lost === null ? 0 : String(lost)}, duplicates ${twins.length}, wrong removals and touches ${violations.length - twins.length}`,
          '',
        ].join('\n'),
      );
      expect(lost).toBeNull();
      expect(violations).toEqual([]);
      expect(writesOfOneMore).toBe(0);
      expect(fleet.endedByThemselves()).toEqual([]);
      // What was not done has not been tested.
      expect(edits.kinds()).toEqual(expect.arrayContaining([...EDIT_KINDS]));
      expect(Math.min(writes, removals, faults.kinds().length)).toBeGreaterThan(0);
    },
    (MINUTES + 12) * 60_000,
  );
});

/** Counts by kind. */
class Tally {
  private readonly counts = new Map<string, number>();
  readonly add = (kind: string): void => void this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);

  kinds(): string[] {
    return [...this.counts.keys()];
  }

  told(): string {
    const all = [...this.counts.values()].reduce((sum, times) => sum + times, 0);
    return `${all}: ${[...this.counts].map(([kind, times]) => `${kind} ${times}`).join(', ')}`;
  }
}

/** Forty drivers in GPS, of whom Driveri has some, and others in Driveri whom nobody may touch. */
async function fillPortals({ gps, driveri }: PortalsProcess): Promise<void> {
  for (let number = 0; number < FLEET; number += 1) {
    const driver = newDriver(number);
    const { email, driveriDriverId: driverId } = driver;
    await gps.insert(driver);
    if (number % 4 === 0) await driveri.insert({ driverId, firstName: 'Old', email });
    if (number % 5 === 0) await driveri.insert({ driverId: `U-${number}`, firstName: 'Unmanaged' });
  }
}

const RUNS = `{ syncRuns(first: 20) { nodes { id status startedAt items(first: 3, outcome: [PENDING]) { nodes {
  driverName action reason driver { driveriDriverId sync { status attempts problem { code message } } } } } } } }`;
const RESYNC = 'mutation { resyncDrivers { run { id status } userErrors { code message } } }';

interface Runs {
  readonly syncRuns: {
    readonly nodes: readonly { readonly id: string; readonly status: string; readonly items: unknown }[];
  };
}

/** Now that nothing fails: runs are asked for and approved until Driveri is what it should be. Rejects with what is not. */
async function converged(portals: PortalsProcess, fleet: ProcessFleet): Promise<null> {
  let differences: readonly string[] = [];
  await until(
    'Driveri is as GPS says',
    async () => {
      await runAndApprove(fleet);
      differences = differencesOf(await portals.gps.drivers(), await portals.driveri.drivers());
      // A write of which nobody knows the outcome may have had its effect, and is found out about yet.
      return differences.length === 0 && (await pending(fleet)) === 0;
    },
    CONVERGED_WITHIN_MS,
    1_000,
  ).catch((cause: unknown) => {
    throw new Error(`${differences.length}: ${differences.join('; ')} (${String(cause)})`);
  });
  return null;
}

async function pending(fleet: ProcessFleet): Promise<number> {
  const { drivers } = await fleet.ask<{ drivers: { totalCount: number } }>(
    '{ drivers(first: 1, filter: { status: [PENDING] }) { totalCount } }',
  );
  return drivers.totalCount;
}

async function runAndApprove(fleet: ProcessFleet): Promise<void> {
  await fleet.ask(RESYNC);
  await until('no run is under way', async () => (await underWay(fleet)).length === 0, 120_000, 500).catch(
    async (cause: unknown) => {
      throw new Error(`runs do not end: ${JSON.stringify(await underWay(fleet))}`, { cause });
    },
  );
  const { syncRuns } = await fleet.ask<Runs>(RUNS);
  for (const run of syncRuns.nodes.filter((one) => one.status === 'AWAITING_APPROVAL')) {
    // Refused as stale when something has changed since: then the next run shows it.
    await fleet.ask('mutation ($id: ID!) { approveSyncRun(id: $id) { userErrors { code message } } }', {
      id: run.id,
    });
  }
}

async function underWay(fleet: ProcessFleet): Promise<Runs['syncRuns']['nodes']> {
  const { syncRuns } = await fleet.ask<Runs>(RUNS);
  return syncRuns.nodes.filter((run) => run.status === 'PLANNING' || run.status === 'RUNNING');
}

/** For whoever looks into a failure: what the gateway says of the persons that are named in it, and the log of each. */
async function whatIsToldOf(fleet: ProcessFleet, texts: readonly string[]): Promise<readonly string[]> {
  const persons = [...new Set(texts.flatMap((text) => text.match(/p\d+@fleet\.example/g) ?? []))];
  const told: string[] = [];
  for (const person of persons.slice(0, 5)) {
    const { drivers } = await fleet.ask<{ drivers: { nodes: readonly { readonly id: string }[] } }>(
      `query ($search: String!) { drivers(first: 5, filter: { search: $search }) { nodes {
        id presence driveriDriverId driveri { driverId status } gps { gpsId }
        sync { status problem { code message } } } } }`,
      { search: person },
    );
    told.push(`${person}: ${JSON.stringify(drivers.nodes)}`);
    for (const { id } of drivers.nodes) {
      const { syncEvents } = await fleet.ask<{ syncEvents: { nodes: readonly object[] } }>(
        'query ($id: ID!) { syncEvents(first: 60, filter: { driverId: $id }) { nodes { at type message changes { field from to } } } }',
        { id },
      );
      told.push(...syncEvents.nodes.map((event) => `  ${JSON.stringify(event)}`));
    }
  }
  return told;
}

/** Where everything is as it should be, one more run writes nothing. */
async function writesOfAnotherRun(portals: PortalsProcess, fleet: ProcessFleet): Promise<number> {
  const before = await portals.report();
  await runAndApprove(fleet);
  return (await portals.report()).writes - before.writes;
}

/** What Driveri holds that GPS does not say, by the person. */
function differencesOf(gps: readonly GpsDriver[], driveri: readonly DriveriDriver[]): readonly string[] {
  const differences: string[] = [];
  for (const driver of gps) {
    const active = driveri.filter((one) => one.email === driver.email && one.status !== 'Deleted');
    if (driver.deleted) {
      if (active.length > 0) differences.push(`${driver.email} is not removed`);
      continue;
    }
    const has = active
      .map((one) => [one.driverId, one.firstName, one.lastName, one.phone].join('|'))
      .join('; ');
    const wanted = [driver.driveriDriverId, driver.firstname, driver.lastname, driver.phone].join('|');
    if (has !== wanted) differences.push(`${driver.email} is ${has || 'not there'} instead of ${wanted}`);
  }
  return differences;
}
