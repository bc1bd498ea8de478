import type { Kysely } from 'kysely';
import { createBudget, type Budget } from '../../src/graphql/admit/budget';
import { createRateLimit } from '../../src/graphql/admit/rate-limit';
import { startSharedUse, type SharedUse } from '../../src/graphql/admit/shared-use';
import { createManualClock } from '../../src/platform/clock';
import { silentLogger } from '../../src/platform/logger';
import { OPEN_FOR_MS, type UserTally } from '../../src/gateway/user-tally';
import type { Database } from '../../src/store/database/database';
import { migrate } from '../../src/store/database/migrate';
import { createPgUserTally } from '../../src/store/limits/pg-user-tally';
import { migrations } from '../../src/store/migrations/all';
import { openInMemory } from '../support/databases';
import { startApi } from './support/api-fixture';
import { openSocket, start } from './support/streams';

let database: Database;
beforeAll(async () => {
  database = await openInMemory();
  await migrate(database.kysely, migrations);
});
afterAll(() => database.close());

const clock = createManualClock(1_800_000_000_000);
const LIMITS = { budgetPoints: 1_000, budgetPointsPerSecond: 100, executionsPerUser: 6 };

interface Process {
  readonly budget: Budget;
  readonly shared: SharedUse;
  /** How often the store was asked. */
  reports(): number;
}

const stores: SharedUse[] = [];
afterEach(async () => {
  for (const one of stores.splice(0)) await one.stop();
});

/** A process that tells the others only when a test says so. */
function startProcess(name: string, given: { isAway?: () => boolean; warn?: () => void } = {}): Process {
  const db: Kysely<unknown> = database.kysely;
  const stored = createPgUserTally({ db, process: name, now: () => clock.now() });
  let count = 0;
  const tally: UserTally = {
    ...stored,
    async report(report) {
      count += 1;
      if (given.isAway?.()) throw new Error('the store is away');
      return stored.report(report);
    },
  };
  const budget = createBudget(LIMITS, clock);
  const shared = startSharedUse({
    tally,
    points: { points: budget.shared.points },
    places: { executions: budget.shared.executions },
    logger: { ...silentLogger, warn: given.warn ?? (() => undefined) },
    everyMs: 1e9,
  });
  stores.push(shared);
  return { budget, shared, reports: () => count };
}

describe('a budget in two processes', () => {
  it('is one: what is spent in either counts in both, and comes back once', async () => {
    const one = startProcess('one');
    const other = startProcess('other');
    one.budget.charge('ann', 700);
    await one.shared.tell();
    other.budget.charge('ann', 200);
    await other.shared.tell();
    expect(other.budget.state('ann').available).toBe(100);
    expect(() => other.budget.charge('ann', 200)).toThrow('100 of your 1000 are available');
    // The first one knows when it next has something to tell.
    one.budget.charge('ann', 50);
    await one.shared.tell();
    expect(one.budget.state('ann').available).toBe(50);
    clock.advance(2_000);
    other.budget.charge('ann', 1);
    await other.shared.tell();
    expect(other.budget.state('ann').available).toBe(249);
    expect(other.budget.state('bob').available).toBe(1_000);
  });

  it('that both spend at the same instant is paid back afterwards', async () => {
    const both = [startProcess('one'), startProcess('other')];
    for (const { budget } of both) budget.charge('cleo', 1_000);
    for (const { shared } of both) await shared.tell();
    clock.advance(10_000);
    expect(() => both[1]?.budget.charge('cleo', 100)).toThrow('0 of your 1000 are available');
    clock.advance(2_000);
    both[1]?.budget.charge('cleo', 100);
  });

  it('asks the store once for a thousand operations, and not at all for none', async () => {
    const { budget, shared, reports } = startProcess('busy');
    for (let n = 0; n < 1_000; n += 1) budget.charge(`user-${n % 20}`, 1);
    await shared.tell();
    await shared.tell();
    expect(reports()).toBe(1);
  });

  it('is counted by each process alone while the store is away, and together again afterwards', async () => {
    let isAway = true;
    let warnings = 0;
    const one = startProcess('one', { isAway: () => isAway, warn: () => (warnings += 1) });
    const other = startProcess('other');
    one.budget.charge('dora', 800);
    await one.shared.tell();
    await one.shared.tell();
    expect([one.budget.state('dora').available, warnings]).toEqual([200, 1]);
    isAway = false;
    await one.shared.tell();
    other.budget.charge('dora', 1);
    await other.shared.tell();
    expect(other.budget.state('dora').available).toBe(199);
  });
});

describe('places to execute in, in two processes', () => {
  /** Runs until it is told to end. */
  function occupy({ budget }: Process, user: string) {
    let end = (): void => undefined;
    let isRunning = false;
    const done = budget.inTurn(user, 1, async () => {
      isRunning = true;
      await new Promise<void>((resolve) => (end = resolve));
    });
    return { isRunning: () => isRunning, end: () => (end(), done) };
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  it('are six in all: a process leaves those of the others, and has its share when all want more', async () => {
    const one = startProcess('one');
    const other = startProcess('other');
    const first = Array.from({ length: 4 }, () => occupy(one, 'eve'));
    await one.shared.tell();
    const taster = occupy(other, 'eve');
    await other.shared.tell();
    const second = Array.from({ length: 3 }, () => occupy(other, 'eve'));
    await settle();
    // Four run there, and one here: one more is free. Asked for are eight; four eighths of six is a share of three.
    expect(second.map((job) => job.isRunning())).toEqual([true, true, false]);
    for (const job of first) await job.end();
    await one.shared.tell();
    await one.shared.tell();
    await other.shared.tell();
    await settle();
    expect(second.map((job) => job.isRunning())).toEqual([true, true, true]);
    for (const job of [taster, ...second]) await job.end();
  });

  it('of a process that died are free again', async () => {
    const dead = startProcess('dead');
    const alive = startProcess('alive');
    for (let n = 0; n < 6; n += 1) void occupy(dead, 'finn');
    await dead.shared.tell();
    const taster = occupy(alive, 'finn');
    await alive.shared.tell();
    const waiting = Array.from({ length: 3 }, () => occupy(alive, 'finn'));
    await settle();
    expect(waiting.every((job) => job.isRunning())).toBe(false);
    clock.advance(OPEN_FOR_MS + 1);
    await alive.shared.tell();
    await settle();
    expect(waiting.every((job) => job.isRunning())).toBe(true);
    for (const job of [taster, ...waiting]) await job.end();
  });
});

it('a limit that other processes overfilled is remembered as two times full', () => {
  const limit = createRateLimit({ what: 'requests', burst: 10, perMinute: 600, clock });
  expect(limit.most).toBe(20);
  limit.learn('gus', limit.most, 0);
  expect(limit.waitMs('gus')).toBe(1_100);
});

describe('two servers', () => {
  // A client without operations closes its socket.
  const FOLLOW = 'subscription { driverSync { enabled } }';
  const serverWith = (process: string) =>
    startApi({
      drivers: 5,
      server: {
        limits: { budgetPoints: 5_000, budgetPointsPerSecond: 1, streamsPerUser: 3 },
        userTally: createPgUserTally({ db: database.kysely, process }),
      },
    });

  it('have one budget and one number of sockets for a user', async () => {
    const [one, other] = await Promise.all([serverWith('server one'), serverWith('server other')]);
    const user = { userId: 'hana' };
    const query = '{ drivers(first: 100) { nodes { id gps { gpsId } driveri { driverId } } } }';
    for (let n = 0; n < 10; n += 1) await one.run(query, { token: await one.token(user) });
    const sockets = [openSocket(one, await one.token(user)), openSocket(one, await one.token(user))];
    for (const socket of sockets) await start(socket, { query: FOLLOW }).next();
    const own = openSocket(other, await other.token(user));
    await start(own, { query: FOLLOW }).next();

    const available = async (): Promise<number> => {
      const { body } = await other.run('{ viewer { role } }', { token: await other.token(user) });
      return body.extensions.budget.available as number;
    };
    for (let left = await available(); left > 2_100; left = await available()) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const isFull = async (): Promise<boolean> => {
      const socket = openSocket(other, await other.token(user));
      const code = await start(socket, { query: '{ __typename }' })
        .next()
        .then(() => null)
        .catch((closed: { code?: number }) => closed.code);
      await socket.dispose();
      return code === 4429;
    };
    while (!(await isFull())) await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all([...sockets, own].map(async (socket) => socket.dispose()));
    await Promise.all([one.close(), other.close()]);
  });
});
