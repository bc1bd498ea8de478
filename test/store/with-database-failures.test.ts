import { Pool } from 'pg';
import { PortalError } from '../../src/driver/ports/portal-error';
import { DatabaseFailure } from '../../src/gateway/database-failure';
import { silentLogger } from '../../src/platform/logger';
import { withDatabaseFailures } from '../../src/store/queries/with-database-failures';
import { freePort } from '../support/servers';

type Kind = 'reads' | 'writes';

/** What a caller of the port gets when its operation fails like this. */
async function failureOf(kind: Kind, operation: () => Promise<unknown>): Promise<unknown> {
  const port = withDatabaseFailures({ operation }, { limitMs: 20_000, kind, logger: silentLogger });
  return port.operation().then(
    () => null,
    (error: unknown) => error,
  );
}

const failed = (message: string, code?: string) => Object.assign(new Error(message), code && { code });

const AGAIN = 'Try again in a moment.';
const LOOK = 'A part of the request may be done: look at the current state before you send it again.';

describe('what a caller of the API learns when the database fails', () => {
  it.each([
    ['a server that refuses connections', failed('connect ECONNREFUSED', 'ECONNREFUSED')],
    ['every address of it', new AggregateError([failed('a', 'ETIMEDOUT'), failed('b', 'ENETUNREACH')], '')],
    ['a connection that ends under a statement', failed('Connection terminated unexpectedly')],
    ['a server that is stopped', failed('terminating connection due to administrator command', '57P01')],
    ['a server that crashed', failed('terminating connection because of crash', '57P02')],
    ['a server that starts', failed('the database system is starting up', '57P03')],
    ['too many connections', failed('sorry, too many clients already', '53300')],
    ['a pooler without a server', failed('server login has been failing', '08P01')],
  ])('%s: it cannot be reached', async (_what, error) => {
    expect(await failureOf('reads', () => Promise.reject(error))).toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: `The gateway's database cannot be reached at the moment. ${AGAIN}`,
    });
    expect(await failureOf('writes', () => Promise.reject(error))).toMatchObject({
      message: `The gateway's database cannot be reached at the moment. ${LOOK}`,
    });
  });

  it('a replica after a failover: it takes no changes', async () => {
    const error = failed('cannot execute INSERT in a read-only transaction', '25006');
    expect(await failureOf('writes', () => Promise.reject(error))).toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: `The gateway's database takes no changes at the moment. ${LOOK}`,
    });
  });

  it('a statement that took too long: which limit it was', async () => {
    const error = failed('canceling statement due to statement timeout', '57014');
    expect(await failureOf('reads', () => Promise.reject(error))).toMatchObject({
      code: 'DATABASE_TIMEOUT',
      message: expect.stringContaining('longer than 20 s'),
    });
  });

  it('what node-postgres says of a server that is not there, and of a pool without a free connection, is known', async () => {
    const gone = new Pool({ host: '127.0.0.1', port: await freePort(), user: 'nobody', max: 1 });
    expect(await failureOf('reads', () => gone.query('select 1'))).toBeInstanceOf(DatabaseFailure);
    await gone.end();
    const url = process.env['TEST_DATABASE_URL'];
    if (url === undefined) return;
    const full = new Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 20 });
    const taken = await full.connect();
    expect(await failureOf('reads', () => full.query('select 1'))).toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    });
    taken.release();
    await full.end();
  });

  it.each([
    ['a fault of our own', new TypeError('x is not a function')],
    ['a constraint', failed('duplicate key value violates unique constraint', '23505')],
    [
      'a portal',
      new PortalError({
        portal: 'gps',
        operation: 'driver/list',
        kind: 'timeout',
        outcome: 'none',
        message: 'timeout',
      }),
    ],
    ['an empty list of causes', new AggregateError([], 'nothing')],
  ])('%s is told as what it is', async (_what, error) => {
    expect(await failureOf('writes', () => Promise.reject(error))).toBe(error);
  });
});
