import { PortalError } from '../../src/driver/ports/portal-error';
import { startApi, type ApiFixture } from './support/api-fixture';
import { ACME, appendEvents, OTHER } from './support/fleet';
import { TRANSPORTS, openSocket, start } from './support/streams';
import { sql } from 'kysely';

/** Planted where it must not come out; searched for in everything that came out. */
const MARKS = {
  url: 'https://portal.invalid/MARK-url?session_token=MARK-session',
  body: 'MARK-body',
  sqlText: 'MARK-sql',
  stack: 'MARK-stack',
  otherName: 'Zzyzx-MARK',
  otherEmail: 'zzyzx-mark@example.com',
};

let api: ApiFixture;
let token: string;
let broken: unknown;
const out: string[] = [];
beforeAll(async () => {
  api = await startApi({
    wrapQueries: (queries) => ({
      ...queries,
      runs: (...args) => (broken === undefined ? queries.runs(...args) : Promise.reject(broken)),
    }),
  });
  token = await api.token();
  await sql`update gateway.driver set full_name = ${MARKS.otherName}, search_text = ${MARKS.otherEmail}, name_key = 'aaa' where account = ${OTHER}`.execute(
    api.db,
  );
  await sql`update gateway.gps_driver set first_name = ${MARKS.otherName}, email = ${MARKS.otherEmail} where account = ${OTHER}`.execute(
    api.db,
  );
  await appendEvents(api.db, OTHER, [{ message: MARKS.otherName }]);
});
afterAll(() => api.close());

const note = (value: unknown) => void out.push(typeof value === 'string' ? value : JSON.stringify(value));

function databaseError(): Error {
  return Object.assign(new Error(`duplicate key: ${MARKS.sqlText}`), {
    severity: 'ERROR',
    code: '23505',
    detail: `Key (email)=(${MARKS.otherEmail}) already exists.`,
    where: `select ${MARKS.sqlText}`,
  });
}

function portalError(): PortalError {
  const cause = Object.assign(new Error(`fetch ${MARKS.url} failed`), { response: { body: MARKS.body } });
  return new PortalError({
    portal: 'driveri',
    operation: 'drivers.update',
    kind: 'rejected',
    outcome: 'none',
    message: `bad ${MARKS.url}`,
    cause,
  });
}

describe('nothing leaks', () => {
  it.each(TRANSPORTS)(
    'over %s: errors that nobody foresaw, a database error, a portal error',
    async (_name, send) => {
      for (const error of [
        new Error(`at ${MARKS.stack}`),
        'a thrown text',
        null,
        databaseError(),
        portalError(),
      ]) {
        api.commands.failNext(error ?? new TypeError('x'));
        note(
          await send(api, token, {
            query:
              'mutation { createDriver(input: { lastName: "X" }) { driver { id } userErrors { code } } }',
          }),
        );
        broken = error;
        note(
          await send(api, token, {
            query: '{ syncRuns { nodes { id } } driverSync { lastRun { id } enabled } }',
          }),
        );
        broken = undefined;
      }
    },
  );

  it('in subscriptions that fail on the way', async () => {
    const client = openSocket(api, token);
    const states = start(client, { query: 'subscription { driverSync { enabled lastRun { id } } }' });
    note(await states.next());
    broken = databaseError();
    await sql`update gateway.account set enabled = not enabled where account = ${ACME}`.execute(api.db);
    await api.wake();
    note(await states.next().catch((error: unknown) => error));
    broken = undefined;
    await client.dispose();
  });

  it('in searches, lists, metrics and the log', async () => {
    for (const query of [
      '{ drivers(first: 100) { nodes { fullName email events { nodes { message } } } totalCount } }',
      '{ drivers(filter: { search: "zzyzx" }) { totalCount nodes { fullName } } }',
      '{ syncEvents { nodes { message driverName } } }',
    ]) {
      note((await api.run(query)).body);
    }
    note(await (await fetch(`${api.url}/metrics`)).text());
    note(api.log());
    const everything = out.join('\n');
    expect(everything).toContain('INTERNAL_SERVER_ERROR');
    expect(everything).toContain('PORTAL_REJECTED');
    expect(everything).toContain('operation failed unexpectedly');
    for (const mark of [
      MARKS.url,
      'MARK-session',
      MARKS.body,
      MARKS.sqlText,
      MARKS.otherName,
      MARKS.otherEmail,
      token,
      api.hookSecret,
    ]) {
      expect(everything.includes(mark) ? `leaked ${mark}` : 'nothing').toBe('nothing');
    }
    // What nobody foresaw is for the log, and for it alone.
    expect(api.log()).toContain(MARKS.stack);
    expect(out.slice(0, -1).join('\n')).not.toContain(MARKS.stack);
  });

  it('of the driver data that was asked for, into the log', async () => {
    await api.run('{ drivers(first: 50, filter: { search: "garcia" }) { nodes { fullName email phone } } }');
    expect(api.log()).not.toMatch(/garc[ií]a|@example\.com|5550000/i);
  });
});
