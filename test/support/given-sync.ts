import type { FieldChange } from '../../src/driver/driver-plan';
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
import {
  DEFAULT_SETTINGS,
  type SyncAccount,
  type SyncContext,
  type SyncSettings,
} from '../../src/sync/sync-context';
import type { WorkerParts } from '../../src/sync/sync-worker';
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
  /**
   * Another process on the same world: with its own leases, and its own memory. With `diesBefore` it dies before that
   * operation of its that would leave a trace (a transaction, or a write to a portal): that and all after it throws `Death`.
   */
  process(owner: string, diesBefore?: number): GivenProcess;
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
  events(): Promise<readonly ToldEvent[]>;
  close(): Promise<void>;
}

/** An event as the log has it. */
export interface ToldEvent {
  readonly seq: number;
  readonly type: string;
  readonly message: string;
  readonly actor: string | null;
  readonly changes: readonly FieldChange[];
}

/** A process of the gateway, with the operations that it has done. */
export interface GivenProcess extends GivenSync {
  operations(): number;
}

/** What everything throws in a process that has died. */
export class Death extends Error {
  constructor() {
    super('the process has died');
  }
}

export interface SyncOptions {
  /** One that a suite opened with `givenSyncDatabase`: it is emptied, and stays open. Otherwise a new one is opened. */
  readonly database?: Database;
  readonly settings?: Partial<SyncSettings>;
  readonly account?: Partial<SyncAccount>;
  readonly startAt?: number;
}

/** A database for a whole suite: opening one takes a second, emptying one a few milliseconds. */
export async function givenSyncDatabase(): Promise<Database> {
  const database = await openInMemory();
  await migrate(database.kysely, migrations);
  return database;
}

const KEPT_TABLES = ['setting', 'migration', 'migration_lock'];

async function emptied(database: Database): Promise<Database> {
  const { rows } = await database.pool.query<{ tablename: string }>(
    `select tablename from pg_tables where schemaname = 'gateway' and tablename <> all($1)`,
    [KEPT_TABLES],
  );
  await database.pool.query(`truncate ${rows.map(({ tablename }) => `gateway.${tablename}`).join(', ')}`);
  return database;
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
  const given = options.database;
  const database = given === undefined ? await givenSyncDatabase() : await emptied(given);
  const context: SyncContext = {
    store: createPgSyncStore({ database }),
    accounts: new Map([[account.id, account]]),
    queue: { enqueue: () => Promise.resolve(true), enqueueMany: () => Promise.resolve(true) },
    clock,
    logger: silentLogger,
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
    owner: 'test-worker',
  };
  await checkConnection(context, account);
  return new SyncUnderTest(clock, gps, driveri, account, context, database, given === undefined);
}

/** What leaves a trace. To die before a reading is to die before the next of these. */
const TRACES: ReadonlySet<PropertyKey> = new Set([
  'transaction',
  'takeRun',
  'renewRun',
  'createDriver',
  'updateDriver',
  'deleteDriver',
  'reinstateDriver',
]);

/** Throws `Death` before the operation of that number, and from then on. */
class Life {
  operations = 0;
  private isOver = false;
  constructor(private readonly diesBefore: number) {}

  private step(name: PropertyKey): void {
    if (TRACES.has(name)) {
      this.isOver ||= this.operations + 1 >= this.diesBefore;
      if (!this.isOver) this.operations += 1;
    }
    if (this.isOver) throw new Death();
  }

  /** The same object, whose methods end with the life. */
  of<Target extends object>(target: Target): Target {
    return new Proxy(target, {
      get: (object, name) => {
        const value: unknown = Reflect.get(object, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          this.step(name);
          return Reflect.apply(value, object, args);
        };
      },
    });
  }
}

/** For a worker of which a test wants the loops: it takes no jobs, and nobody wakes it. */
export const LOOPS_ONLY: WorkerParts = {
  queue: {
    enqueue: () => Promise.resolve(true),
    enqueueMany: () => Promise.resolve(true),
    work: () => Promise.resolve(),
    counts: () => Promise.reject(new Error('not asked for')),
    close: () => Promise.resolve(),
  },
  wakeUps: {
    publish: () => Promise.resolve(),
    subscribe: () => Promise.resolve(() => Promise.resolve()),
    close: () => Promise.resolve(),
  },
  concurrency: 1,
};

/** More rounds than any history needs: beyond it, something is marked for ever. */
const MOST_ROUNDS = 300;

class SyncUnderTest implements GivenProcess {
  readonly commands: GatewayCommands;

  constructor(
    readonly clock: ManualClock,
    readonly gps: FakeGps,
    readonly driveri: FakeDriveri,
    readonly account: SyncAccount,
    readonly context: SyncContext,
    readonly database: Database,
    private readonly ownsDatabase: boolean,
    private readonly life = new Life(Infinity),
  ) {
    this.commands = createGatewayCommands(context, { publish: () => Promise.resolve() });
  }

  process(owner: string, diesBefore = Infinity): GivenProcess {
    const { clock, gps, driveri, database } = this;
    const life = new Life(diesBefore);
    const account = {
      ...this.account,
      gps: life.of(this.account.gps),
      driveri: life.of(this.account.driveri),
    };
    const context: SyncContext = {
      ...this.context,
      store: life.of(this.context.store),
      accounts: new Map([[account.id, account]]),
      owner,
    };
    return new SyncUnderTest(clock, gps, driveri, account, context, database, false, life);
  }

  operations(): number {
    return this.life.operations;
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
    const { clock } = this;
    const { store, owner, settings } = this.context;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const before = await this.runStates();
      const run = await store.takeRun(owner, clock.now(), settings.leaseMs);
      if (run === null) return;
      await carryOnRun(this.context, run);
      await store.renewRun(run.id, owner, 0);
      await this.settle();
      clock.advance(1);
      if ((await this.runStates()) === before) return;
    }
    throw new Error('runs never come to an end');
  }

  private async runStates(): Promise<string> {
    const { rows } = await this.database.pool.query('select id, status from gateway.sync_run order by id');
    return JSON.stringify(rows);
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

  async events(): Promise<readonly ToldEvent[]> {
    const { rows } = await this.database.pool.query<ToldEvent>(
      'select seq, type, message, actor, changes from gateway.event order by seq',
    );
    return rows;
  }

  async close(): Promise<void> {
    if (this.ownsDatabase) await this.database.close();
  }
}

/** The GPS driver's id as tests write it. */
export type { GpsId };
