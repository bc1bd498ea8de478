import { sql } from 'kysely';
import { readDataRequest } from '../../src/data-request';
import { accountId } from '../../src/driver/ids';
import { exportDriver, forgetDriver, traceDriver } from '../../src/store/queries/driver-data';
import type { GatewayDb } from '../../src/store/database/tables';
import { givenGateway, type GivenGateway } from '../support/given-gateway';
import { until } from '../support/until';

const PATIENCE_MS = 60_000;
const ACCOUNT = accountId('sandbox');

describe("one driver's data", () => {
  let gateway: GivenGateway;
  const db = () => gateway.app.database.kysely.withTables() as unknown as GatewayDb; // tables are named in full

  beforeAll(async () => {
    gateway = await givenGateway({ fleet: 'empty' });
    for (const index of [1, 2, 3, 4, 5]) {
      gateway.sandbox.gps.insert({
        firstname: 'Kept',
        lastname: `Person ${index}`,
        driveriDriverId: `KEPT-${index}`,
      });
    }
    await gateway.turnOn();
  }, 120_000);
  afterAll(() => gateway.close());

  /** Every row of every table that holds this text. */
  async function mentions(text: string): Promise<readonly string[]> {
    const tables = await sql<{ name: string }>`
      select table_schema || '.' || table_name as name from information_schema.tables
      where table_schema in ('gateway', 'bullmq')`.execute(db());
    const found: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await sql<{ row: string }>`
        select t::text as row from ${sql.table(name)} t where t::text ilike ${`%${text}%`}`.execute(db());
      found.push(...rows.map(({ row }) => `${name}: ${row}`));
    }
    return found;
  }

  const seqs = async () =>
    (
      await sql<{
        seq: number;
      }>`select seq from gateway.event where account = ${ACCOUNT} order by seq`.execute(db())
    ).rows.map(({ seq }) => seq);

  it('is exported whole, erased everywhere, and the log keeps its numbers', async () => {
    const { gps, driveri } = gateway.sandbox;
    const { id } = gps.insert({
      firstname: 'Zora',
      lastname: 'Quillfeather',
      email: 'zora@quillfeather.example',
      driveriDriverId: 'ZQ-1',
    });
    await until('Driveri has her', () => driveri.driver('ZQ-1'), PATIENCE_MS);
    // Another driver's conflict names her.
    gps.insert({ firstname: 'Rival', lastname: 'Person', driveriDriverId: 'ZQ-1' });
    await until(
      'the conflict is told',
      async () => (await mentions('quillfeather')).some((one) => /Rival/.test(one)),
      PATIENCE_MS,
    );
    gps.edit(id, { firstname: 'Zorah' });
    await until('her new name arrives', () => driveri.driver('ZQ-1')?.firstName === 'Zorah', PATIENCE_MS);
    expect(await forgetDriver(db(), await traceDriver(db(), ACCOUNT, { driverId: 'ZQ-1' }))).toEqual({
      refused: 'in-gps',
    });

    gps.edit(gps.drivers().find(({ firstname }) => firstname === 'Rival')?.id ?? 0, {
      driveriDriverId: 'RIVAL-1',
    });
    const { drivers } = await gateway.ask<{ drivers: { nodes: { id: string }[] } }>(
      '{ drivers(first: 1, filter: { search: "Quillfeather" }) { nodes { id } } }',
    );
    await gateway.ask('mutation ($id: ID!) { deleteDriver(id: $id) { userErrors { message } } }', {
      id: drivers.nodes[0]?.id,
    });
    await until('she is removed in Driveri', () => driveri.driver('ZQ-1')?.status === 'Deleted', PATIENCE_MS);
    const before = await seqs();
    await until(
      'the removal is confirmed',
      async () => {
        const { rows } = await sql<{ open: number }>`
          select (select count(*) from gateway.removal where account = ${ACCOUNT} and state not in ('done', 'void'))
            + (select count(*) from gateway.driveri_intent where account = ${ACCOUNT} and state <> 'closed')
            + (select count(*) from gateway.gps_driver where account = ${ACCOUNT} and gps_id = ${String(id)}
                and presence <> 'gone') as open`.execute(db());
        return Number(rows[0]?.open) === 0;
      },
      PATIENCE_MS,
    );

    // Driveri keeps removed drivers, and what it still lists is read again: from here on it is away.
    await driveri.stop();
    const gpsId = String(id);
    await until(
      'nothing of hers is under way',
      async () => {
        const trace = await traceDriver(db(), ACCOUNT, { gpsId });
        const exported = await exportDriver(db(), trace);
        if (!JSON.stringify(exported).includes('zora@quillfeather.example'))
          throw new Error('the export lacks her e-mail');
        return 'erased' in (await forgetDriver(db(), trace));
      },
      PATIENCE_MS,
    );

    expect(await mentions('quillfeather')).toEqual([]);
    expect(await mentions('"Zora')).toEqual([]);
    const after = await seqs();
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after).toEqual(after.map((_, index) => (after[0] ?? 0) + index));
    // Others are as they were, and the log can be read from its beginning.
    expect((await mentions('KEPT-1')).length).toBeGreaterThan(0);
    const { syncEvents } = await gateway.ask<{ syncEvents: { nodes: { message: string }[] } }>(
      '{ syncEvents(first: 100) { nodes { message driverName } } }',
    );
    expect(syncEvents.nodes.some(({ message }) => message.includes('was erased'))).toBe(true);
  }, 240_000);
});

test('the commands say what they need', () => {
  expect(readDataRequest('forget', ['acme', '--gps-id=42', '--yes'])).toEqual({
    kind: 'forget',
    account: 'acme',
    name: { gpsId: '42' },
    isConfirmed: true,
  });
  expect(() => readDataRequest('export', ['acme'])).toThrow('--driver-id=');
  expect(() => readDataRequest('export', ['--key=1'])).toThrow('give the account');
});
