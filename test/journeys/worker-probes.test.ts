import { createApp, type App } from '../../src/app';
import { sandboxAccount } from '../../src/assembly/sandbox-account';
import { loadConfig } from '../../src/config/config';
import { silentLogger } from '../../src/platform/logger';
import { createPostgresDatabase, dropPostgresDatabase } from '../support/databases';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox';
import { until } from '../support/until';

const withPostgres = process.env['TEST_DATABASE_URL'] ? describe : describe.skip;

withPostgres('a process that only works', () => {
  let databaseUrl: string;
  let sandbox: Sandbox;
  let app: App;
  beforeAll(async () => {
    sandbox = await startSandbox({ fleet: 'demo' });
    databaseUrl = await createPostgresDatabase();
    app = await createApp({
      config: loadConfig({
        ROLE: 'worker',
        PORT: '0',
        ACCOUNTS_FILE: 'given-by-the-test',
        DATABASE_URL: databaseUrl,
        AUTH_SECRET: 'a secret for tests that has 32 bytes or more',
      }),
      logger: silentLogger,
      accounts: [sandboxAccount(sandbox)],
    });
    await app.start();
  });
  afterAll(async () => {
    await app.stop();
    await sandbox.close();
    await dropPostgresDatabase(databaseUrl);
  });

  const get = (path: string) => fetch(`${app.probesUrl}${path}`);

  it('lives, is ready, and serves no API', async () => {
    expect(app.url).toBeNull();
    expect([(await get('/livez')).status, await (await get('/livez')).json()]).toEqual([
      200,
      { status: 'ok' },
    ]);
    const ready = await get('/readyz');
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ok', checks: { database: 'ok', queue: 'ok' } },
    ]);
    expect((await get('/graphql')).status).toBe(404);
  });

  it('counts its calls to portals, its ownerships, and what its accounts wait for', async () => {
    const text = await until(
      'both portals have been read',
      async () => {
        const metrics = await (await get('/metrics')).text();
        return ['gps', 'driveri'].every((portal) =>
          new RegExp(`gateway_roster_age_seconds\\{account="sandbox",portal="${portal}"\\} [\\d.]+`).test(
            metrics,
          ),
        )
          ? metrics
          : null;
      },
      60_000,
      500,
    );
    expect(text).toMatch(/gateway_portal_calls_total\{portal="gps",operation="[^"]+",result="ok"\} \d+/);
    expect(text).toMatch(/gateway_ownership_changes_total\{change="taken"\} [1-9]/);
    expect(text).toMatch(/gateway_ready\{check="database"\} 1/);
    expect(text).toMatch(/gateway_due_drivers\{account="sandbox"\} 0/);
  });
});
