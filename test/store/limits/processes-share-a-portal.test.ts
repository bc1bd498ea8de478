import { accountId } from '../../../src/driver/ids';
import {
  createGpsPortal,
  type GpsPortalOptions,
  type HttpGpsPortal,
} from '../../../src/portals/gps/gps-portal';
import { createPgPortalAllowance } from '../../../src/store/limits/pg-portal-allowance';
import { createPgPortalSessions } from '../../../src/store/limits/pg-portal-sessions';
import { migrations } from '../../../src/store/migrations/all';
import { failureOf } from '../../portals/support/failure-of';
import { reply, startStub, type StubPortal } from '../../portals/support/stub-portal';
import { describeEachDatabase } from '../../support/databases';

/** A GPS portal that ends a user's other sessions at each log-in (cases.md, E7), and remembers when it was asked. */
interface OneSessionPortal {
  readonly stub: StubPortal;
  logIns: number;
  readonly askedAt: number[];
  /** Instead of the next answer. */
  refusal: ((response: Parameters<typeof reply>[0]) => void) | null;
  endSession(): void;
}

async function startOneSessionPortal(): Promise<OneSessionPortal> {
  const portal: Omit<OneSessionPortal, 'stub'> & { session: string | null } = {
    logIns: 0,
    askedAt: [],
    refusal: null,
    session: null,
    endSession() {
      portal.session = null;
    },
  };
  const stub = await startStub(({ url, body }, response) => {
    portal.askedAt.push(Date.now());
    if (portal.refusal !== null) return portal.refusal(response);
    if (url.endsWith('userauth/login')) {
      portal.logIns += 1;
      portal.session = `session-${portal.logIns}`;
      return reply(response, 200, { head: { status: 'OK' }, errors: [], data: { token: portal.session } });
    }
    if (new URLSearchParams(body).get('session_token') === portal.session) {
      return reply(response, 200, { head: { status: 'OK' }, errors: [], data: [] });
    }
    const errors = [{ code: 403, message: 'Forbidden (session does not exist)' }];
    reply(response, 200, { head: { status: 'ERROR' }, errors, data: null });
  });
  return Object.assign(portal, { stub });
}

describeEachDatabase(
  'processes of one account',
  (database) => {
    let portal: OneSessionPortal;
    let time: number;
    let started: HttpGpsPortal[];

    beforeEach(async () => {
      await database.open().pool.query('truncate gateway.portal_allowance, gateway.portal_session');
      portal = await startOneSessionPortal();
      time = 1_800_000_000_000;
      started = [];
    });
    afterEach(async () => {
      await Promise.all(started.map((gps) => gps.close()));
      await portal.stub.close();
    });

    /** A process with its own connections. Sessions go by the test's time; limits by the database's, unless told. */
    async function process(options: Partial<GpsPortalOptions> = {}): Promise<HttpGpsPortal> {
      const { kysely: db } = await database.openAgain();
      const where = { db, account: accountId('acme'), portal: 'gps' } as const;
      const gps = createGpsPortal({
        baseUrl: `${portal.stub.origin}/v2`,
        username: 'user',
        appToken: 'secret-app-token',
        driveriDriverIdField: { kind: 'field', name: 'did' },
        requestsPerSecond: 1_000,
        allowance: createPgPortalAllowance(where),
        sessions: createPgPortalSessions({ ...where, now: () => time }),
        ...options,
      });
      started.push(gps);
      return gps;
    }

    const processes = (count: number): Promise<HttpGpsPortal[]> =>
      Promise.all(Array.from({ length: count }, () => process()));

    test('one api and three workers share one session, and log in once each time that it ends (E7)', async () => {
      const all = await processes(4);
      for (let ended = 0; ended < 3; ended += 1) {
        await Promise.all(all.flatMap((gps) => [gps.listGroups(), gps.listGroups(), gps.listGroups()]));
        expect(portal.logIns).toBe(ended + 1);
        portal.endSession();
        time += 30_000;
      }
    });

    test('a session that ends within 30 s of its log-in: the call is not sent, and says for how long', async () => {
      const [one, other] = await Promise.all([process(), process()]);
      await one.listGroups();
      portal.endSession();
      time += 12_000;
      const failure = await failureOf(other.listGroups());
      expect(failure).toMatchObject({ kind: 'paused', outcome: 'none', retryAfterMs: 18_000 });
      expect(failure.message).toContain('18 s');
      time += 18_000;
      await other.listGroups();
      await one.listGroups();
      expect(portal.logIns).toBe(2);
    });

    test('a process that starts again uses the session that is there; the row does not show it', async () => {
      await (await process()).listGroups();
      await (await process()).listGroups();
      expect(portal.logIns).toBe(1);
      const { rows } = await database.open().pool.query('select * from gateway.portal_session');
      expect(JSON.stringify(rows)).not.toMatch(/session-1|secret-app-token/);
      await database
        .open()
        .pool.query(`update gateway.portal_session set sealed = 'bm90IHRvIGJlIG9wZW5lZA=='`);
      time += 30_000;
      await (await process()).listGroups(); // what cannot be opened counts as absent
      expect(portal.logIns).toBe(2);
    });

    test('refused credentials are tried by one process, and told by all', async () => {
      portal.refusal = (response) =>
        reply(response, 200, { head: { status: 'ERROR' }, errors: [{ code: 403, message: 'Forbidden' }] });
      const failures = await Promise.all((await processes(3)).map((gps) => failureOf(gps.listGroups())));
      expect(failures.map(({ kind }) => kind)).toEqual(['credentials', 'credentials', 'credentials']);
      expect(portal.askedAt).toHaveLength(1);
    });

    test('two workers with all they have to do keep the rate of one account (G1)', async () => {
      const rate = 20;
      const [one, other] = await Promise.all([
        process({ requestsPerSecond: rate }),
        process({ requestsPerSecond: rate }),
      ]);
      const from = Date.now();
      const calls = Array.from({ length: 60 }, (_, index) =>
        (index % 2 === 0 ? one : other).listDrivers({ urgency: index % 3 === 0 ? 'live' : 'bulk' }),
      );
      await Promise.all(calls);
      // In any time since then, no more than the burst and what the rate has freed.
      portal.askedAt.forEach((at, index) => {
        expect(index).toBeLessThanOrEqual(rate + ((at - from) / 1_000) * rate + 1);
      });
      expect(portal.askedAt).toHaveLength(121);
    });

    test("the day's requests survive a restart; log-ins and groups count", async () => {
      const first = await process({ requestsPerDay: 100 });
      await first.listGroups(); // and is killed: nothing is written at its end
      const again = await process({ requestsPerDay: 100 });
      expect((await again.status()).budgetLeft).toBe(98);
      await again.listGroups();
      expect((await again.status()).budgetLeft).toBe(97);
    });

    test('a pause told to one process is kept by the other', async () => {
      const [one, other] = await Promise.all([process(), process()]);
      await other.listGroups();
      portal.refusal = (response) => reply(response, 429, {}, { 'retry-after': '60' });
      expect((await failureOf(one.listGroups())).kind).toBe('rate-limited');
      const asked = portal.askedAt.length;
      expect(await failureOf(other.listGroups())).toMatchObject({ kind: 'paused', outcome: 'none' });
      expect(portal.askedAt).toHaveLength(asked);
    });

    test('failures met by two processes open one breaker', async () => {
      const [one, other] = await Promise.all([
        process({ breakerFailures: 2, breakerRestMs: 60_000 }),
        process({ breakerFailures: 2, breakerRestMs: 60_000 }),
      ]);
      await one.listGroups();
      await other.listGroups();
      portal.refusal = (response) => reply(response, 502, {});
      await failureOf(one.listGroups());
      await failureOf(other.listGroups());
      const asked = portal.askedAt.length;
      expect(await failureOf(one.listGroups())).toMatchObject({ kind: 'paused', outcome: 'none' });
      expect(portal.askedAt).toHaveLength(asked);
    });
  },
  { migrations },
);
