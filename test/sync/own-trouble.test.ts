import { accountId, type AccountId, driverId, type GpsId } from '../../src/driver/ids';
import type { PortalErrorKind } from '../../src/driver/ports/portal-error';
import type { Database } from '../../src/store/database/database';
import { checkConnection } from '../../src/sync/account/check-connection';
import { createFairGate } from '../../src/sync/account/fair-gate';
import { doNow, ownAccount } from '../../src/sync/account/own-account';
import { startSyncWorker } from '../../src/sync/account/sync-worker';
import { pollGps } from '../../src/sync/observe/poll-gps';
import { startRun } from '../../src/sync/run/start-run';
import { callOwner, type SyncAccount, type SyncContext } from '../../src/sync/sync-context';
import { FakeDriveri, FakeGps } from '../support/fake-portals';
import { givenSync, givenSyncDatabase, type GivenSync, LOOPS_ONLY } from '../support/given-sync';
import { until } from '../support/until';

const MINUTE = 60_000;

describe('an account’s own trouble', () => {
  let database: Database;
  let given: GivenSync;
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    given = await givenSync({ database });
    for (const number of [1, 2, 3, 4, 5]) {
      given.gps.put({ firstName: 'First', lastName: `Last${number}`, driverId: `D${number}` });
    }
    await given.turnOn();
    given.clock.advance(30_000);
  });

  const healthEvents = async (): Promise<readonly string[]> =>
    (await given.events())
      .filter((event) => event.type === 'HEALTH_CHANGED')
      .map((event) => event.message.split(':')[0] ?? '');

  /** The account's owner does what is due, minute by minute, as a worker would. */
  async function minutes(count: number): Promise<void> {
    for (let minute = 0; minute < count; minute += 1) {
      given.clock.advance(MINUTE);
      await ownAccount(given.context, given.account.id);
    }
  }

  function editEverybody(lastName: string): void {
    for (const id of [...given.gps.drivers.keys()]) given.gps.put({ gpsId: id, lastName });
  }

  it.each([
    ['credentials', 'DRIVERI_CREDENTIALS_REFUSED'],
    ['forbidden', 'DRIVERI_FORBIDDEN'],
  ] as const)(
    'blocks it when Driveri says %s: tried every five minutes, told once when it starts and once when it ends',
    async (kind: PortalErrorKind, code) => {
      given.driveri.faults = () => ({ when: 'before', kind });
      editEverybody('Changed');
      const before = given.driveri.calls.length;
      await minutes(60);
      // Twelve times in an hour, for the watcher or for the one driver that is tried: not for each driver, not each minute.
      const calls = given.driveri.calls.length - before;
      expect(calls).toBeGreaterThan(5);
      expect(calls).toBeLessThanOrEqual(2 * 13);
      expect(await healthEvents()).toEqual([code]);
      expect(given.driveri.drivers.get(driverId('D1'))?.lastName).toBe('Last1');

      given.driveri.faults = () => null;
      await minutes(12);
      expect(await healthEvents()).toEqual([code, `${code} is over`]);
      expect([...given.driveri.drivers.values()].map((driver) => driver.lastName)).toEqual(
        Array(5).fill('Changed'),
      );
    },
  );

  it('is not the next account’s: that one’s edits and runs go on while this one’s portals hang', async () => {
    const other = await anotherAccount('other');
    const context: SyncContext = {
      ...given.context,
      // Waiting for a portal holds no place.
      gate: createFairGate(1),
      accounts: new Map<AccountId, SyncAccount>([
        [given.account.id, given.account],
        [other.account.id, other.account],
      ]),
    };
    await enable(context, other.account);
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    given.gps.onCall = () => held;
    for (const account of [given.account, other.account]) {
      given.clock.advance(1); // the oldest run is taken first: the one that hangs
      await askForRun(context, account);
    }

    const worker = await startSyncWorker(context, { ...LOOPS_ONLY, concurrency: 2 });
    try {
      await until('the other account’s run ends', async () => {
        given.clock.advance(1_000);
        return (await statusOf(other.account)) === 'SUCCEEDED';
      });
      expect(other.driveri.drivers.has(driverId('O1'))).toBe(true);
      expect(await statusOf(given.account)).toBe('PLANNING');
      expect(worker.owned()).toContain(given.account.id);

      other.gps.put({ gpsId: other.driver, lastName: 'Edited' });
      await until('the other account’s edit arrives', () => {
        given.clock.advance(1_000);
        return other.driveri.drivers.get(driverId('O1'))?.lastName === 'Edited';
      });
      expect(await statusOf(given.account)).toBe('PLANNING');
    } finally {
      letGo();
      await worker.stop();
    }
  });

  async function anotherAccount(id: string) {
    const gps = new FakeGps(() => given.clock.now());
    const driveri = new FakeDriveri(() => given.clock.now());
    const driver: GpsId = gps.put({ firstName: 'Own', lastName: 'Driver', driverId: 'O1' });
    const account: SyncAccount = { ...given.account, id: accountId(id), fingerprint: id, gps, driveri };
    return { account, gps, driveri, driver };
  }

  async function enable(context: SyncContext, account: SyncAccount): Promise<void> {
    await checkConnection(context, account);
    await doNow(context, account.id, pollGps);
    await context.store.transaction(account.id, (tx) =>
      tx.account.update({ enabled: true, epoch: 1, fingerprint: account.fingerprint }),
    );
  }

  async function askForRun(context: SyncContext, account: SyncAccount): Promise<void> {
    const request = { kind: 'RESYNC', dryRun: false, scope: null, requestedBy: null } as const;
    await context.store.transaction(account.id, async (tx) => {
      await tx.account.lockExclusive();
      await startRun(tx, request, given.clock.now());
    });
    await callOwner(context, account.id);
  }

  async function statusOf(account: SyncAccount): Promise<string | undefined> {
    const { rows } = await database.pool.query<{ status: string }>(
      "select status from gateway.sync_run where account = $1 and kind = 'RESYNC'",
      [account.id],
    );
    return rows[0]?.status;
  }
});
