import { accountId, type GpsId } from '../../src/driver/ids';
import { createManualClock, type ManualClock } from '../../src/platform/clock';
import { silentLogger } from '../../src/platform/logger';
import type { Database } from '../../src/store/database';
import { migrate } from '../../src/store/migrate';
import { migrations } from '../../src/store/migrations/all';
import { createPgSyncStore } from '../../src/store/pg-sync-store';
import { checkConnection } from '../../src/sync/check-connection';
import { createGatewayCommands } from '../../src/sync/create-commands';
import type { GatewayCommands } from '../../src/sync/gateway-commands';
import { reconcileDriver } from '../../src/sync/reconcile-driver';
import { carryOnRun } from '../../src/sync/run-fleet';
import { DEFAULT_SETTINGS, type SyncAccount, type SyncContext } from '../../src/sync/sync-context';
import { watchDriveri } from '../../src/sync/watch-driveri';
import { watchGps } from '../../src/sync/watch-gps';
import { startDailyRun } from '../../src/sync/daily-run';
import { DEFAULT_LIMITS } from '../../src/driver/guards';
import { openInMemory } from './databases';
import { FakeDriveri, FakeGps } from './fake-portals';

export const MASTER = { account: accountId('acme'), userId: 'maria' };

/** The sync with fake portals and a clock that a test moves; jobs are done when the test says so, in the order it says. */
export interface GivenSync {
  readonly clock: ManualClock;
  readonly gps: FakeGps;
  readonly driveri: FakeDriveri;
  readonly account: SyncAccount;
  readonly context: SyncContext;
  readonly commands: GatewayCommands;
  readonly database: Database;
  /** Reads GPS, as the watcher does. */
  pollGps(): Promise<void>;
  pollDriveri(): Promise<void>;
  /** Does everything that is due, until nothing is. Answers how many reconciles it took. */
  settle(): Promise<number>;
  /** Carries every run on. */
  runs(): Promise<void>;
  /** Time passes, and whatever becomes due meanwhile is done. */
  pass(ms: number): Promise<void>;
  /** Turns the sync on and lets the INITIAL run finish. */
  turnOn(): Promise<void>;
  events(): Promise<readonly { seq: number; type: string; message: string }[]>;
  close(): Promise<void>;
}

export interface SyncOptions {
  readonly account?: Partial<SyncAccount>;
  readonly startAt?: number;
}

/** A gateway's sync on an embedded database in memory. */
export async function givenSync(options: SyncOptions = {}): Promise<GivenSync> {
  const clock = createManualClock(options.startAt ?? Date.UTC(2026, 10, 24, 12));
  const gps = new FakeGps(() => clock.now());
  const driveri = new FakeDriveri(() => clock.now());
  const account: SyncAccount = {
    id: MASTER.account,
    name: 'Acme Logistics',
    tier: 'PRO',
    driverSyncAvailable: true,
    timeZone: 'America/Chicago',
    dailyRunAt: '03:00',
    fallback: 'reference-id',
    driftPolicy: 'daily',
    guards: DEFAULT_LIMITS,
    fingerprint: 'the-portals',
    gps,
    driveri,
    ...options.account,
  };
  const database = await openInMemory();
  await migrate(database.kysely, migrations);
  const context: SyncContext = {
    store: createPgSyncStore({ database }),
    accounts: new Map([[account.id, account]]),
    queue: { enqueue: () => Promise.resolve(true), enqueueMany: () => Promise.resolve(true) },
    clock,
    logger: silentLogger,
    settings: DEFAULT_SETTINGS,
    owner: 'test-worker',
  };
  await checkConnection(context, account);
  return new SyncUnderTest(clock, gps, driveri, account, context, database);
}

/** More rounds than any history needs: beyond it, something is marked for ever. */
const MOST_ROUNDS = 300;

class SyncUnderTest implements GivenSync {
  readonly commands: GatewayCommands;

  constructor(
    readonly clock: ManualClock,
    readonly gps: FakeGps,
    readonly driveri: FakeDriveri,
    readonly account: SyncAccount,
    readonly context: SyncContext,
    readonly database: Database,
  ) {
    this.commands = createGatewayCommands(context, { publish: () => Promise.resolve() });
  }

  pollGps(): Promise<void> {
    return watchGps(this.context, this.account);
  }

  pollDriveri(): Promise<void> {
    return watchDriveri(this.context, this.account);
  }

  async settle(): Promise<number> {
    let done = 0;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const due = await this.context.store.due(this.clock.now(), 500);
      if (due.length === 0) return done;
      for (const { account, gpsId } of due) {
        await reconcileDriver(this.context, account, gpsId);
        done += 1;
      }
    }
    throw new Error('work never comes to an end');
  }

  async runs(): Promise<void> {
    for (let round = 0; round < 5; round += 1) {
      const run = await this.context.store.takeRun('test-worker', this.clock.now(), 1);
      if (run === null) break;
      await carryOnRun(this.context, run);
      await this.context.store.renewRun(run.id, 'test-worker', 0);
      await this.settle();
      this.clock.advance(1);
    }
  }

  async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    for (;;) {
      await this.settle();
      const next = await this.context.store.nextDueAt();
      if (next === null || next > end) break;
      this.clock.set(Math.max(next, this.clock.now() + 1));
    }
    this.clock.set(Math.max(end, this.clock.now()));
    await startDailyRun(this.context, this.account.id);
    await this.settle();
    await this.runs();
  }

  async turnOn(): Promise<void> {
    const result = await this.commands.setDriverSync(MASTER, true, null);
    if (result.userErrors.length > 0) throw new Error(JSON.stringify(result.userErrors));
    await this.runs();
    await this.settle();
    await this.runs();
  }

  async events(): Promise<readonly { seq: number; type: string; message: string }[]> {
    const { rows } = await this.database.pool.query<{ seq: number; type: string; message: string }>(
      'select seq, type, message from gateway.event order by seq',
    );
    return rows;
  }

  close(): Promise<void> {
    return this.database.close();
  }
}

/** The GPS driver's id as tests write it. */
export type { GpsId };
