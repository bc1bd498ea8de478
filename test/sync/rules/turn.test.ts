import { driverId, gpsId, runId, type GpsId } from '../../../src/driver/ids';
import { attemptOf } from '../../../src/sync/account/account-owner';
import { createGatewayCommands } from '../../../src/sync/command/create-commands';
import { decide } from '../../../src/sync/reconcile/decide';
import { intend } from '../../../src/sync/reconcile/intend';
import { lookAtDue, rulesOf } from '../../../src/sync/reconcile/look';
import { permitRemovals } from '../../../src/sync/reconcile/permit-removals';
import { workDrivers } from '../../../src/sync/reconcile/turn';
import { doNow } from '../../../src/sync/account/own-account';
import { carryOnRuns } from '../../../src/sync/run/carry-on-run';
import { migrations } from '../../../src/store/migrations/all';
import { describeEachDatabase } from '../../support/databases';
import { givenSync, MASTER, type GivenSync, type SyncOptions } from '../../support/given-sync';

const D = driverId;
const SECOND = 1_000;

describeEachDatabase(
  'the rules of a turn',
  (databases) => {
    let given: GivenSync;
    let ids: GpsId[];

    async function fleet(size: number, options: SyncOptions = {}): Promise<void> {
      given = await givenSync({ database: databases.open(), ...options });
      ids = Array.from({ length: size }, (_, index) =>
        given.gps.put({ firstName: 'First', lastName: `Last${index + 1}`, driverId: `D${index + 1}` }),
      );
      await given.turnOn();
      given.clock.advance(30 * SECOND);
      await given.pollGps();
      await given.pollDriveri();
      await given.settle();
    }

    const id = (number: number): GpsId => ids[number - 1] ?? gpsId('none');
    const sql = async (text: string): Promise<readonly unknown[]> =>
      (await databases.open().pool.query(text)).rows;
    const countOf = async (text: string): Promise<number> => (await sql(text)).length;
    const openIntents = () => countOf("select 1 from gateway.driveri_intent where state <> 'closed'");

    describe('R8: without a worker', () => {
      it('an API process writes to GPS and stores decisions; nothing of it reaches Driveri', async () => {
        await fleet(4);
        const queue = { enqueue: () => Promise.resolve(true) };
        const settings = { ...given.context.settings, answerWithinMs: 100 };
        const api = createGatewayCommands({ ...given.context, owner: 'api', queue, settings });
        const before = given.driveri.writes.length;
        const intents = await countOf('select 1 from gateway.driveri_intent');
        const key = await given.context.store.read(MASTER.account, (tx) => tx.drivers.keyOfGps(id(1)));
        if (key === null) throw new Error('the driver is known');
        await api.createDriver(MASTER, { lastName: 'New', driveriDriverId: 'N1' });
        await api.updateDriver(MASTER, key, null, { lastName: 'Edited' });
        given.driveri.put({ driverId: D('D1'), removed: true });
        await api.refreshDriver(MASTER, key);
        await api.deleteDriver(MASTER, key);
        await api.resyncDrivers(MASTER, null, false);
        const undone = await api.undoRemoval(MASTER, 1, true);
        expect(undone.userErrors.map(({ code }) => code)).toEqual(['BUSY']);
        expect(given.driveri.writes).toHaveLength(before);
        expect(await countOf('select 1 from gateway.driveri_intent')).toBe(intents);
        expect(await countOf('select 1 from gateway.owner_request where answered_at is null')).toBe(0);
      });
    });

    describe('R10: between look and intend', () => {
      /** Looks, lets something happen, and answers how many intents were admitted. */
      const admitted = (happens: () => Promise<unknown>): Promise<number | null> =>
        given.own(async (owner) => {
          const look = await lookAtDue(owner, { urgentOnly: false, limit: 200 });
          if (look === null) throw new Error('a driver is due');
          const { write } = decide(owner, look);
          expect(write).toHaveLength(1);
          await happens();
          return (await intend(owner, look, write, 'bulk')).length;
        });

      const nothing = (): Promise<void> => Promise.resolve();
      const touch = () =>
        given.context.store.transaction(MASTER.account, (tx) => tx.work.touch([id(1)], given.clock.now()));
      const off = () => given.commands.setDriverSync(MASTER, false, null);
      const setOn = () =>
        given.context.store.transaction(MASTER.account, async (tx) => {
          const { epoch } = await tx.account.read();
          await tx.account.update({ enabled: true, epoch: epoch + 1 });
        });

      it.each([
        ['nothing happens: it is admitted', nothing, 1],
        ['there is a new reason to look: it is not', touch, 0],
        ['the sync is turned off: it is not', off, 0],
        ['the sync is turned off and on again: it is not', async () => (await off(), setOn()), 0],
      ])('an update, and %s', async (_what, happens, count) => {
        await fleet(3);
        given.gps.put({ gpsId: id(1), lastName: 'Edited' });
        await given.pollGps();
        expect(await admitted(happens)).toBe(count);
        expect(await openIntents()).toBe(count);
      });

      const mark = (of: GpsId | null) => () =>
        given.context.store.transaction(MASTER.account, (tx) =>
          tx.marks.put({
            gpsId: of,
            driverId: null,
            now: given.clock.now(),
            expiresAt: given.clock.now() + 120 * SECOND,
            writerUntil: given.clock.now() + 60 * SECOND,
          }),
        );
      const reject = () => sql("update gateway.removal set state = 'rejected'");
      const voided = () => sql("update gateway.removal set state = 'void'");

      it.each([
        ['nothing happens: it is sending', nothing, 1, 'sending'],
        ['it is rejected', reject, 0, 'rejected'],
        ['the driver is seen again', voided, 0, 'void'],
        ['a driver is being created', mark(null), 0, 'allowed'],
        ['the sync is turned off', off, 0, 'allowed'],
      ])('a removal, and %s', async (_what, happens, count, state) => {
        await fleet(6);
        given.gps.remove(id(1));
        await given.pollGps();
        // The absence is read, and Driveri is asked: everything but the removal.
        given.driveri.faults = ({ write }) => (write ? { when: 'before', kind: 'unreachable' } : null);
        await given.settle();
        given.driveri.faults = () => null;
        await sql("update gateway.removal set state = 'proposed'");
        given.clock.advance(5 * SECOND);
        const result = await given.own(async (owner) => {
          const look = await lookAtDue(owner, { urgentOnly: false, limit: 200 });
          if (look === null) throw new Error('the driver is due');
          const row = look.rows[0];
          if (row === undefined) throw new Error('the driver is due');
          attemptOf(owner, row.gpsId).verified.add(D('D1'));
          const { remove } = decide(owner, look);
          expect(remove).toHaveLength(1);
          const gone = remove.flatMap(({ gpsId: of, plan: { step } }) =>
            step.kind === 'remove' ? [{ gpsId: of, proof: step.proof }] : [],
          );
          const permitted = await owner.transaction('bulk', (tx) =>
            permitRemovals(tx, owner.account, gone, given.clock.now()),
          );
          expect(permitted.size).toBe(1);
          await happens();
          return (await intend(owner, look, remove, 'bulk')).length;
        });
        expect(result).toBe(count);
        expect(await sql('select state from gateway.removal')).toEqual([{ state }]);
      });

      it('a rejection of a removal that is sending answers TOO_LATE', async () => {
        await fleet(20);
        for (const number of [1, 2, 3, 4]) given.gps.remove(id(number));
        for (const wait of [30, 660]) {
          given.clock.advance(wait * SECOND);
          await given.pollGps();
          await given.settle();
        }
        const items = await given.context.store.read(MASTER.account, async (tx) => {
          const [run] = await tx.runs.awaitingApproval();
          return run === undefined ? [] : tx.runs.items(run.id, ['HELD']);
        });
        expect(items).toHaveLength(4);
        await sql(`update gateway.removal set state = 'sending' where gps_id = '${id(1)}'`);
        const run = items[0]?.runId ?? runId('');
        const result = await given.commands.rejectSyncRunItems(
          MASTER,
          run,
          items.map((item) => item.id),
        );
        expect(result.userErrors.map(({ code }) => code)).toEqual(['TOO_LATE']);
      });
    });

    it('R11: caps count in the database: eleven changes of DriverID are held, although one wave takes one', async () => {
      await fleet(50, { account: { driveriRequestsPerSecond: 0.2 } });
      for (let number = 1; number <= 11; number += 1)
        given.gps.put({ gpsId: id(number), driverId: `N${number}` });
      given.clock.advance(30 * SECOND);
      await given.pollGps();
      const before = given.driveri.writes.length;
      await given.settle();
      expect(given.driveri.writes).toHaveLength(before);
      expect(await countOf("select 1 from gateway.sync_run_item where outcome = 'HELD'")).toBe(11);
    });

    describe('R12', () => {
      it('a wave is what pacing sends within half the deadline: others have no intent meanwhile', async () => {
        await fleet(12, { account: { driveriRequestsPerSecond: 0.8 } });
        for (const gps of ids.slice(0, 3)) given.gps.put({ gpsId: gps, email: 'a@fleet.example' });
        await given.pollGps();
        for (const gps of ids.slice(3, 6)) given.gps.put({ gpsId: gps, email: 'a@fleet.example' });
        await given.pollGps();
        let letGo: () => void = () => undefined;
        const held = new Promise<void>((resolve) => (letGo = resolve));
        given.driveri.onCall = (operation) => (operation === 'drivers.update' ? held : undefined);
        let open = 0;
        await given.own(async (owner, recorder) => {
          await workDrivers(owner, recorder);
          await workDrivers(owner, recorder);
          open = await openIntents();
          letGo();
          await owner.settled();
        });
        expect(open).toBe(4);
        await given.settle();
        expect([...given.driveri.drivers.values()].filter(({ email }) => email !== null)).toHaveLength(6);
      });

      it('a write that is known not to have been sent closes its intent at once, and is sent again', async () => {
        await fleet(3);
        given.gps.put({ gpsId: id(1), lastName: 'Edited' });
        await given.pollGps();
        given.driveri.faults = ({ operation }) =>
          operation === 'drivers.update' ? { when: 'before', kind: 'too-late' } : null;
        await given.own(async (owner, recorder) => {
          await workDrivers(owner, recorder);
          await owner.settled();
        });
        expect(await openIntents()).toBe(0);
        given.driveri.faults = () => null;
        await given.pass(2 * SECOND);
        expect(given.driveri.drivers.get(D('D1'))?.lastName).toBe('Edited');
      });
    });

    describe('R15', () => {
      /** How many drivers a run of the whole account loads, and how many looks it takes. */
      async function planned(): Promise<{ loaded: number; reads: number; unchanged: number }> {
        await given.commands.resyncDrivers(MASTER, null, false);
        let [loaded, reads] = [0, 0];
        const { store } = given.context;
        const counting: typeof store = {
          ...store,
          read: (account, work) => {
            reads += 1;
            return store.read(account, (tx) =>
              work({
                ...tx,
                rosters: {
                  ...tx.rosters,
                  neighbourhood: (asked) => {
                    loaded += asked.length;
                    return tx.rosters.neighbourhood(asked);
                  },
                },
              }),
            );
          },
        };
        await doNow({ ...given.context, store: counting }, MASTER.account, (owner) => carryOnRuns(owner));
        await given.runs();
        const totals = await given.context.store.read(
          MASTER.account,
          async (tx) => (await tx.runs.lastEnded())?.totals,
        );
        return { loaded, reads, unchanged: totals?.unchanged ?? -1 };
      }

      it('a run over settled drivers loads none of them, and takes as many looks for 40 as for 4', async () => {
        await fleet(4);
        const few = await planned();
        await fleet(40);
        const many = await planned();
        expect([few.loaded, few.unchanged, many.loaded, many.unchanged]).toEqual([0, 4, 0, 40]);
        expect(many.reads).toBe(few.reads);
      });

      it.each([
        ['was edited in Driveri', () => given.driveri.put({ driverId: D('D2'), lastName: 'Edited' })],
        ['was removed in Driveri', () => given.driveri.put({ driverId: D('D2'), removed: true })],
        ['was edited in GPS', () => given.gps.put({ gpsId: id(2), email: 'two@fleet.example' })],
        ['has another phone in GPS', () => given.gps.put({ gpsId: id(2), phone: '5550001111' })],
        ['has vanished from Driveri', () => given.driveri.drivers.delete(D('D2'))],
      ])('loads only the driver that %s', async (_what, change) => {
        await fleet(20);
        change();
        given.clock.advance(120 * SECOND);
        expect((await planned()).loaded).toBe(1);
      });

      it('loads every driver under another configuration, once', async () => {
        await fleet(6);
        const account = { ...given.account, fallback: 'gps-id' as const };
        const context = { ...given.context, accounts: new Map([[account.id, account]]) };
        const { ids: differing } = await doNow(context, MASTER.account, (owner) =>
          owner.read('bulk', async (tx) => {
            return tx.rosters.unsettled(rulesOf(account, await tx.account.read()));
          }),
        ).then((found) => found ?? { ids: [] });
        expect(differing).toHaveLength(6);
        expect((await planned()).loaded).toBe(0);
      });
    });
  },
  { migrations },
);
