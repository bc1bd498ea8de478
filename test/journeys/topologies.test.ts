import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox';
import { createPostgresDatabase, dropPostgresDatabase } from '../support/databases';
import { givenGateway, type GivenGateway } from '../support/given-gateway';
import { until } from '../support/until';

const CREATE =
  'mutation ($input: CreateDriverInput!) { createDriver(input: $input) { driver { id } userErrors { code } } }';
const DELETE = 'mutation ($id: ID!) { deleteDriver(id: $id) { userErrors { code } } }';
const RESYNC = 'mutation { resyncDrivers { run { id } userErrors { code } } }';

interface Topology {
  readonly name: string;
  /** Servers that it needs, from the environment of the tests. */
  readonly needs: readonly ('TEST_DATABASE_URL' | 'TEST_REDIS_URL')[];
  /** Each serves and works; what is asked of one is carried out by any. */
  readonly processes: number;
}

const TOPOLOGIES: readonly Topology[] = [
  { name: 'embedded', needs: [], processes: 1 },
  { name: 'Postgres', needs: ['TEST_DATABASE_URL'], processes: 2 },
  { name: 'Postgres and Redis', needs: ['TEST_DATABASE_URL', 'TEST_REDIS_URL'], processes: 2 },
];

for (const { name, needs, processes } of TOPOLOGIES) {
  const isAvailable = needs.every((variable) => process.env[variable] !== undefined);
  (isAvailable ? describe : describe.skip)(`a fleet on ${name}`, () => {
    const gateways: GivenGateway[] = [];
    let sandbox: Sandbox;
    let databaseUrl: string | undefined;

    beforeAll(async () => {
      sandbox = await startSandbox({ fleet: 'empty' });
      // Large enough that one driver fewer is no listing to doubt.
      for (let number = 1; number <= 20; number += 1) {
        sandbox.gps.insert({
          firstname: 'First',
          lastname: `Driver${number}`,
          driveriDriverId: `D-${number}`,
        });
      }
      databaseUrl = needs.includes('TEST_DATABASE_URL') ? await createPostgresDatabase() : undefined;
      const redisUrl = needs.includes('TEST_REDIS_URL') ? process.env['TEST_REDIS_URL'] : undefined;
      for (let index = 0; index < processes; index += 1) {
        gateways.push(
          await givenGateway({
            sandbox,
            ...(databaseUrl === undefined ? {} : { databaseUrl }),
            ...(redisUrl === undefined ? {} : { redisUrl }),
          }),
        );
      }
    });
    afterAll(async () => {
      for (const gateway of gateways) await gateway.close();
      await sandbox.close();
      if (databaseUrl !== undefined) await dropPostgresDatabase(databaseUrl);
    });

    it('is mirrored, told in order through any process, and compared by a run', async () => {
      const [first, last] = [gateways[0], gateways.at(-1)];
      if (first === undefined || last === undefined) throw new Error('no gateway was started');
      const { driveri, gps } = sandbox;
      await first.turnOn();
      await until('the fleet has arrived', () => driveri.driver('D-20')?.status === 'Active');
      const events = await last.subscribe<{ syncEvents: { type: string; driverName: string | null } }>(
        'subscription { syncEvents { type driverName } }',
      );
      await last.ask('{ viewer { userId } }');
      const types = () => events.seen.map(({ syncEvents }) => syncEvents.type);
      const told = (type: string) => until(`${type} is told`, () => types().includes(type));

      const { createDriver } = await last.ask<{ createDriver: { driver: { id: string } } }>(CREATE, {
        input: { firstName: 'Made', lastName: 'Here', driveriDriverId: 'M-1' },
      });
      await told('DRIVERI_DRIVER_CREATED');
      expect(driveri.driver('M-1')).toMatchObject({ firstName: 'Made', lastName: 'Here' });
      const made = gps.drivers().find(({ driveriDriverId }) => driveriDriverId === 'M-1');
      gps.edit(made?.id ?? 0, { lastname: 'There' });
      await told('DRIVERI_DRIVER_UPDATED');
      expect(driveri.driver('M-1')?.lastName).toBe('There');
      await first.ask(DELETE, { id: createDriver.driver.id });
      await told('DRIVERI_DRIVER_REMOVED');
      expect(driveri.driver('M-1')?.status).toBe('Deleted');
      expect(types()).toEqual([
        ...['GPS_DRIVER_CREATED', 'DRIVERI_DRIVER_CREATED', 'GPS_DRIVER_UPDATED', 'DRIVERI_DRIVER_UPDATED'],
        ...['GPS_DRIVER_DELETED', 'DRIVERI_DRIVER_REMOVED'],
      ]);
      await events.stop();

      const { resyncDrivers } = await first.ask<{ resyncDrivers: { run: { id: string } } }>(RESYNC);
      const run = await until('the run has ended', async () => {
        const { syncRun } = await last.ask<{ syncRun: { status: string } }>(
          'query ($id: ID!) { syncRun(id: $id) { status } }',
          { id: resyncDrivers.run.id },
        );
        return !['PLANNING', 'RUNNING'].includes(syncRun.status) && syncRun.status;
      });
      expect(run).toBe('SUCCEEDED');
    }, 120_000);
  });
}
