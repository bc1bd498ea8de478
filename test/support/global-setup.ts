import { prepareEmbeddedTemplate } from './embedded-template';
import { ServerMissing, startPostgres, startRedis, type Server } from './servers';

/** What the run has started and what it had to leave out; read by the teardown, which runs in the same process. */
export interface RunServers {
  readonly started: Server[];
  readonly leftOut: string[];
}

declare global {
  // Jest gives setup and teardown nothing else to share.
  var testRunServers: RunServers | undefined;
}

/**
 * Starts one Postgres and one Redis for the whole run, and passes their URLs on in `TEST_DATABASE_URL` and `TEST_REDIS_URL`;
 * whoever sets these has servers of their own. `TEST_SERVERS=none` leaves both out, for a quick run of a few unit tests.
 */
export default async function startServers(): Promise<void> {
  const run: RunServers = { started: [], leftOut: [] };
  globalThis.testRunServers = run;
  try {
    await Promise.all([
      prepareEmbeddedTemplate(),
      provide(run, 'TEST_DATABASE_URL', 'Postgres', startPostgres),
      provide(run, 'TEST_REDIS_URL', 'Redis', startRedis),
    ]);
  } catch (error) {
    // Jest runs no teardown after a setup that failed.
    await Promise.all(run.started.map((server) => server.stop()));
    throw error;
  }
}

async function provide(
  run: RunServers,
  variable: string,
  what: string,
  start: () => Promise<Server>,
): Promise<void> {
  if (process.env[variable]) return;
  try {
    if (process.env['TEST_SERVERS'] === 'none') throw new ServerMissing('TEST_SERVERS=none');
    const server = await start();
    run.started.push(server);
    process.env[variable] = server.url;
  } catch (error) {
    if (process.env['REQUIRE_SERVERS'] === '1' || !(error instanceof ServerMissing)) throw error;
    run.leftOut.push(`suites on a real ${what} (${error.message})`);
  }
}
