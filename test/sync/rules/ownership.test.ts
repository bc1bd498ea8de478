import { accountId, driverId } from '../../../src/driver/ids';
import { createManualClock } from '../../../src/platform/clock';
import { createFairGate } from '../../../src/sync/account/fair-gate';
import { holdOwnership, thisMoment } from '../../../src/sync/account/held-ownership';
import { doNow, ownAccount } from '../../../src/sync/account/own-account';
import { createRelay } from '../../../src/sync/account/relay';
import { PortalError } from '../../../src/driver/ports/portal-error';
import type { CallOptions } from '../../../src/driver/ports/portal-call';
import type { SyncAccount } from '../../../src/sync/sync-context';
import { OwnershipLost } from '../../../src/sync/ports/ownership-store';
import { workDrivers } from '../../../src/sync/reconcile/turn';
import { migrations } from '../../../src/store/migrations/all';
import { describeEachDatabase } from '../../support/databases';
import { givenSync, MASTER, type GivenSync } from '../../support/given-sync';
import { until } from '../../support/until';

const D = driverId;
const SECOND = 1_000;

describeEachDatabase(
  'the rules of ownership',
  (databases) => {
    let given: GivenSync;
    beforeEach(async () => {
      given = await givenSync({ database: databases.open() });
      for (const number of [1, 2, 3, 4, 5])
        given.gps.put({ gpsId: `${number}`, lastName: `Last${number}`, driverId: `D${number}` });
      await given.turnOn();
      given.clock.advance(30_000);
    });

    const edit = (number: number, lastName: string) => given.gps.put({ gpsId: `${number}`, lastName });
    const nameOf = (id: string) => given.driveri.drivers.get(D(id))?.firstName;
    const expire = () => databases.open().pool.query("update gateway.ownership set expires_at = '-infinity'");

    it('R1: an account that is due is worked on although the queue is down', async () => {
      edit(1, 'Edited');
      const context = { ...given.context, queue: { enqueue: () => Promise.reject(new Error('down')) } };
      const jobs: Promise<boolean>[] = [];
      const relay = createRelay(context, (account) => jobs.push(ownAccount(context, account)));
      const startedAt = performance.now();
      await until('the edit arrives', async () => {
        await relay.look().catch(() => undefined);
        return nameOf('D1') === 'Edited';
      });
      expect(performance.now() - startedAt).toBeGreaterThan(2_900);
      await Promise.all(jobs);
    });

    it('R1: a queue that takes the account has three seconds before the relay works on it', async () => {
      edit(1, 'Edited');
      const queued: string[] = [];
      const enqueue = (accounts: readonly string[]) =>
        Promise.resolve(void queued.push(...accounts) as never);
      const worked: string[] = [];
      const relay = createRelay({ ...given.context, queue: { enqueue } }, (account) => worked.push(account));
      await relay.look();
      expect([queued, worked]).toEqual([[MASTER.account], []]);
    });

    it('R3: an edit by a person overtakes bulk writes, although one of them is under way', async () => {
      given = await givenSync({ database: databases.open(), account: { driveriRequestsPerSecond: 0.2 } });
      const ids = [1, 2, 3, 4, 5].map((n) => given.gps.put({ lastName: `Last${n}`, driverId: `D${n}` }));
      await given.turnOn();
      given.clock.advance(30_000);
      for (const gpsId of ids) given.gps.put({ gpsId, email: 'bulk@fleet.example' });
      await given.pollGps();
      const last = ids[4] ?? ids[0];
      const key = await given.context.store.read(MASTER.account, (tx) =>
        tx.drivers.keyOfGps(last ?? ('' as never)),
      );
      if (key === null) throw new Error('the driver is known');
      let letGo: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (letGo = resolve));
      const sent: string[] = [];
      given.driveri.onCall = (operation, target) => {
        if (operation !== 'drivers.update') return undefined;
        sent.push(target ?? '');
        return sent.length === 1 ? held : undefined;
      };
      const owning = given.own(async (owner, recorder) => {
        await workDrivers(owner, recorder);
        await given.commands.updateDriver(MASTER, key, null, { lastName: 'Urgent' });
        await workDrivers(owner, recorder);
        await until('the urgent edit arrives', () => nameOf('D5') === 'Urgent');
        letGo();
        await owner.settled();
      });
      await owning;
      expect(sent.slice(0, 2)).toEqual(['D1', 'D5']);
    });

    describe('R13', () => {
      const ownership = { account: MASTER.account, owner: 'one', fence: 1 };
      const never = { renew: () => new Promise<boolean>(() => undefined) };
      const heldSince = (monotonic: number, wall: number) => {
        const now = thisMoment();
        const takenAt = { monotonicMs: now.monotonicMs - monotonic, wallMs: now.wallMs - wall };
        return holdOwnership(never, createManualClock(1_000_000), ownership, 30 * SECOND, takenAt);
      };

      it.each([
        ['neither clock says that it ended', SECOND, SECOND, true],
        ['the machine’s clock jumped: it was suspended', SECOND, 31 * SECOND, false],
        ['the machine’s clock was put back', 31 * SECOND, -SECOND, false],
      ])('an ownership is judged by both clocks: %s', (_what, monotonic, wall, holds) => {
        const held = heldSince(monotonic, wall);
        expect(held.holds()).toBe(holds);
        if (!holds) expect(held.sendBefore(10 * SECOND)).toBe(1_000_000);
      });

      it('a deadline for sending never lies after the expiry', () => {
        const held = heldSince(25 * SECOND, 0);
        expect(held.sendBefore(10 * SECOND)).toBeLessThanOrEqual(1_000_000 + 5 * SECOND);
        expect(held.sendBefore(1 * SECOND)).toBe(1_000_000 + SECOND);
      });

      it('a renewal counts from before its statement was sent', async () => {
        const answers: ((renewed: boolean) => void)[] = [];
        const store = { renew: () => new Promise<boolean>((resolve) => answers.push(resolve)) };
        const held = holdOwnership(store, createManualClock(0), ownership, 300, thisMoment());
        held.start();
        // One is sent every 100 ms: when the fifth is, the first is older than the ownership's length.
        await until('the first renewal was sent more than a length ago', () => answers.length >= 5);
        answers[0]?.(true);
        await new Promise(setImmediate);
        held.stop();
        expect(held.holds()).toBe(false);
      });

      /** The account of a process whose calls stop at `mayStart`, as the pacing of the real portals does. */
      function stopping(account: SyncAccount, reached: () => Promise<void>): SyncAccount {
        const { driveri } = account;
        const updateDriver: typeof driveri.updateDriver = async (id, changes, options: CallOptions = {}) => {
          await reached();
          if (options.mayStart?.() === false)
            throw new PortalError({
              portal: 'driveri',
              operation: 'drivers.update',
              kind: 'too-late',
              outcome: 'none',
              message: 'it may not start any more',
            });
          return driveri.updateDriver(id, changes, options);
        };
        return {
          ...account,
          driveri: new Proxy(driveri, {
            get: (object, name) => {
              if (name === 'updateDriver') return updateDriver;
              const value: unknown = Reflect.get(object, name);
              return typeof value === 'function' ? (value.bind(object) as unknown) : value;
            },
          }),
        };
      }

      it('an owner that is frozen between intend and the socket sends nothing when it wakes up', async () => {
        edit(1, 'Edited');
        await given.pollGps();
        let letGo: () => void = () => undefined;
        const frozen = new Promise<void>((resolve) => (letGo = resolve));
        let isReached = false;
        const account = stopping(given.account, () => {
          isReached = true;
          return frozen;
        });
        const first = given.process('first').context;
        const context = {
          ...first,
          accounts: new Map([[account.id, account]]),
          settings: { ...first.settings, ownershipMs: 200 },
        };
        const lost = doNow(context, MASTER.account, workDrivers).catch((error: unknown) => error);
        await until('the write is about to start', () => isReached);
        const second = given.process('second');
        await until('the account is taken over', () => second.own(() => Promise.resolve(true)));
        const before = given.driveri.writes.length;
        letGo();
        await lost;
        expect(given.driveri.writes).toHaveLength(before);
        // What became of it is found out, and the edit arrives once.
        await given.pass(100 * SECOND);
        expect(given.driveri.writes.slice(before).map(({ driverId: id }) => id)).toEqual(['D1']);
        expect(nameOf('D1')).toBe('Edited');
      });

      it('an owner that is frozen in a reading records nothing when it wakes up', async () => {
        edit(1, 'Edited');
        let letGo: () => void = () => undefined;
        const frozen = new Promise<void>((resolve) => (letGo = resolve));
        let isReached = false;
        given.gps.onCall = () => {
          given.gps.onCall = () => undefined;
          isReached = true;
          return frozen;
        };
        const lost = given.process('first').pollGps();
        const ended = expect(lost).rejects.toBeInstanceOf(OwnershipLost);
        await until('GPS is asked', () => isReached);
        await expire();
        await given.process('second').own(() => Promise.resolve());
        letGo();
        await ended;
        expect((await given.events()).filter(({ type }) => type === 'GPS_DRIVER_UPDATED')).toEqual([]);
      });

      it('an older fence’s intent is given up only after its deadline, the longest request and the grace', async () => {
        edit(1, 'Edited');
        await given.pollGps();
        given.driveri.faults = ({ operation }) =>
          operation === 'drivers.update' ? { when: 'lost', kind: 'timeout' } : null;
        await given.process('first').own(async (owner, recorder) => {
          await workDrivers(owner, recorder);
          await owner.settled();
        });
        given.driveri.faults = () => null;
        const intentAt = given.clock.now();
        const { sendWithinMs, requestTimeoutMs, confirmGraceMs } = given.context.settings;
        const givenUpAt = intentAt + sendWithinMs + requestTimeoutMs + confirmGraceMs;
        const before = given.driveri.writes.length;
        await given.pass(givenUpAt - intentAt - 2 * SECOND);
        expect(given.driveri.writes).toHaveLength(before);
        await given.pass(10 * SECOND);
        expect(given.driveri.writes).toHaveLength(before + 1);
        expect(nameOf('D1')).toBe('Edited');
      });
    });
  },
  { migrations },
);

describe('R5: the places of a process', () => {
  const [a, b] = [accountId('a'), accountId('b')];

  function gateWithOrder() {
    const gate = createFairGate(1);
    const order: string[] = [];
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const work = (account: typeof a, name: string, urgency: 'urgent' | 'bulk' = 'bulk') =>
      gate.run(account, urgency, () => Promise.resolve(void order.push(name)));
    return { gate, order, letGo, first: gate.run(a, 'bulk', () => held), work };
  }

  it('go to the accounts in turn: one with much work does not keep another’s waiting', async () => {
    const { order, letGo, first, work } = gateWithOrder();
    const all = [first, work(a, 'A1'), work(a, 'A2'), work(a, 'A3'), work(b, 'B1'), work(b, 'B2')];
    letGo();
    await Promise.all(all);
    expect(order).toEqual(['A1', 'B1', 'A2', 'B2', 'A3']);
  });

  it('go to urgent work first, in the order in which it came', async () => {
    const { order, letGo, first, work } = gateWithOrder();
    const all = [first, work(a, 'A1'), work(b, 'B1'), work(b, 'U1', 'urgent'), work(a, 'U2', 'urgent')];
    letGo();
    await Promise.all(all);
    expect(order).toEqual(['U1', 'U2', 'A1', 'B1']);
  });

  it('come back from work that fails', async () => {
    const { gate, letGo, first } = gateWithOrder();
    letGo();
    await first;
    await expect(gate.run(a, 'bulk', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await gate.run(b, 'bulk', () => Promise.resolve('a place'))).toBe('a place');
  });
});
