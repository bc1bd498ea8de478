import { accountId } from '../../../src/driver/ids';
import type { PortalSessions, SessionWord } from '../../../src/driver/ports/portal-sessions';
import { createMemorySessions } from '../../../src/portals/memory-sessions';
import { createPgPortalSessions } from '../../../src/store/limits/pg-portal-sessions';
import { migrations } from '../../../src/store/migrations/all';
import { describeEachDatabase } from '../../support/databases';

const START = 1_800_000_000_000;
const HOUR_MS = 3_600_000;
const KEY = 'fingerprint';
const REQUEST = { fingerprint: KEY, after: 0, fresh: false, logInEveryMs: 30_000, claimMs: 20_000 };

/** Two processes that share one account's sessions, and the time. */
interface GivenSessions {
  readonly one: PortalSessions;
  readonly other: PortalSessions;
  time: number;
}

function claimOf(word: SessionWord): { readonly id: string } {
  if (word.kind !== 'claimed') throw new Error(`not claimed: ${word.kind}`);
  return word.claim;
}

function sessionsContract(given: () => GivenSessions): void {
  const logIn = async (sealed: string, request = REQUEST) => {
    const claim = claimOf(await given().one.obtain(request));
    return given().one.keep(claim, request.fingerprint, sealed);
  };

  test('one process logs in, the other waits and takes its session', async () => {
    const { one, other } = given();
    const claim = claimOf(await one.obtain(REQUEST));
    expect(await other.obtain(REQUEST)).toEqual({ kind: 'wait', why: 'logging-in', waitMs: 20_000 });
    expect(await one.keep(claim, KEY, 'first')).toEqual({ sealed: 'first', version: 1 });
    expect(await other.obtain(REQUEST)).toEqual({ kind: 'held', session: { sealed: 'first', version: 1 } });
  });

  test('a process that was refused with an older session takes the newer one instead of logging in', async () => {
    await logIn('first');
    given().time += 30_000;
    await logIn('second', { ...REQUEST, after: 1 });
    expect(await given().other.obtain({ ...REQUEST, after: 1 })).toEqual({
      kind: 'held',
      session: { sealed: 'second', version: 2 },
    });
  });

  test('after a refused session the next log-in waits until 30 s after the last one, and no longer', async () => {
    await logIn('first');
    given().time += 20_000;
    const again = { ...REQUEST, after: 1 };
    expect(await given().other.obtain(again)).toEqual({ kind: 'wait', why: 'too-soon', waitMs: 10_000 });
    given().time += 10_000;
    expect(await given().other.obtain(again)).toMatchObject({ kind: 'claimed' });
  });

  test('the limit is of the account, whatever the credentials', async () => {
    await logIn('first');
    given().time += 1_000;
    const changed = { ...REQUEST, fingerprint: 'changed' };
    expect(await given().other.obtain(changed)).toEqual({ kind: 'wait', why: 'too-soon', waitMs: 29_000 });
    given().time += 29_000;
    expect(await given().other.obtain(changed)).toMatchObject({ kind: 'claimed' });
    expect(await given().one.obtain({ ...REQUEST, after: 1 })).toMatchObject({
      kind: 'wait',
      why: 'logging-in',
    });
  });

  test('a process that dies while it logs in holds nothing up for longer than its claim', async () => {
    const { one, other } = given();
    const request = { ...REQUEST, logInEveryMs: 0 };
    const dead = claimOf(await one.obtain(request));
    given().time += 20_000;
    const claim = claimOf(await other.obtain(request));
    expect(await one.keep(dead, KEY, 'too late')).toBeNull();
    await one.refuse(dead, KEY, { message: 'too late', portalCode: null });
    await one.release(dead, KEY);
    expect(await other.keep(claim, KEY, 'in time')).toEqual({ sealed: 'in time', version: 1 });
  });

  test('a log-in that brought no answer may be tried again at once', async () => {
    const { one, other } = given();
    await one.release(claimOf(await one.obtain(REQUEST)), KEY);
    expect(await other.obtain(REQUEST)).toMatchObject({ kind: 'claimed' });
  });

  test('credentials that were refused once are not tried by every process, and more and more slowly', async () => {
    const { one, other } = given();
    const refusal = { message: 'the log-in was refused', portalCode: '403' };
    await one.refuse(claimOf(await one.obtain(REQUEST)), KEY, refusal);
    expect(await other.obtain(REQUEST)).toEqual({ kind: 'refused', refusal, waitMs: 30_000 });
    given().time += 30_000;
    await other.refuse(claimOf(await other.obtain(REQUEST)), KEY, refusal);
    expect(await one.obtain(REQUEST)).toEqual({ kind: 'refused', refusal, waitMs: 60_000 });
    for (let tries = 0; tries < 20; tries += 1) {
      given().time += 15 * 60_000;
      await one.refuse(claimOf(await one.obtain(REQUEST)), KEY, refusal);
    }
    expect(await other.obtain(REQUEST)).toEqual({ kind: 'refused', refusal, waitMs: 15 * 60_000 });
    given().time += 15 * 60_000;
    await logIn('right again');
    expect(await other.obtain(REQUEST)).toMatchObject({ kind: 'held' });
  });

  test('other credentials are not refused with them', async () => {
    const { one, other } = given();
    await one.refuse(claimOf(await one.obtain(REQUEST)), KEY, { message: 'refused', portalCode: null });
    given().time += 30_000;
    expect(await other.obtain({ ...REQUEST, fingerprint: 'changed' })).toMatchObject({ kind: 'claimed' });
  });

  test('a person who asks gets a new log-in, or the outcome of one that was just made', async () => {
    const { one, other } = given();
    const fresh = { ...REQUEST, fresh: true };
    await logIn('first');
    given().time += 10_000;
    expect(await other.obtain(fresh)).toMatchObject({ kind: 'held', session: { version: 1 } });
    given().time += 20_000;
    await one.refuse(claimOf(await other.obtain(fresh)), KEY, { message: 'refused', portalCode: null });
    given().time += 10_000;
    expect(await one.obtain(fresh)).toMatchObject({ kind: 'refused', refusal: { message: 'refused' } });
    expect(await one.obtain(REQUEST)).toMatchObject({ kind: 'held', session: { version: 1 } });
    given().time += 20_000;
    expect(await one.obtain(fresh)).toMatchObject({ kind: 'claimed' });
  });

  test('times from a clock that was six hours ahead are not believed', async () => {
    const { one, other } = given();
    given().time += 6 * HOUR_MS;
    await one.refuse(claimOf(await one.obtain(REQUEST)), KEY, { message: 'refused', portalCode: null });
    given().time -= 6 * HOUR_MS;
    claimOf(await other.obtain(REQUEST));
    given().time -= 6 * HOUR_MS;
    expect(await one.obtain(REQUEST)).toMatchObject({ kind: 'claimed' });
  });
}

describe('sessions in memory', () => {
  let given: GivenSessions;
  beforeEach(() => {
    const sessions = createMemorySessions(() => given.time);
    given = { one: sessions, other: sessions, time: START };
  });
  sessionsContract(() => given);
});

describeEachDatabase(
  'sessions in the database',
  (database) => {
    const acme = accountId('acme');

    describe('by a clock that is given', () => {
      let given: GivenSessions;
      beforeEach(async () => {
        await database.open().pool.query('truncate gateway.portal_session');
        const again = await database.openAgain();
        const on = (db: typeof again) =>
          createPgPortalSessions({ db: db.kysely, account: acme, portal: 'gps', now: () => given.time });
        given = { one: on(database.open()), other: on(again), time: START };
      });
      sessionsContract(() => given);
    });

    test('of many processes that ask at the same time, one may log in', async () => {
      const processes = await Promise.all(Array.from({ length: 6 }, () => database.openAgain()));
      const words = await Promise.all(
        processes.map(({ kysely: db }) =>
          createPgPortalSessions({ db, account: accountId('many'), portal: 'gps' }).obtain(REQUEST),
        ),
      );
      expect(words.map(({ kind }) => kind).sort()).toEqual(['claimed', ...Array<string>(5).fill('wait')]);
    });
  },
  { migrations },
);
