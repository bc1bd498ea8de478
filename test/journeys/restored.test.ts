import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startSandbox, type DriveriDriver, type Sandbox } from '../../src/sandbox/sandbox';
import { createPostgresDatabase, dropPostgresDatabase } from '../support/databases';
import { givenGateway, type GivenGateway } from '../support/given-gateway';
import { until } from '../support/until';

const PATIENCE_MS = 120_000;

/** Where a gateway keeps its database, and how an operator backs it up and restores it (docs/operating.md). */
interface Kept {
  readonly options: { readonly dataDir?: string; readonly databaseUrl?: string };
  backUp(): void;
  restore(): Promise<void>;
  dispose(): Promise<void>;
}

function embedded(): Promise<Kept> {
  const folder = mkdtempSync(path.join(tmpdir(), 'gateway-restored-'));
  const [dataDir, backup] = [path.join(folder, 'data'), path.join(folder, 'backup')];
  return Promise.resolve({
    options: { dataDir },
    backUp: () => cpSync(dataDir, backup, { recursive: true }),
    restore: () => {
      rmSync(dataDir, { recursive: true });
      cpSync(backup, dataDir, { recursive: true });
      return Promise.resolve();
    },
    dispose: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
  });
}

async function postgres(): Promise<Kept> {
  const folder = mkdtempSync(path.join(tmpdir(), 'gateway-restored-'));
  const dump = path.join(folder, 'gateway.dump');
  const databases = [await createPostgresDatabase()];
  return {
    options: {
      get databaseUrl() {
        return databases.at(-1) ?? '';
      },
    },
    backUp: () =>
      void execFileSync('pg_dump', [
        '-Fc',
        '-n',
        'gateway',
        '-e',
        'pg_trgm',
        '-f',
        dump,
        databases.at(-1) ?? '',
      ]),
    async restore() {
      databases.push(await createPostgresDatabase());
      execFileSync('pg_restore', ['--exit-on-error', '--no-owner', '-d', databases.at(-1) ?? '', dump]);
    },
    async dispose() {
      for (const url of databases) await dropPostgresDatabase(url);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const SETTLED = '{ driverSync { health { state problems { code message } } counts { inSync total } } }';

interface Settled {
  readonly driverSync: {
    readonly health: { readonly state: string; readonly problems: readonly { readonly code: string }[] };
    readonly counts: { readonly inSync: number; readonly total: number };
  };
}

describe("yesterday's database, restored after a day in which the fleet went on", () => {
  let sandbox: Sandbox;
  let gateway: GivenGateway | undefined;
  let kept: Kept | undefined;

  afterEach(async () => {
    await gateway?.close();
    gateway = undefined;
    await sandbox.close();
    await kept?.dispose();
  });

  const start = async (): Promise<GivenGateway> => {
    gateway = await givenGateway({ sandbox, ...kept?.options });
    return gateway;
  };
  const stop = async (): Promise<void> => {
    await gateway?.close();
    gateway = undefined;
  };

  const gpsNumber = (lastname: string) => {
    const found = sandbox.gps.drivers().find((one) => one.lastname === lastname && !one.deleted);
    if (found === undefined) throw new Error(`GPS has no ${lastname}`);
    return found.id;
  };
  const keyOf = async (running: GivenGateway, search: string): Promise<string> => {
    const { drivers } = await running.ask<{ drivers: { nodes: { id: string }[] } }>(
      'query ($search: String!) { drivers(first: 1, filter: { search: $search }) { nodes { id } } }',
      { search },
    );
    const [node] = drivers.nodes;
    if (node === undefined) throw new Error(`no driver is found by ${search}`);
    return node.id;
  };
  const done = (payload: unknown): void => {
    expect(JSON.stringify(payload)).toContain('"userErrors":[]');
  };

  /** Who is active in Driveri, as GPS has them: one record each, and nobody else. */
  const namesInGps = () =>
    sandbox.gps
      .drivers()
      .filter(({ deleted }) => !deleted)
      .map(({ firstname, lastname, email }) => `${firstname} ${lastname} <${email}>`)
      .sort();
  const namesInDriveri = () =>
    sandbox.driveri
      .drivers()
      .filter(({ status }) => status === 'Active')
      .map(({ firstName, lastName, email }) => `${firstName} ${lastName} <${email}>`)
      .sort();
  const equal = async (running: GivenGateway): Promise<void> => {
    let seen = '';
    const isEqual = async (): Promise<boolean> => {
      const { driverSync } = await running.ask<Settled>(SETTLED);
      const [inGps, inDriveri] = [namesInGps(), namesInDriveri()];
      const { inSync, total } = driverSync.counts;
      seen = JSON.stringify({
        driverSync,
        onlyInGps: inGps.filter((one) => !inDriveri.includes(one)),
        onlyInDriveri: inDriveri.filter((one) => !inGps.includes(one)),
      });
      return (
        JSON.stringify(inGps) === JSON.stringify(inDriveri) && inSync === total && total === inGps.length
      );
    };
    await until('Driveri has what GPS has, and every driver is in sync', isEqual, PATIENCE_MS, 100).catch(
      (error: unknown) => {
        throw new Error(seen, { cause: error });
      },
    );
  };

  const runEverything = async (running: GivenGateway): Promise<unknown> => {
    const { resyncDrivers } = await running.ask<{
      resyncDrivers: { run: { id: string }; userErrors: readonly unknown[] };
    }>('mutation { resyncDrivers { run { id } userErrors { code message } } }');
    expect(resyncDrivers.userErrors).toEqual([]);
    return until(
      'the run has ended',
      async () => {
        const { syncRun } = await running.ask<{ syncRun: { status: string } }>(
          'query ($id: ID!) { syncRun(id: $id) { status totals { create rename remove reinstate update conflict } } }',
          { id: resyncDrivers.run.id },
        );
        return ['PLANNING', 'RUNNING'].includes(syncRun.status) ? null : syncRun;
      },
      PATIENCE_MS,
    );
  };

  const aDay = async (running: GivenGateway): Promise<void> => {
    const { gps } = sandbox;
    const create =
      'mutation ($input: CreateDriverInput!) { createDriver(input: $input) { userErrors { code message } } }';
    done(
      await running.ask(create, {
        input: {
          firstName: 'Created',
          lastName: 'Here',
          driveriDriverId: 'N-1',
          email: 'created@fleet.example',
        },
      }),
    );
    // No DriverID: it gets the account's fallback.
    done(await running.ask(create, { input: { firstName: 'Without', lastName: 'Identifier' } }));
    gps.insert({ firstname: 'Created', lastname: 'InGps', driveriDriverId: 'N-2' });
    done(
      await running.ask(
        'mutation ($input: UpdateDriverInput!) { updateDriver(input: $input) { userErrors { code message } } }',
        { input: { id: await keyOf(running, 'Person1x'), firstName: 'Edited' } },
      ),
    );
    done(
      await running.ask('mutation ($id: ID!) { deleteDriver(id: $id) { userErrors { code message } } }', {
        id: await keyOf(running, 'Person2x'),
      }),
    );
    await equal(running);
    // A DriverID that is changed, two that are swapped, one of a removed driver that is given to a new one, one whose driver is entered anew.
    gps.edit(gpsNumber('Person3x'), { driveriDriverId: 'D-3-NEW', email: '' });
    gps.edit(gpsNumber('Person4x'), { driveriDriverId: 'SWAP' });
    await equal(running);
    gps.edit(gpsNumber('Person5x'), { driveriDriverId: 'D-4' });
    gps.edit(gpsNumber('Person4x'), { driveriDriverId: 'D-5' });
    gps.remove(gpsNumber('Person6x'));
    await equal(running);
    gps.insert({
      firstname: 'Heir',
      lastname: 'Of Person6x',
      email: 'heir@fleet.example',
      driveriDriverId: 'D-6',
    });
    gps.remove(gpsNumber('Person7x'));
    gps.insert({
      firstname: 'Again',
      lastname: 'Person7x',
      email: 'again@fleet.example',
      driveriDriverId: 'D-7',
    });
    await equal(running);
  };

  const recordOf = ({ driverId, ...rest }: DriveriDriver) => [driverId, rest] as const;

  const withPostgres =
    process.env['TEST_DATABASE_URL'] === undefined ? [] : ([['Postgres', postgres]] as const);
  it.each([['the embedded database', embedded] as const, ...withPostgres])(
    'changes nothing in Driveri but what GPS changed since: %s',
    async (_name, keep) => {
      sandbox = await startSandbox({ fleet: 'empty' });
      kept = await keep();
      // Large enough that what a day removed is below the number of removals that wait for a person.
      for (let number = 1; number <= 100; number += 1) {
        sandbox.gps.insert({
          firstname: 'First',
          lastname: `Person${number}x`,
          email: `person${number}@fleet.example`,
          driveriDriverId: `D-${number}`,
        });
      }
      let running = await start();
      await running.turnOn();
      await equal(running);
      await stop();
      kept.backUp();

      running = await start();
      await aDay(running);
      await stop();
      const before = new Map(sandbox.driveri.drivers().map(recordOf));

      await kept.restore();
      // While no gateway runs, the fleet goes on as well.
      sandbox.gps.edit(gpsNumber('Person10x'), { firstname: 'Meanwhile' });
      sandbox.gps.remove(gpsNumber('Person11x'));
      sandbox.gps.insert({ firstname: 'Late', lastname: 'Arrival', driveriDriverId: 'N-3' });
      running = await start();
      await equal(running);
      expect(await runEverything(running)).toMatchObject({
        status: 'SUCCEEDED',
        totals: { create: 0, rename: 0, remove: 0, reinstate: 0, update: 0, conflict: 0 },
      });
      await equal(running);
      expect((await running.ask<Settled>(SETTLED)).driverSync.health).toEqual({
        state: 'HEALTHY',
        problems: [],
      });

      // Not one write to anybody else's record: the time of their last change is part of it.
      const after = new Map(sandbox.driveri.drivers().map(recordOf));
      const changed = [...after.keys()].filter(
        (id) => JSON.stringify(after.get(id)) !== JSON.stringify(before.get(id)),
      );
      expect(changed.sort()).toEqual(['D-10', 'D-11', 'N-3']);
      expect(after.size).toBe(before.size + 1);
      expect(after.get('D-11')).toMatchObject({ status: 'Deleted' });
    },
    400_000,
  );
});
