import { driverId, gpsId, type GpsId } from '../../src/driver/ids';
import type { Database } from '../../src/store/database/database';
import {
  givenSync,
  givenSyncDatabase,
  MASTER,
  type GivenSync,
  type SyncOptions,
} from '../support/given-sync';
import { healthCodes, heldItems, shownDriver } from '../support/shown';

const D = driverId;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Inputs of kind D: values that are altered on the way. The engine's part; the connectors' is `portals/cases.test.ts`. */
describe('values altered on the way', () => {
  let database: Database;
  let given: GivenSync;
  let ids: GpsId[];
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());

  const id = (number: number): GpsId => ids[number - 1] ?? gpsId('none');
  const inDriveri = (name: string) => given.driveri.drivers.get(D(name));
  const put = (number: number, fields: Parameters<GivenSync['gps']['put']>[0]): GpsId =>
    given.gps.put({ ...fields, gpsId: id(number) });

  /** Drivers D1, D2 and so on in both portals, linked and settled; the first as Driveri has them before. */
  async function fleet(size: number, options: SyncOptions = {}): Promise<void> {
    given = await givenSync({ database, ...options });
    ids = Array.from({ length: size }, (_, index) =>
      given.gps.put({
        firstName: `First${index + 1}`,
        lastName: `Last${index + 1}`,
        driverId: `D${index + 1}`,
      }),
    );
    await given.turnOn();
    await given.pass(2 * MINUTE);
  }
  async function look(): Promise<void> {
    await given.pass(30_000);
    await given.pollGps();
    await given.pollDriveri();
    await given.pass(MINUTE);
  }

  describe('D4: a DriverID that is a placeholder', () => {
    beforeEach(() => fleet(8));

    it('of one driver and of five others is held for a person, driver by driver; other fields go on', async () => {
      put(1, { driverId: 'N/A', lastName: 'Changed' });
      for (const number of [2, 3, 4, 5, 6]) put(number, { driverId: 'NULL' });
      await look();
      expect([...given.driveri.drivers.keys()].sort()).toEqual([
        'D1',
        'D2',
        'D3',
        'D4',
        'D5',
        'D6',
        'D7',
        'D8',
      ]);
      expect(inDriveri('D1')).toMatchObject({ lastName: 'Changed' });
      for (const number of [1, 2, 3, 4, 5, 6]) {
        expect(await shownDriver(given, id(number))).toMatchObject({
          status: 'HELD',
          problem: { code: 'SUSPICIOUS_DRIVER_ID' },
        });
      }
      const held = await heldItems(given);
      expect(held.map((item) => item.gpsId).sort()).toEqual([1, 2, 3, 4, 5, 6].map(id).sort());
      expect(new Set(held.map((item) => item.heldFor))).toEqual(new Set(['suspicious-driver-id']));
    });

    it('is held no longer when GPS has the right one again, and nothing waits for a person then', async () => {
      put(1, { driverId: 'TBD' });
      await look();
      expect(await heldItems(given)).toHaveLength(1);
      put(1, { driverId: 'D1' });
      await look();
      await given.runs();
      expect(await shownDriver(given, id(1))).toMatchObject({ status: 'IN_SYNC', problem: null });
      expect(await heldItems(given)).toEqual([]);
    });

    it('of a new driver makes no driver in Driveri', async () => {
      const fresh = given.gps.put({ firstName: 'New', lastName: 'One', driverId: '0' });
      await look();
      expect(inDriveri('0')).toBeUndefined();
      expect(await shownDriver(given, fresh)).toMatchObject({ status: 'HELD' });
    });

    it('in the Ref ID is none for the fallback either', async () => {
      const fresh = given.gps.put({ firstName: 'New', lastName: 'One', referenceId: '#N/A' });
      await look();
      expect(inDriveri('#N/A')).toBeUndefined();
      expect(await shownDriver(given, fresh)).toMatchObject({ problem: { code: 'SUSPICIOUS_DRIVER_ID' } });
    });

    it('is written when a person approves it', async () => {
      put(1, { driverId: 'None' });
      await look();
      const [item] = await heldItems(given);
      const answer = await given.commands.approveSyncRun(MASTER, item?.runId ?? ('' as never), null);
      expect(answer.userErrors).toEqual([]);
      await given.runs();
      expect(inDriveri('None')).toMatchObject({ lastName: 'Last1' });
      expect(await shownDriver(given, id(1))).toMatchObject({ status: 'IN_SYNC' });
    });

    it('that a person rejected is asked about no more until GPS says something else, or somebody asks again', async () => {
      put(1, { driverId: 'N/A' });
      await look();
      const [item] = await heldItems(given);
      await given.commands.rejectSyncRunItems(MASTER, item?.runId ?? ('' as never), [item?.id ?? '']);
      await given.runs();
      await given.pass(2 * DAY);
      expect(await heldItems(given)).toEqual([]);
      expect(await shownDriver(given, id(1))).toMatchObject({ problem: { code: 'CHANGE_REJECTED' } });
      const key = await given.context.store.read(given.account.id, (tx) => tx.drivers.keyOfGps(id(1)));
      await given.commands.resyncDrivers(MASTER, key === null ? [] : [key], false);
      await given.runs();
      expect(await heldItems(given)).toHaveLength(1);
      put(1, { driverId: 'D77' });
      await look();
      expect(inDriveri('D77')).toMatchObject({ lastName: 'Last1' });
      expect(inDriveri('D1')).toBeUndefined();
    });
  });

  describe('a DriverID that differs from the linked one in spelling only', () => {
    it.each([
      ['D1', 'd1', 'case'],
      ['TX-0042', 'TX-42', 'leading zeros'],
      ['417', '417.0', 'type'],
      ['TX 1', 'TX\u200b1', 'invisible characters'],
      ['A&B', 'A&amp;B', 'HTML entities'],
      ['TX-1', 'TX–1', 'Unicode form'],
    ])('%s to %j (%s) is held, and nobody else gets the DriverID meanwhile', async (was, is, _what) => {
      given = await givenSync({ database });
      ids = [given.gps.put({ firstName: 'Ann', lastName: 'Lee', driverId: was })];
      await given.turnOn();
      put(1, { driverId: is });
      const other = given.gps.put({ firstName: 'Bo', lastName: 'Fox', driverId: was });
      await look();
      expect([...given.driveri.drivers.keys()]).toEqual([was]);
      expect(inDriveri(was)).toMatchObject({ firstName: 'Ann' });
      expect(await shownDriver(given, id(1))).toMatchObject({ problem: { code: 'SUSPICIOUS_DRIVER_ID' } });
      expect(await shownDriver(given, other)).toMatchObject({ status: 'CONFLICT' });
      await given.pass(2 * DAY);
      expect([...given.driveri.drivers.keys()]).toEqual([was]);
      expect(await heldItems(given)).toHaveLength(1);
      expect(await healthCodes(given)).toEqual(['CHANGES_HELD']);
    });
  });

  describe('D7: an e-mail that is cleared in GPS', () => {
    it('is cleared in Driveri when it had matched when the driver was linked', async () => {
      given = await givenSync({ database });
      given.driveri.put({ driverId: D('D1'), firstName: 'Ann', lastName: 'Lee', email: 'Ann@fleet.example' });
      ids = [
        given.gps.put({ firstName: 'Ann', lastName: 'Lee', driverId: 'D1', email: 'ann@fleet.example' }),
      ];
      await given.turnOn();
      put(1, { email: null });
      await look();
      expect(inDriveri('D1')).toMatchObject({ email: null });
      expect(await shownDriver(given, id(1))).toMatchObject({ status: 'IN_SYNC' });
    });

    it('is cleared when both came to agree after the link', async () => {
      given = await givenSync({ database });
      given.driveri.put({ driverId: D('D1'), firstName: 'Ann', lastName: 'Lee', email: 'ann@fleet.example' });
      ids = [given.gps.put({ firstName: 'Ann', lastName: 'Lee', driverId: 'D1' })];
      await given.turnOn();
      put(1, { email: 'ann@fleet.example' });
      await look();
      put(1, { email: null });
      await look();
      expect(inDriveri('D1')).toMatchObject({ email: null });
    });

    it('stays when only Driveri ever had it', async () => {
      given = await givenSync({ database });
      given.driveri.put({ driverId: D('D1'), firstName: 'Ann', lastName: 'Lee', email: 'own@fleet.example' });
      ids = [given.gps.put({ firstName: 'Ann', lastName: 'Lee', driverId: 'D1' })];
      await given.turnOn();
      put(1, { lastName: 'Fox' });
      await look();
      expect(inDriveri('D1')).toMatchObject({ lastName: 'Fox', email: 'own@fleet.example' });
    });
  });

  describe('D8: drivers of one bulk import, who share a creation date', () => {
    const SHARED = { createdDate: 500 };

    async function imported(stranger: Partial<Parameters<GivenSync['driveri']['put']>[0]>): Promise<void> {
      given = await givenSync({ database });
      ids = Array.from({ length: 8 }, (_, index) => {
        const [driverIdText, firstName, lastName] = [
          `D${index + 1}`,
          `First${index + 1}`,
          `Last${index + 1}`,
        ];
        given.driveri.put({ driverId: D(driverIdText), firstName, lastName, ...SHARED });
        return given.gps.put({ firstName, lastName, driverId: driverIdText });
      });
      given.driveri.put({ driverId: D('S'), firstName: 'Sue', lastName: 'Stranger', ...SHARED, ...stranger });
      await given.turnOn();
      await given.pass(2 * MINUTE);
    }
    async function purge(name: string): Promise<void> {
      given.driveri.drivers.delete(D(name));
      put(Number(name.slice(1)), { email: 'a@fleet.example' });
      await look();
      await given.pass(DAY);
      await look();
    }

    it('the stranger is not taken for one whose record is purged: a new one is created', async () => {
      await imported({});
      await purge('D3');
      expect(inDriveri('S')).toMatchObject({ firstName: 'Sue', lastName: 'Stranger' });
      expect(inDriveri('D3')).toMatchObject({ firstName: 'First3' });
    });

    it('not even one of the same name, who was known under another DriverID before', async () => {
      await imported({ firstName: 'First3', lastName: 'Last3' });
      await purge('D3');
      expect(inDriveri('S')).toMatchObject({ firstName: 'First3' });
      expect(inDriveri('D3')).toMatchObject({ firstName: 'First3' });
    });

    it('a driver who was renamed in Driveri is found among them, by the name', async () => {
      await imported({});
      given.driveri.rename(D('D3'), D('D3-renamed'));
      await look();
      await given.pass(DAY);
      expect(inDriveri('D3-renamed')).toBeUndefined();
      expect(inDriveri('D3')).toMatchObject({ createdDate: 500 });
      expect(inDriveri('S')).toMatchObject({ firstName: 'Sue' });
    });
  });

  describe('B4: a fallback that meets somebody else in Driveri', () => {
    it.each([false, true])('is in conflict, and overwrites nobody (removed there: %s)', async (removed) => {
      given = await givenSync({ database });
      const theirs = { firstName: 'Ben', lastName: 'Hur', email: 'ben@fleet.example', removed };
      given.driveri.put({ driverId: D('417'), ...theirs });
      ids = [
        given.gps.put({ firstName: 'Ann', lastName: 'Lee', email: 'ann@fleet.example', referenceId: '417' }),
      ];
      await given.turnOn();
      await given.pass(DAY);
      expect(inDriveri('417')).toMatchObject(theirs);
      expect([...given.driveri.drivers.keys()]).toEqual(['417']);
      const { status, problem } = await shownDriver(given, id(1));
      expect({ status, code: problem?.code }).toEqual({ status: 'CONFLICT', code: 'FALLBACK_MATCH' });
      expect(problem?.message).toContain('Ben Hur');
      put(1, { driverId: 'D9' });
      await look();
      expect(inDriveri('D9')).toMatchObject({ firstName: 'Ann' });
      expect(await shownDriver(given, id(1))).toMatchObject({ status: 'IN_SYNC' });
    });

    it('links when the names agree, whatever their spelling', async () => {
      given = await givenSync({ database });
      given.driveri.put({ driverId: D('417'), firstName: 'ANN', lastName: ' Lee' });
      ids = [given.gps.put({ firstName: 'Ann', lastName: 'Lee', referenceId: '417' })];
      await given.turnOn();
      expect(await shownDriver(given, id(1))).toMatchObject({ status: 'IN_SYNC' });
    });

    it('takes over nobody’s driver either whose holder has left GPS', async () => {
      given = await givenSync({ database });
      ids = [given.gps.put({ firstName: 'Ben', lastName: 'Hur', driverId: '417' })];
      await given.turnOn();
      given.gps.remove(id(1));
      const fresh = given.gps.put({ firstName: 'Ann', lastName: 'Lee', referenceId: '417' });
      await look();
      expect(inDriveri('417')).toMatchObject({ firstName: 'Ben', lastName: 'Hur' });
      expect(await shownDriver(given, fresh)).toMatchObject({ problem: { code: 'FALLBACK_MATCH' } });
    });
  });

  describe('D3: a Driveri that ignores case', () => {
    it('a new driver tx-9001, where TX-9001 is somebody else: CONFLICT that names both, and no endless retry', async () => {
      await fleet(2);
      given.driveri.ignoresCase = true;
      given.driveri.put({ driverId: D('TX-9001'), firstName: 'Ben', lastName: 'Hur' });
      const fresh = given.gps.put({
        firstName: 'Ann',
        lastName: 'Lee',
        email: 'a@x.org',
        driverId: 'tx-9001',
      });
      await look();
      await given.pass(10 * MINUTE);
      const { status, problem } = await shownDriver(given, fresh);
      expect(status).toBe('CONFLICT');
      expect(problem?.message).toMatch(/tx-9001.*TX-9001/);
      expect(inDriveri('TX-9001')).toMatchObject({ firstName: 'Ben' });
      const calls = given.driveri.calls.filter((call) => call === 'drivers.create').length;
      await given.pass(DAY / 2);
      expect(given.driveri.calls.filter((call) => call === 'drivers.create')).toHaveLength(calls);
      given.gps.put({ gpsId: fresh, driverId: 'TX-9001' });
      await look();
      expect(await shownDriver(given, fresh)).toMatchObject({ status: 'IN_SYNC' });
    });

    it('a driver that becomes d2 while D2 is another’s stays as it is, and its other fields go on', async () => {
      await fleet(2);
      given.driveri.ignoresCase = true;
      put(1, { driverId: 'd2', lastName: 'Changed' });
      await look();
      expect(inDriveri('D1')).toMatchObject({ lastName: 'Changed' });
      expect(await shownDriver(given, id(1))).toMatchObject({ status: 'CONFLICT' });
    });
  });

  describe('D5: a Driveri that keeps something else than it was sent', () => {
    const updates = () => given.driveri.writes.filter(({ operation }) => operation === 'update').length;

    it('ten letters of a last name: sent once more, then NOT_STORED with both values, and no PUT every minute', async () => {
      await fleet(2);
      given.driveri.keeps = ({ lastName, ...rest }) =>
        lastName === undefined ? rest : { ...rest, lastName: lastName?.slice(0, 10) ?? null };
      put(1, { lastName: 'Featherstonehaugh', email: 'one@fleet.example' });
      await look();
      await given.pass(10 * MINUTE);
      const { status, problem } = await shownDriver(given, id(1));
      expect({ status, code: problem?.code }).toEqual({ status: 'FAILED', code: 'NOT_STORED' });
      expect(problem?.message).toMatch(/“Feathersto”.*“Featherstonehaugh”/);
      expect(inDriveri('D1')).toMatchObject({ email: 'one@fleet.example' });
      const sent = updates();
      expect(sent).toBeLessThanOrEqual(3);
      await given.pass(2 * DAY);
      expect(updates()).toBe(sent);
      put(1, { lastName: 'Short' });
      await look();
      expect(inDriveri('D1')).toMatchObject({ lastName: 'Short' });
      expect(await shownDriver(given, id(1))).toMatchObject({ status: 'IN_SYNC', problem: null });
    });

    it('of a new driver likewise', async () => {
      await fleet(1);
      given.driveri.keeps = ({ firstName, ...rest }) => ({
        ...rest,
        firstName: (firstName ?? '').replace(/[^a-z]/gi, '?'),
      });
      const fresh = given.gps.put({ firstName: 'Zoë', lastName: 'Lee', driverId: 'N1' });
      await look();
      await given.pass(10 * MINUTE);
      expect(await shownDriver(given, fresh)).toMatchObject({ problem: { code: 'NOT_STORED' } });
      expect(given.driveri.writes.filter(({ driverId: at }) => at === 'N1').length).toBeLessThanOrEqual(3);
    });

    it('a field that it answers OK to and leaves as it was', async () => {
      await fleet(2);
      given.driveri.keeps = ({ email: _email, ...rest }) => rest;
      put(1, { email: 'one@fleet.example' });
      await look();
      await given.pass(10 * MINUTE);
      expect(await shownDriver(given, id(1))).toMatchObject({ problem: { code: 'NOT_STORED' } });
      const sent = updates();
      await given.pass(DAY);
      expect(updates()).toBe(sent);
    });

    it('is asked again when a person starts a run for the driver', async () => {
      await fleet(2);
      given.driveri.keeps = ({ lastName, ...rest }) =>
        lastName === undefined ? rest : { ...rest, lastName: lastName?.slice(0, 10) ?? null };
      put(1, { lastName: 'Featherstonehaugh' });
      await look();
      await given.pass(10 * MINUTE);
      given.driveri.keeps = (sent) => sent;
      const key = await given.context.store.read(given.account.id, (tx) => tx.drivers.keyOfGps(id(1)));
      await given.commands.resyncDrivers(MASTER, key === null ? [] : [key], false);
      await given.runs();
      expect(inDriveri('D1')).toMatchObject({ lastName: 'Featherstonehaugh' });
      expect(await shownDriver(given, id(1))).toMatchObject({ status: 'IN_SYNC' });
    });
  });

  describe('D6: a Driveri that refuses one field', () => {
    it.each([
      { field: 'e-mail', refuses: (sent: object) => ('email' in sent ? 'email is in use' : null) },
      { field: 'phone', refuses: (sent: object) => ('phone' in sent ? 'phone is not valid' : null) },
    ])(
      'the $field of an edit: the rest arrives, and that field is the problem',
      async ({ field, refuses }) => {
        await fleet(2);
        given.driveri.refuses = refuses;
        put(1, { lastName: 'Changed', email: 'one@fleet.example', phone: '5550001111' });
        await look();
        expect(inDriveri('D1')).toMatchObject({ lastName: 'Changed' });
        if (field === 'phone') expect(inDriveri('D1')).toMatchObject({ email: 'one@fleet.example' });
        else expect(given.driveri.phones.get(D('D1'))).toBe('5550001111');
        const { status, problem } = await shownDriver(given, id(1));
        expect({ status, code: problem?.code }).toEqual({ status: 'FAILED', code: 'REJECTED' });
        expect(problem?.message).toContain(field);
        expect(problem?.message).not.toContain('5550001111');
        given.driveri.refuses = () => null;
        put(1, { email: 'other@fleet.example', phone: '5550002222' });
        await look();
        expect(await shownDriver(given, id(1))).toMatchObject({ status: 'IN_SYNC' });
        expect(inDriveri('D1')).toMatchObject({ email: 'other@fleet.example' });
        expect(given.driveri.phones.get(D('D1'))).toBe('5550002222');
      },
    );

    it('of a new driver: it is created, with everything else', async () => {
      await fleet(1);
      given.driveri.refuses = (sent) => (sent.email === undefined ? null : 'email is in use');
      const fresh = given.gps.put({
        firstName: 'Ann',
        lastName: 'Lee',
        driverId: 'N1',
        email: 'a@x.org',
        phone: '5550001111',
      });
      await look();
      expect(inDriveri('N1')).toMatchObject({ firstName: 'Ann', lastName: 'Lee', email: null });
      expect(given.driveri.phones.get(D('N1'))).toBe('5550001111');
      expect(await shownDriver(given, fresh)).toMatchObject({ problem: { code: 'REJECTED' } });
      await given.pass(DAY / 2);
      expect(given.driveri.writes.filter(({ driverId: at }) => at === 'N1').length).toBeLessThanOrEqual(3);
    });

    it('the new DriverID: the other fields of the edit arrive', async () => {
      await fleet(2);
      put(1, { driverId: 'D 99', lastName: 'Changed' });
      given.driveri.refuses = (sent) => (sent.driverId?.includes(' ') === true ? 'no spaces' : null);
      await look();
      expect(inDriveri('D1')).toMatchObject({ lastName: 'Changed' });
      expect(await shownDriver(given, id(1))).toMatchObject({
        status: 'FAILED',
        problem: { code: 'REJECTED' },
      });
      put(1, { driverId: 'D99' });
      await look();
      expect(inDriveri('D99')).toMatchObject({ lastName: 'Changed' });
    });

    it('a write that is refused as a whole is a problem of its own', async () => {
      await fleet(1);
      given.driveri.refuses = () => 'the tenant is read-only';
      const fresh = given.gps.put({ firstName: 'Ann', lastName: 'Lee', driverId: 'N1', email: 'a@x.org' });
      await look();
      const { problem } = await shownDriver(given, fresh);
      expect(problem).toMatchObject({ code: 'REJECTED' });
      expect(problem?.message).toContain('the tenant is read-only');
    });
  });
});
