import { Client } from 'pg';
import { createPostgresDatabase, dropPostgresDatabase } from '../support/databases';
import { givenGateway, type GivenGateway } from '../support/given-gateway';

const LIMIT_MS = 1_000;

(process.env['TEST_DATABASE_URL'] ? describe : describe.skip)(
  'a statement of the API that takes too long',
  () => {
    let url: string;
    let gateway: GivenGateway;
    let other: Client;
    beforeAll(async () => {
      url = await createPostgresDatabase();
      gateway = await givenGateway({ fleet: 'empty', databaseUrl: url, apiStatementMs: LIMIT_MS });
      other = new Client({ connectionString: url });
      await other.connect();
    }, 120_000);
    afterAll(async () => {
      await other.end();
      await gateway.close();
      await dropPostgresDatabase(url);
    });

    it('is ended, and the caller learns why and what to do; the sync has more time', async () => {
      await other.query('begin; lock table gateway.driver in access exclusive mode');
      // As the sync would: it waits for the lock as long as it takes.
      const patient = gateway.app.database.pool.query('select count(*) from gateway.driver');
      const { data, errors } = await gateway.request(
        '{ viewer { userId } drivers(first: 5) { nodes { id } } }',
      );
      await other.query('rollback');
      expect(data).toBeNull();
      expect(errors).toMatchObject([
        { path: ['drivers'], extensions: { code: 'DATABASE_TIMEOUT', requestId: expect.any(String) } },
      ]);
      expect(errors?.[0]?.message).toBe(
        'The database took longer than 1 s for this, so it was stopped. Ask for a smaller page, for a narrower filter or without totals, or try again later.',
      );
      expect((await patient).rows).toEqual([{ count: 0 }]);
      expect(await gateway.ask('{ drivers(first: 5) { nodes { id } } }')).toEqual({ drivers: { nodes: [] } });
    });

    it('leaves a mutation undecided: its caller is told to look first', async () => {
      await other.query('begin; lock table gateway.sync_run in access exclusive mode');
      const { errors } = await gateway.request(
        'mutation { resyncDrivers(dryRun: true) { run { id } } }',
        {},
        'MASTER',
      );
      await other.query('rollback');
      expect(errors).toMatchObject([
        {
          extensions: { code: 'DATABASE_TIMEOUT' },
          message: expect.stringContaining('look at the current state before you send it again'),
        },
      ]);
    });
  },
);
