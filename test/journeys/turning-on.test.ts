import { givenGateway, type GivenGateway } from '../support/given-gateway';
import { until } from '../support/until';

const DRIVERS = `query ($after: String) { drivers(first: 100, after: $after) { totalCount pageInfo { hasNextPage endCursor }
  nodes { fullName presence driveriDriverId sync { status differences { field gps driveri } } } } }`;

interface DriverRow {
  readonly fullName: string;
  readonly presence: string;
  readonly driveriDriverId: string | null;
  readonly sync: { readonly status: string; readonly differences: readonly { readonly field: string }[] };
}

describe('before Driver Sync is turned on, and turning it on', () => {
  let given: GivenGateway;
  beforeAll(async () => {
    given = await givenGateway({ fleet: 'demo' });
    await until('both portals were read', async () => {
      const { driverSync } = await given.ask<{
        driverSync: { health: { gpsObservedAt: string | null; driveriObservedAt: string | null } };
      }>('{ driverSync { health { gpsObservedAt driveriObservedAt } } }');
      return driverSync.health.gpsObservedAt !== null && driverSync.health.driveriObservedAt !== null;
    });
  });
  afterAll(() => given.close());

  const allDrivers = async (): Promise<readonly DriverRow[]> => {
    const rows: DriverRow[] = [];
    for (let after: string | null = null; ;) {
      const {
        drivers,
      }: { drivers: { nodes: DriverRow[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } =
        await given.ask(DRIVERS, { after });
      rows.push(...drivers.nodes);
      if (!drivers.pageInfo.hasNextPage) return rows;
      after = drivers.pageInfo.endCursor;
    }
  };

  it('shows the union of both portals, with presence and differences, everybody OFF', async () => {
    const rows = await allDrivers();
    expect(rows.length).toBeGreaterThan(230);
    expect(new Set(rows.map((row) => row.presence))).toEqual(new Set(['BOTH', 'GPS_ONLY', 'DRIVERI_ONLY']));
    expect(new Set(rows.map((row) => row.sync.status))).toEqual(new Set(['OFF']));
    expect(rows.some((row) => row.presence === 'BOTH' && row.sync.differences.length > 0)).toBe(true);
  });

  it('lists in a dry run what turning it on would do, and writes nothing', async () => {
    const before = JSON.stringify(given.sandbox.driveri.drivers());
    const { resyncDrivers } = await given.ask<{
      resyncDrivers: { run: { id: string }; userErrors: unknown[] };
    }>('mutation { resyncDrivers(dryRun: true) { run { id } userErrors { code message } } }');
    expect(resyncDrivers.userErrors).toEqual([]);
    const run = await until('the dry run is planned', async () => {
      const { syncRun } = await given.ask<{
        syncRun: {
          status: string;
          totals: Record<string, number>;
          items: { nodes: { action: string; reason: string }[] };
        };
      }>(
        'query ($id: ID!) { syncRun(id: $id) { status totals { create link reinstate conflict } items(first: 100) { nodes { action reason } } } }',
        { id: resyncDrivers.run.id },
      );
      return syncRun.status === 'PLANNED' && syncRun;
    });
    expect(run.totals['create']).toBeGreaterThan(0);
    expect(run.totals['reinstate']).toBeGreaterThan(0);
    expect(run.totals['conflict']).toBe(2);
    expect(run.items.nodes.every((item) => item.reason !== '')).toBe(true);
    expect(JSON.stringify(given.sandbox.driveri.drivers())).toBe(before);
  });

  it.each(['VIEWER', 'ADMIN'] as const)('refuses %s', async (role) => {
    const answer = await given.request(
      'mutation { setDriverSync(enabled: true) { userErrors { code } } }',
      {},
      role,
    );
    expect(answer.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  it('refuses to make a real run while it is off', async () => {
    const { resyncDrivers } = await given.ask<{ resyncDrivers: { userErrors: { code: string }[] } }>(
      'mutation { resyncDrivers { userErrors { code } } }',
    );
    expect(resyncDrivers.userErrors.map((error) => error.code)).toEqual(['SYNC_OFF']);
  });

  it('reports credentials that a portal refuses before anything starts', async () => {
    given.sandbox.driveri.faults.set({ kind: 'refuse-credentials', operation: 'auth.tokens' });
    given.sandbox.driveri.faults.set({ kind: 'refuse-credentials', operation: 'auth.token' });
    const { setDriverSync } = await given.ask<{
      setDriverSync: { driverSync: unknown; userErrors: { code: string; message: string }[] };
    }>('mutation { setDriverSync(enabled: true) { driverSync { enabled } userErrors { code message } } }');
    given.sandbox.driveri.faults.clear();
    expect(setDriverSync.userErrors.map((error) => error.code)).toEqual(['PORTAL_CREDENTIALS_REFUSED']);
    const { driverSync } = await given.ask<{ driverSync: { enabled: boolean } }>(
      '{ driverSync { enabled } }',
    );
    expect(driverSync.enabled).toBe(false);
  });

  it('starts an INITIAL run that is visible to subscribers, after which Driveri holds what GPS says', async () => {
    const { setDriverSync } = await given.ask<{
      setDriverSync: { run: { id: string; kind: string }; userErrors: unknown[] };
    }>('mutation { setDriverSync(enabled: true) { run { id kind } userErrors { code message } } }');
    expect(setDriverSync).toMatchObject({ run: { kind: 'INITIAL' }, userErrors: [] });
    const run = await given.subscribe<{ syncRun: { status: string; progress: number } }>(
      'subscription ($id: ID!) { syncRun(id: $id) { status progress } }',
      { id: setDriverSync.run.id },
    );
    await until('the run has ended for its subscriber', () => run.ended(), 150_000);
    expect(run.errors).toEqual([]);
    expect(run.seen.at(-1)?.syncRun).toEqual({ status: 'PARTIAL', progress: 1 }); // partial: the fleet holds a conflict
    await expectDriveriToMatch(given);
    const statuses = new Set((await allDrivers()).map((row) => row.sync.status));
    expect(statuses).toEqual(new Set(['IN_SYNC', 'CONFLICT', 'UNMANAGED']));
    const { driverSync } = await given.ask<{
      driverSync: { health: { state: string; problems: { code: string }[] } };
    }>('{ driverSync { health { state problems { code } } } }');
    expect(driverSync.health).toEqual({ state: 'DEGRADED', problems: [{ code: 'DRIVERS_NEED_ATTENTION' }] });
  });
});

/** Everybody in GPS who has a DriverID of their own is in Driveri under it, active, with the same name and e-mail. */
async function expectDriveriToMatch({ sandbox }: GivenGateway): Promise<void> {
  const wanted = new Map<string, number>();
  const present = sandbox.gps.drivers().filter((driver) => !driver.deleted);
  for (const driver of present) {
    const id = (driver.driveriDriverId ?? '').trim();
    if (id !== '') wanted.set(id, (wanted.get(id) ?? 0) + 1);
  }
  for (const driver of present) {
    const id = (driver.driveriDriverId ?? '').trim();
    if (id === '' || wanted.get(id) !== 1) continue;
    const there = sandbox.driveri.driver(id.normalize('NFC'));
    expect(there).toBeDefined();
    const name = (text: string | null | undefined): string =>
      (text ?? '').normalize('NFC').trim().toLowerCase().replace(/\s+/g, ' ');
    const expected =
      name(driver.firstname) === ''
        ? [name(driver.lastname), '']
        : [name(driver.firstname), name(driver.lastname)];
    expect([name(there?.firstName), name(there?.lastName)]).toEqual(expected);
  }
}

describe('an account that may not', () => {
  it('gets SYNC_NOT_AVAILABLE as a Standard account, which says whom to contact', async () => {
    const given = await givenGateway({
      fleet: 'empty',
      account: { tier: 'STANDARD', driverSyncAvailable: false },
    });
    try {
      const { setDriverSync } = await given.ask<{
        setDriverSync: { userErrors: { code: string; message: string }[] };
      }>('mutation { setDriverSync(enabled: true) { userErrors { code message } } }');
      expect(setDriverSync.userErrors[0]?.code).toBe('SYNC_NOT_AVAILABLE');
      expect(setDriverSync.userErrors[0]?.message).toContain('Account Manager');
    } finally {
      await given.close();
    }
  });
});
