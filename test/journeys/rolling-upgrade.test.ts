import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox';
import { createPostgresDatabase, dropPostgresDatabase } from '../support/databases';
import { startGatewayProcess, type GatewayProcess } from '../support/gateway-process';
import { temporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';

const PATIENCE_MS = 60_000;

(process.env['TEST_DATABASE_URL'] ? describe : describe.skip)('a rolling deployment', () => {
  let sandbox: Sandbox;
  let databaseUrl: string;
  const running = new Set<GatewayProcess>();

  beforeAll(async () => {
    sandbox = await startSandbox();
    databaseUrl = await createPostgresDatabase();
  });
  afterAll(async () => {
    await Promise.all([...running].map((one) => one.kill()));
    await sandbox.close();
    await dropPostgresDatabase(databaseUrl);
  });

  async function start(program?: string): Promise<GatewayProcess> {
    const dataDir = temporaryDirectory();
    const given = { sandbox, dataDir, databaseUrl, ...(program === undefined ? {} : { program }) };
    const one = await startGatewayProcess({ ...given, logLevel: 'warn' });
    running.add(one);
    return one;
  }

  async function stop(one: GatewayProcess): Promise<number | null> {
    running.delete(one);
    return one.stop();
  }

  /** Creates a driver through this process, and waits until Driveri has it, whoever owns the account. */
  async function createThrough(one: GatewayProcess, driverId: string): Promise<void> {
    const { createDriver } = await one.ask<{ createDriver: { userErrors: unknown[] } }>(
      `mutation ($id: String!) {
        createDriver(input: { firstName: "Rolling", lastName: "Driver", driveriDriverId: $id }) { userErrors { message } }
      }`,
      { id: driverId },
    );
    expect(createDriver.userErrors).toEqual([]);
    await until(`Driveri has ${driverId}`, () => sandbox.driveri.driver(driverId), PATIENCE_MS);
  }

  async function editInGps(driverId: string, firstname: string): Promise<void> {
    const { id } = sandbox.gps.drivers().find((one) => one.driveriDriverId === driverId) ?? { id: 0 };
    sandbox.gps.edit(id, { firstname });
    await until(
      `Driveri has the name ${firstname}`,
      () => sandbox.driveri.driver(driverId)?.firstName === firstname,
      PATIENCE_MS,
    );
  }

  test('has the previous and the next version at work on one database without an error, and can be rolled back', async () => {
    const previous = await start();
    await previous.ask('mutation { setDriverSync(enabled: true) { userErrors { message } } }');
    await createThrough(previous, 'ROLL-1');

    // It migrates while the previous version owns the account.
    const next = await start('test/support/next-version-program.ts');
    await createThrough(next, 'ROLL-2');
    await createThrough(previous, 'ROLL-3');
    await editInGps('ROLL-1', 'Both');

    // The deployment is rolled back half way: the previous version goes on alone, on the new tables.
    expect(await stop(next)).toBe(0);
    await editInGps('ROLL-2', 'Back');
    await createThrough(previous, 'ROLL-4');

    for (const one of [previous, next]) {
      expect(one.output().match(/^\{"level":"error".*$/gm)).toBeNull();
    }
    const names = ['ROLL-1', 'ROLL-2', 'ROLL-3', 'ROLL-4'];
    const made = sandbox.driveri.drivers().filter(({ driverId }) => names.includes(driverId));
    expect(made.map(({ driverId }) => driverId).sort()).toEqual(names);

    // A process of the previous version that starts only now says why it does not.
    await expect(start()).rejects.toThrow('the process ended with 1');
  }, 300_000);
});
