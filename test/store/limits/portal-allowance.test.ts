import { accountId } from '../../../src/driver/ids';
import type {
  AllowanceRules,
  PortalAllowance,
  Reservation,
} from '../../../src/driver/ports/portal-allowance';
import { createMemoryAllowance } from '../../../src/portals/memory-allowance';
import { createPgPortalAllowance } from '../../../src/store/limits/pg-portal-allowance';
import { migrations } from '../../../src/store/migrations/all';
import { describeEachDatabase } from '../../support/databases';

const HOUR_MS = 3_600_000;
const START = 1_800_000_000_000; // the beginning of an hour
const RULES: AllowanceRules = {
  requestsPerSecond: 5,
  requestsPerDay: null,
  breakerFailures: 2,
  breakerRestMs: 10_000,
  probeMs: 20_000,
};
const live = (count = 1) => ({ count, urgency: 'live' }) as const;
const bulk = (count = 1) => ({ count, urgency: 'bulk' }) as const;

/** Two processes that share one allowance, and the time. */
interface GivenAllowance {
  readonly one: PortalAllowance;
  readonly other: PortalAllowance;
  time: number;
}

function allowanceContract(given: () => GivenAllowance): void {
  const granted = async (reserving: Promise<Reservation>) => {
    const reservation = await reserving;
    return reservation.outcome === 'granted' ? reservation.waitMs : reservation;
  };
  const spend = async (calls: number, rules: AllowanceRules) => {
    for (let call = 0; call < calls; call += 1) await given().one.reserve(live(), rules);
  };

  test('a second of calls goes at once after a quiet one; then the rate holds for both processes together', async () => {
    const { one, other } = given();
    expect(await granted(one.reserve(live(3), RULES))).toEqual([0, 0, 0]);
    expect(await granted(other.reserve(live(3), RULES))).toEqual([0, 0, 200]);
    expect(await granted(one.reserve(live(2), RULES))).toEqual([400, 600]);
    given().time += 5_000;
    expect(await granted(one.reserve(live(9), RULES))).toEqual([0, 0, 0, 0, 0]);
  });

  test('no second sees more calls than the rate and one burst, however processes ask', async () => {
    const { one, other } = given();
    const starts: number[] = [];
    for (let step = 0; step < 100; step += 1) {
      const by = step % 3 === 0 ? one : other;
      const reservation = await by.reserve(step % 2 === 0 ? live(2) : bulk(1), RULES);
      if (reservation.outcome === 'granted') {
        starts.push(...reservation.waitMs.map((waitMs) => given().time - START + waitMs));
      }
      given().time += 70;
    }
    for (const from of starts) {
      expect(starts.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(5 + 5);
    }
    expect(starts.length).toBeLessThanOrEqual(5 + 5 * 7 + 5);
    expect(starts.length).toBeGreaterThanOrEqual(5 * 7);
  });

  test('bulk gets only what is free now; a live call reserves up to a second ahead', async () => {
    const { one, other } = given();
    await one.reserve(bulk(5), RULES);
    expect(await other.reserve(bulk(), RULES)).toEqual({ outcome: 'later', waitMs: 200 });
    expect(await granted(other.reserve(live(5), RULES))).toEqual([200, 400, 600, 800, 1_000]);
    expect(await other.reserve(live(), RULES)).toEqual({ outcome: 'later', waitMs: 200 });
  });

  test('a slow rate lets a live call reserve one call ahead', async () => {
    const rules = { ...RULES, requestsPerSecond: 0.1 };
    expect(await granted(given().one.reserve(live(), rules))).toEqual([0]);
    expect(await granted(given().other.reserve(live(), rules))).toEqual([10_000]);
    expect(await given().other.reserve(live(), rules)).toEqual({ outcome: 'later', waitMs: 10_000 });
  });

  test('a pause told to one process is kept by the other, and a shorter one does not end it', async () => {
    const { one, other } = given();
    await one.pause(60_000);
    await other.pause(1_000);
    given().time += 10_000;
    expect(await other.reserve(live(), RULES)).toEqual({ outcome: 'refused', why: 'paused', waitMs: 50_000 });
    expect(await other.status(RULES)).toMatchObject({ pausedMs: 50_000 });
    given().time += 50_000;
    expect(await granted(other.reserve(live(), RULES))).toEqual([0]);
  });

  test('a pause is never longer than a day', async () => {
    await given().one.pause(400 * 24 * HOUR_MS);
    expect((await given().other.status(RULES)).pausedMs).toBe(24 * HOUR_MS);
  });

  test('a clock that was six hours ahead holds nothing back for six hours', async () => {
    const { one, other } = given();
    given().time += 6 * HOUR_MS;
    await one.reserve(live(5), RULES);
    await one.note('failed', false, RULES);
    await one.note('failed', false, RULES);
    given().time -= 6 * HOUR_MS;
    expect(await other.reserve(live(), RULES)).toEqual({
      outcome: 'refused',
      why: 'failing',
      waitMs: 10_000,
    });
    given().time += 10_000;
    expect(await granted(other.reserve(live(), RULES))).toEqual([0]);
    await other.note('answered', true, RULES);
    expect((await granted(one.reserve(live(5), RULES))) as readonly number[]).toHaveLength(5);
  });

  test("bulk stops at 90 % of the day's calls, people at all of them; the wait that is told is enough", async () => {
    const rules = { ...RULES, requestsPerSecond: 1_000, requestsPerDay: 10 };
    await spend(9, rules);
    expect(await given().other.reserve(bulk(), rules)).toMatchObject({ outcome: 'refused', why: 'spent' });
    expect(await granted(given().other.reserve(live(5), rules))).toHaveLength(1);
    const refused = await given().one.reserve(live(), rules);
    expect(refused).toMatchObject({ outcome: 'refused', why: 'spent' });
    expect((await given().one.status(rules)).budgetLeft).toBe(0);
    given().time += 'waitMs' in refused && typeof refused.waitMs === 'number' ? refused.waitMs : 0;
    expect(await granted(given().one.reserve(live(), rules))).toHaveLength(1);
  });

  test('calls come back 24 hours later and not before', async () => {
    const rules = { ...RULES, requestsPerDay: 3 };
    given().time += HOUR_MS - 1;
    await spend(2, rules);
    given().time += 10 * HOUR_MS;
    await spend(1, rules);
    given().time = START + 24 * HOUR_MS + HOUR_MS - 1;
    expect((await given().one.status(rules)).budgetLeft).toBe(0);
    given().time += 1;
    expect((await given().one.status(rules)).budgetLeft).toBe(2);
    given().time += 400 * 24 * HOUR_MS;
    expect((await given().one.status(rules)).budgetLeft).toBe(3);
  });

  test('a clock that is set back forgets no calls', async () => {
    const rules = { ...RULES, requestsPerDay: 5 };
    await spend(2, rules);
    given().time -= 6 * HOUR_MS;
    await spend(1, rules);
    given().time += 2_000; // the rate's next free time lay ahead: believed for two seconds, not for six hours
    await spend(2, rules);
    expect((await given().other.status(rules)).budgetLeft).toBe(1);
    given().time += 6 * HOUR_MS;
    expect((await given().other.status(rules)).budgetLeft).toBe(1);
  });

  test('calls that were not used are given back within their hour, and never more than were counted', async () => {
    const rules = { ...RULES, requestsPerDay: 10 };
    const reservation = await given().one.reserve(bulk(4), rules);
    if (reservation.outcome !== 'granted') throw new Error('nothing was granted');
    const { hour } = reservation;
    await given().one.reserve({ ...bulk(1), unused: { count: 3, hour } }, rules);
    expect((await given().one.status(rules)).budgetLeft).toBe(8);
    given().time += HOUR_MS;
    await given().one.reserve({ ...bulk(1), unused: { count: 2, hour } }, rules);
    expect((await given().one.status(rules)).budgetLeft).toBe(7);
    await given().one.reserve({ ...bulk(1), unused: { count: 99, hour: hour + 1 } }, rules);
    expect((await given().one.status(rules)).budgetLeft).toBe(7);
  });

  test('a process that dies between reserving and calling has counted its calls', async () => {
    const rules = { ...RULES, requestsPerDay: 10 };
    await given().one.reserve(live(4), rules); // and nothing else is ever heard of it
    expect((await given().other.status(rules)).budgetLeft).toBe(6);
  });

  test('failures told by two processes open one breaker; after its rest one call at a time tries', async () => {
    const { one, other } = given();
    expect(await one.note('failed', false, RULES)).toEqual({ opened: false });
    expect(await other.reserve(live(), RULES)).toMatchObject({ outcome: 'granted', failures: 1 });
    expect(await other.note('failed', false, RULES)).toEqual({ opened: true });
    expect(await one.reserve(live(), RULES)).toEqual({ outcome: 'refused', why: 'failing', waitMs: 10_000 });
    expect(await one.status(RULES)).toMatchObject({ breaker: 'open' });

    given().time += 10_000;
    expect(await one.status(RULES)).toMatchObject({ breaker: 'half-open' });
    expect(await one.reserve(live(3), RULES)).toMatchObject({ outcome: 'granted', waitMs: [0], probe: true });
    expect(await other.reserve(live(), RULES)).toEqual({ outcome: 'later', waitMs: 20_000 });
    await one.note('answered', true, RULES);
    expect(await other.reserve(live(), RULES)).toMatchObject({
      outcome: 'granted',
      probe: false,
      failures: 0,
    });
  });

  test('a probe that fails opens the breaker again; one that was not sent, or is never heard of, lets another try', async () => {
    const { one, other } = given();
    await one.note('failed', false, RULES);
    await one.note('failed', false, RULES);
    given().time += 10_000;
    await one.reserve(live(), RULES);
    expect(await one.note('failed', true, RULES)).toEqual({ opened: true });
    given().time += 10_000;
    await one.reserve(live(), RULES);
    await one.note('unsent', true, RULES);
    expect(await other.reserve(live(), RULES)).toMatchObject({ outcome: 'granted', probe: true });
    given().time += 20_000;
    expect(await one.reserve(live(), RULES)).toMatchObject({ outcome: 'granted', probe: true });
  });

  test('what calls from before it opened bring changes nothing about an open breaker', async () => {
    const { one, other } = given();
    await one.note('failed', false, RULES);
    await one.note('failed', false, RULES);
    given().time += 4_000;
    await other.note('answered', false, RULES);
    await other.note('failed', false, RULES);
    expect(await one.reserve(live(), RULES)).toEqual({ outcome: 'refused', why: 'failing', waitMs: 6_000 });
  });

  test('a success between failures starts counting again', async () => {
    await given().one.note('failed', false, RULES);
    await given().other.note('answered', false, RULES);
    expect(await given().one.note('failed', false, RULES)).toEqual({ opened: false });
  });
}

describe('an allowance in memory', () => {
  let given: GivenAllowance;
  beforeEach(() => {
    const allowance = createMemoryAllowance(() => given.time);
    given = { one: allowance, other: allowance, time: START };
  });
  allowanceContract(() => given);
});

describeEachDatabase(
  'an allowance in the database',
  (database) => {
    const acme = accountId('acme');
    describe('by a clock that is given', () => {
      let given: GivenAllowance;
      beforeEach(async () => {
        await database.open().pool.query('truncate gateway.portal_allowance');
        const again = await database.openAgain();
        const on = (db: typeof again) =>
          createPgPortalAllowance({ db: db.kysely, account: acme, portal: 'gps', now: () => given.time });
        given = { one: on(database.open()), other: on(again), time: START };
      });
      allowanceContract(() => given);
    });

    const allowance = (account = 'acme', portal: 'gps' | 'driveri' = 'gps') =>
      createPgPortalAllowance({ db: database.open().kysely, account: accountId(account), portal });

    test('accounts and portals have limits of their own', async () => {
      await allowance('separate').pause(60_000);
      expect(await allowance('separate', 'driveri').reserve(live(), RULES)).toMatchObject({
        outcome: 'granted',
      });
      expect(await allowance('other').reserve(live(), RULES)).toMatchObject({ outcome: 'granted' });
    });

    test('two processes that reserve at the same time get no call twice, and the rate of one (G1)', async () => {
      const again = await database.openAgain();
      const other = createPgPortalAllowance({ db: again.kysely, account: accountId('g1'), portal: 'gps' });
      const clock = async () => {
        const { rows } = await database
          .open()
          .pool.query<{ now: number }>(
            'select (extract(epoch from clock_timestamp()) * 1000)::float8 as now',
          );
        return rows[0]?.now ?? NaN;
      };
      const from = await clock();
      const asked = Array.from({ length: 60 }, (_, index) =>
        (index % 2 === 0 ? allowance('g1') : other).reserve(live(), RULES),
      );
      const answers = await Promise.all(asked);
      const seconds = ((await clock()) - from) / 1_000;
      const granted = answers.filter(({ outcome }) => outcome === 'granted').length;
      // The burst, a second ahead, the call in hand, and what the rate freed while they asked.
      expect(granted).toBeGreaterThanOrEqual(10);
      expect(granted).toBeLessThanOrEqual(11 + Math.ceil(seconds * 5));
    });

    // The embedded database has the clock of its process.
    if (database.kind === 'postgres') {
      test('the wait is the distance of two times of the database, whatever clock the process has', async () => {
        const realNow = jest.spyOn(Date, 'now').mockImplementation(() => 0);
        await allowance('clock').pause(10_000);
        realNow.mockImplementation(() => START + 6 * HOUR_MS);
        const refused = await allowance('clock').reserve(live(), RULES);
        realNow.mockRestore();
        expect(refused).toMatchObject({ outcome: 'refused', why: 'paused' });
        const waitMs = refused.outcome === 'refused' ? refused.waitMs : NaN;
        expect(waitMs).toBeGreaterThan(0);
        expect(waitMs).toBeLessThanOrEqual(10_000);
      });
    }
  },
  { migrations },
);
