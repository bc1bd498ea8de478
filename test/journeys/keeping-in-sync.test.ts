import { DEFAULT_LIMITS } from '../../src/driver/guard/guards';
import { givenGateway, type GivenGateway, type GraphqlAnswer } from '../support/given-gateway';
import { until } from '../support/until';

const CREATE = `mutation ($input: CreateDriverInput!) { createDriver(input: $input) {
  driver { id version driveriDriverId gps { gpsId } } userErrors { code message field } } }`;
const UPDATE = `mutation ($input: UpdateDriverInput!) { updateDriver(input: $input) {
  driver { id version lastName } userErrors { code message field } } }`;
const DELETE =
  'mutation ($id: ID!) { deleteDriver(id: $id) { deletedDriverId userErrors { code message field } } }';

interface UserErrors {
  readonly userErrors: readonly { readonly code: string; readonly field: readonly string[] | null }[];
}
interface Payload extends UserErrors {
  readonly driver: {
    readonly id: string;
    readonly version: string;
    readonly gps: { readonly gpsId: string };
  };
}

/** A clock that runs, and that a test moves ahead: the gateway's, the portals' and the tokens'. */
function movableClock(): { now(): number; advance(ms: number): void } {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    advance: (ms) => {
      offset += ms;
    },
  };
}

describe('while Driver Sync is on', () => {
  let given: GivenGateway;
  const clock = movableClock();
  beforeAll(async () => {
    given = await givenGateway({ fleet: 'empty', clock, account: { guards: { ...LOOSE } } });
    for (let number = 1; number <= 20; number += 1) {
      given.sandbox.gps.insert({
        firstname: 'First',
        lastname: `Driver${number}`,
        driveriDriverId: `D-${number}`,
      });
    }
    await given.turnOn();
  });
  afterAll(() => given.close());

  const create = async (input: Record<string, unknown>): Promise<Payload> =>
    (await given.ask<{ createDriver: Payload }>(CREATE, { input })).createDriver;
  const update = async (input: Record<string, unknown>): Promise<Payload> =>
    (await given.ask<{ updateDriver: Payload }>(UPDATE, { input })).updateDriver;
  const inDriveri = (id: string) => given.sandbox.driveri.driver(id);

  it('has a driver in GPS when createDriver returns, in Driveri without anybody asking, and tells it in order', async () => {
    const events = await given.subscribe<{
      syncEvents: { type: string; driverName: string; cursor: string };
    }>('subscription { syncEvents { type driverName cursor } }');
    await given.ask('{ viewer { userId } }');
    const { driver, userErrors } = await create({
      firstName: 'Zoë',
      lastName: "O'Neill",
      email: 'zoe@example.com',
      driveriDriverId: 'TX/0042',
    });
    expect(userErrors).toEqual([]);
    expect(given.sandbox.gps.driver(driver.gps.gpsId)).toMatchObject({
      firstname: 'Zoë',
      lastname: "O'Neill",
    });
    await until('Driveri has the driver', () => inDriveri('TX/0042'));
    await update({ id: driver.id, lastName: 'Nilsson' });
    await until('Driveri has the new name', () => inDriveri('TX/0042')?.lastName === 'Nilsson');
    await given.ask(DELETE, { id: driver.id });
    await until('Driveri has removed the driver', () => inDriveri('TX/0042')?.status === 'Deleted');
    const types = await until('all events were told', () => {
      const told = events.seen.map((event) => event.syncEvents.type);
      return told.includes('DRIVERI_DRIVER_REMOVED') && told;
    });
    expect(types).toEqual([
      'GPS_DRIVER_CREATED',
      'DRIVERI_DRIVER_CREATED',
      'GPS_DRIVER_UPDATED',
      'DRIVERI_DRIVER_UPDATED',
      'GPS_DRIVER_DELETED',
      'DRIVERI_DRIVER_REMOVED',
    ]);
    await events.stop();
  });

  it('answers what GPS does not accept with the field and why, and nothing is changed', async () => {
    const first = await create({ lastName: 'First', firstName: 'The', referenceId: 'R-1' });
    expect(first.userErrors).toEqual([]);
    const there = given.sandbox.gps.drivers().length;
    const field = ['input', 'referenceId'];
    const second = await create({ lastName: 'Second', firstName: 'The', referenceId: 'R-1' });
    // The Ref ID stands in for the DriverID, and another driver has that one: known before GPS is asked.
    expect(second).toMatchObject({ driver: null, userErrors: [{ code: 'DRIVER_ID_TAKEN', field }] });
    const other = await create({ lastName: 'Other', firstName: 'The', referenceId: 'R-2' });
    const updated = await update({ id: other.driver.id, lastName: 'Changed', referenceId: 'R-1' });
    expect(updated).toMatchObject({
      driver: { lastName: 'Other' },
      userErrors: [{ code: 'PORTAL_REJECTED', field }],
    });
    expect(given.sandbox.gps.drivers()).toHaveLength(there + 1);
    expect(given.sandbox.gps.drivers().some((driver) => driver.lastname === 'Changed')).toBe(false);
  });

  it('mirrors what is added, changed and deleted directly in the GPS portal, by the poll', async () => {
    const added = given.sandbox.gps.insert({
      firstname: 'Direct',
      lastname: 'Add',
      driveriDriverId: 'ADD-1',
    });
    await until('the added one arrives', () => inDriveri('ADD-1'));
    given.sandbox.gps.edit(added.id, { lastname: 'Changed' });
    await until('the change arrives', () => inDriveri('ADD-1')?.lastName === 'Changed');
    given.sandbox.gps.remove(added.id);
    await until('the removal arrives', () => inDriveri('ADD-1')?.status === 'Deleted');
    given.sandbox.gps.undelete(added.id);
    await until('they are back', () => inDriveri('ADD-1')?.status === 'Active');
  });

  it('puts back from the log whom it removed, and shows what a run changed as it was before', async () => {
    const gone = given.sandbox.gps.insert({ firstname: 'Uma', lastname: 'Undo', driveriDriverId: 'UNDO-1' });
    await until('they are in Driveri', () => inDriveri('UNDO-1')?.status === 'Active');
    given.sandbox.gps.remove(gone.id);
    const removal = await until('the removal is told', async () => {
      const { syncEvents } = await given.ask<{
        syncEvents: { nodes: { id: string; driverName: string | null }[] };
      }>('{ syncEvents(first: 5, filter: { types: [DRIVERI_DRIVER_REMOVED] }) { nodes { id driverName } } }');
      return syncEvents.nodes.find((event) => event.driverName === 'Uma Undo');
    });
    expect(inDriveri('UNDO-1')?.status).toBe('Deleted');
    const undo = async (force: boolean): Promise<readonly string[]> => {
      const { undoRemoval } = await given.ask<{ undoRemoval: UserErrors }>(
        'mutation ($event: ID!, $force: Boolean!) { undoRemoval(event: $event, force: $force) { userErrors { code field } } }',
        { event: removal.id, force },
      );
      return undoRemoval.userErrors.map((error) => error.code);
    };
    expect(await undo(false)).toHaveLength(1);
    expect(inDriveri('UNDO-1')?.status).toBe('Deleted');
    expect(await undo(true)).toEqual([]);
    expect(inDriveri('UNDO-1')?.status).toBe('Active');

    given.sandbox.driveri.edit('D-3', { lastName: 'Before the run' });
    const { resyncDrivers } = await given.ask<{ resyncDrivers: { run: { id: string } } }>(
      'mutation { resyncDrivers { run { id } } }',
    );
    const { items } = await until('the run is over', async () => {
      const { syncRun } = await given.ask<{
        syncRun: { status: string; items: { nodes: { driverName: string; changes: unknown[] }[] } };
      }>(
        `query ($id: ID!) { syncRun(id: $id) { status
          items(first: 50, outcome: [APPLIED]) { nodes { driverName changes { field from to } } } } }`,
        { id: resyncDrivers.run.id },
      );
      return syncRun.status === 'SUCCEEDED' && syncRun;
    });
    expect(items.nodes).toEqual([
      {
        driverName: 'First Driver3',
        changes: [{ field: 'lastName', from: 'Before the run', to: 'Driver3' }],
      },
    ]);
    // Whom somebody has brought back is not removed again.
    expect(inDriveri('UNDO-1')?.status).toBe('Active');
  });

  it('shows an edit made in Driveri as DRIFTED, never takes it to GPS, and overrides it in the daily run', async () => {
    given.sandbox.driveri.edit('D-1', { lastName: 'Edited in Driveri' });
    const drifted = await until('the drift is shown', async () => {
      const { drivers } = await given.ask<{
        drivers: { nodes: { sync: { status: string; differences: unknown[] } }[] };
      }>(
        '{ drivers(filter: { driveriDriverId: "D-1" }) { nodes { sync { status differences { field gps driveri } } } } }',
      );
      const sync = drivers.nodes[0]?.sync;
      return sync?.status === 'DRIFTED' && sync;
    });
    expect(drifted.differences).toEqual([
      { field: 'lastName', gps: 'Driver1', driveri: 'Edited in Driveri' },
    ]);
    expect(given.sandbox.gps.drivers().some((driver) => driver.lastname === 'Edited in Driveri')).toBe(false);
    expect(inDriveri('D-1')?.lastName).toBe('Edited in Driveri');
    clock.advance(25 * 3_600_000);
    await until('the daily run has overridden it', () => inDriveri('D-1')?.lastName === 'Driver1');
    const told = await until('it was told', async () => {
      const { syncEvents } = await given.ask<{
        syncEvents: { nodes: { driverName: string; changes: unknown[] }[] };
      }>(
        '{ syncEvents(first: 20, filter: { types: [DRIFT_OVERRIDDEN] }) { nodes { driverName changes { field from to } } } }',
      );
      return syncEvents.nodes.find((event) => event.driverName === 'First Driver1');
    });
    expect(told.changes).toEqual([{ field: 'lastName', from: 'Edited in Driveri', to: 'Driver1' }]);
    const { syncRuns } = await given.ask<{ syncRuns: { nodes: { kind: string }[] } }>(
      '{ syncRuns { nodes { kind } } }',
    );
    expect(syncRuns.nodes[0]?.kind).toBe('DAILY');
  });

  it.each([
    ['a missing last name', { lastName: '  ' }, 'REQUIRED', ['input', 'lastName']],
    ['a malformed e-mail', { lastName: 'X', email: 'not an address' }, 'INVALID_EMAIL', ['input', 'email']],
    [
      'an unknown time zone',
      { lastName: 'X', timeZone: 'Mars/Base' },
      'INVALID_TIME_ZONE',
      ['input', 'timeZone'],
    ],
    [
      'a DriverID that another driver wants',
      { lastName: 'X', driveriDriverId: 'D-2' },
      'DRIVER_ID_TAKEN',
      ['input', 'driveriDriverId'],
    ],
  ])('refuses %s, says where, and changes nothing', async (_what, input, code, field) => {
    const before = given.sandbox.gps.drivers().length;
    const { userErrors } = await create(input);
    expect(userErrors.map((error) => [error.code, error.field])).toEqual([[code, field]]);
    expect(given.sandbox.gps.drivers().length).toBe(before);
  });

  it.each([
    ['an unknown id', 'mutation { deleteDriver(id: "bm9wZQ") { userErrors { code } } }'],
    ['a wrong cursor', '{ drivers(after: "nonsense") { totalCount } }'],
    ['a page that is too large', '{ drivers(first: 100000) { totalCount } }'],
  ])('answers %s with a clear error', async (_what, query) => {
    const answer: GraphqlAnswer<{ deleteDriver?: UserErrors } | null> = await given.request(query);
    const codes = [
      ...(answer.errors ?? []).map((error) => error.extensions['code']),
      ...(answer.data?.deleteDriver?.userErrors ?? []).map((error) => error.code),
    ];
    expect(codes).toHaveLength(1);
    expect(['NOT_FOUND', 'INVALID_ID', 'INVALID_CURSOR', 'INVALID_PAGE_SIZE', 'BAD_USER_INPUT']).toContain(
      codes[0],
    );
  });

  it('tells of an edit in between with CONFLICT, and the current driver', async () => {
    const { driver } = await create({ lastName: 'Versioned', driveriDriverId: 'V-1' });
    await update({ id: driver.id, lastName: 'Second' });
    const late = await update({ id: driver.id, version: driver.version, lastName: 'Third' });
    expect(late.userErrors.map((error) => error.code)).toEqual(['CONFLICT']);
    expect(late.driver).toMatchObject({ lastName: 'Second' });
  });

  it('answers queries while GPS is down, refuses what needs it, changes nothing, and goes on afterwards', async () => {
    await given.sandbox.gps.stop();
    const refused = await given.request(CREATE, { input: { lastName: 'Nobody', driveriDriverId: 'N-1' } });
    expect(refused.errors?.[0]?.extensions['code']).toMatch(/^PORTAL_/);
    const { drivers } = await given.ask<{ drivers: { totalCount: number } }>('{ drivers { totalCount } }');
    expect(drivers.totalCount).toBeGreaterThan(19);
    await given.sandbox.gps.start();
    await until('GPS is reached again', async () => {
      const answer = await given.request<{ createDriver: Payload } | null>(CREATE, {
        input: { lastName: 'Somebody', driveriDriverId: 'N-2' },
      });
      return answer.errors === undefined;
    });
    await until('it goes on', () => inDriveri('N-2'));
  }, 60_000);

  it('lets pending work wait while Driveri is down, and then go on', async () => {
    await given.sandbox.driveri.stop();
    const { driver } = await create({ lastName: 'Waiting', driveriDriverId: 'W-1' });
    expect(given.sandbox.gps.driver(driver.gps.gpsId)).toBeDefined();
    await given.sandbox.driveri.start();
    await until('it has arrived', () => inDriveri('W-1'), 60_000);
  }, 90_000);

  it('writes nothing more once it is turned off, not even what was queued', async () => {
    const pending = await Promise.all(
      [1, 2, 3, 4].map((number) => create({ lastName: `Late${number}`, driveriDriverId: `L-${number}` })),
    );
    expect(pending).toHaveLength(4);
    await given.ask('mutation { setDriverSync(enabled: false) { userErrors { code } } }');
    const after = JSON.stringify(given.sandbox.driveri.drivers());
    given.sandbox.gps.insert({ lastname: 'Unseen', driveriDriverId: 'U-1' });
    await until('the poll has seen the new driver', async () => {
      const { drivers } = await given.ask<{ drivers: { totalCount: number } }>(
        '{ drivers(filter: { driveriDriverId: "U-1" }) { totalCount } }',
      );
      return drivers.totalCount === 1;
    });
    expect(JSON.stringify(given.sandbox.driveri.drivers())).toBe(after);
  });
});

const LOOSE = { ...DEFAULT_LIMITS, maxInferredRemovals: 10, maxInferredRemovalsPercent: 50 };
