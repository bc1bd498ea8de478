import { setTimeout as sleep } from 'node:timers/promises';
import type { FieldChange } from '../../src/driver/plan/driver-plan';
import { accountId, type GpsId } from '../../src/driver/ids';
import { createManualClock, type ManualClock } from '../../src/platform/clock';
import { silentLogger } from '../../src/platform/logger';
import type { Database } from '../../src/store/database/database';
import { migrate } from '../../src/store/database/migrate';
import { migrations } from '../../src/store/migrations/all';
import { createPgSyncStore } from '../../src/store/sync/pg-sync-store';
import { checkConnection } from '../../src/sync/account/check-connection';
import type { RunningOwner } from '../../src/sync/account/create-owner';
import { createFairGate } from '../../src/sync/account/fair-gate';
import { doNow } from '../../src/sync/account/own-account';
import { answerRequests } from '../../src/sync/command/answer-requests';
import { createGatewayCommands } from '../../src/sync/command/create-commands';
import type { GatewayCommands } from '../../src/gateway/commands';
import { pollGps } from '../../src/sync/observe/poll-gps';
import { readDriveri } from '../../src/sync/observe/read-driveri';
import type { Agenda } from '../../src/sync/ports/ownership-store';
import { checkIntents } from '../../src/sync/reconcile/check-intents';
import type { Recorder } from '../../src/sync/reconcile/recorder';
import { workDrivers } from '../../src/sync/reconcile/turn';
import { carryOnRuns } from '../../src/sync/run/carry-on-run';
import {
  DEFAULT_SETTINGS,
  type SyncAccount,
  type SyncContext,
  type SyncSettings,
} from '../../src/sync/sync-context';
import type { WorkerParts } from '../../src/sync/account/sync-worker';
import { startDailyRun } from '../../src/sync/run/daily-run';
import { DEFAULT_LIMITS } from '../../src/driver/guard/guards';
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
  /** Does everything that is due, until nothing is. Answers how many turns it took. */
  settle(): Promise<number>;
  /** Anything that the account's owner does. Null: another process that lives owns the account. */
  own<Result>(work: (owner: RunningOwner, recorder: Recorder) => Promise<Result>): Promise<Result | null>;
  /** What the account wants next. */
  agenda(): Promise<Agenda>;
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

/** Truncating takes ten times as long as deleting a few rows; rows that were deleted are left behind, and slow down in time. */
const TRUNCATED_EVERY = 30;
const emptyings = new WeakMap<Database, number>();

async function emptied(database: Database): Promise<Database> {
  const { rows } = await database.pool.query<{ tablename: string }>(
    `select tablename from pg_tables where schemaname = 'gateway' and tablename <> all($1)`,
    [KEPT_TABLES],
  );
  const tables = rows.map(({ tablename }) => `gateway.${tablename}`);
  const count = emptyings.get(database) ?? 0;
  emptyings.set(database, count + 1);
  const deletions = tables.map((table, index) => `d${index} as (delete from ${table})`);
  const isTruncated = count % TRUNCATED_EVERY === 0;
  await database.pool.query(
    isTruncated ? `truncate ${tables.join(', ')}` : `with ${deletions.join(', ')} select`,
  );
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
    formerFingerprints: [],
    gps,
    driveri,
    ...options.account,
  };
  const given = options.database;
  const database = given === undefined ? await givenSyncDatabase() : await emptied(given);
  const context: SyncContext = {
    store: createPgSyncStore({ database }),
    accounts: new Map([[account.id, account]]),
    queue: { enqueue: () => Promise.resolve(true) },
    wakeUps: { publish: () => Promise.resolve() },
    gate: createFairGate(4),
    clock,
    logger: silentLogger,
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
    owner: 'test-worker',
  };
  await checkConnection(context, account);
  const world = { clock, gps, driveri, database, dead: new Set<string>() };
  return new SyncUnderTest(world, account, context, given === undefined);
}

/** What leaves a trace. To die before a reading is to die before the next of these. */
const TRACES: ReadonlySet<PropertyKey> = new Set([
  'transaction',
  'owned',
  'take',
  'letGo',
  'ask',
  'answer',
  'createDriver',
  'updateDriver',
  'deleteDriver',
  'reinstateDriver',
]);

/** Throws `Death` before the operation of that number, and from then on. */
class Life {
  operations = 0;
  private isOver = false;
  constructor(
    private readonly diesBefore: number,
    private readonly onDeath: () => void = () => undefined,
  ) {}

  private step(name: PropertyKey): void {
    if (TRACES.has(name)) {
      this.isOver ||= this.operations + 1 >= this.diesBefore;
      if (!this.isOver) this.operations += 1;
    }
    if (!this.isOver) return;
    this.onDeath();
    throw new Death();
  }

  /** The same object, whose methods end with the life; objects inside of it likewise. */
  of<Target extends object>(target: Target): Target {
    return new Proxy(target, {
      get: (object, name) => {
        const value: unknown = Reflect.get(object, name);
        if (typeof value === 'object' && value !== null && (name === 'ownership' || name === 'requests'))
          return this.of(value);
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
    work: () => Promise.resolve(),
    counts: () => Promise.reject(new Error('not asked for')),
    close: () => Promise.resolve(),
  },
  wakeUps: {
    subscribe: () => Promise.resolve(() => Promise.resolve()),
  },
  concurrency: 1,
};

/** More rounds than any history needs: beyond it, something is marked for ever. */
const MOST_ROUNDS = 60;

/** What all processes of a test share. */
interface World {
  readonly clock: ManualClock;
  readonly gps: FakeGps;
  readonly driveri: FakeDriveri;
  readonly database: Database;
  /** Owners that have died: their ownership ends at once, as it would by the database's clock after a while. */
  readonly dead: Set<string>;
}

class SyncUnderTest implements GivenProcess {
  readonly commands: GatewayCommands;
  readonly context: SyncContext;
  readonly clock: ManualClock;
  readonly gps: FakeGps;
  readonly driveri: FakeDriveri;
  readonly database: Database;

  constructor(
    private readonly world: World,
    readonly account: SyncAccount,
    context: SyncContext,
    private readonly ownsDatabase: boolean,
    private readonly life = new Life(Infinity),
  ) {
    this.clock = world.clock;
    this.gps = world.gps;
    this.driveri = world.driveri;
    this.database = world.database;
    // A worker that is called carries out what was asked of it, at once.
    this.context = { ...context, queue: { enqueue: () => this.answer() } };
    this.commands = createGatewayCommands(this.context);
  }

  process(owner: string, diesBefore = Infinity): GivenProcess {
    const life = new Life(diesBefore, () => this.world.dead.add(owner));
    const account = {
      ...this.account,
      gps: life.of(this.world.gps),
      driveri: life.of(this.world.driveri),
    };
    const context: SyncContext = {
      ...this.context,
      store: life.of(createPgSyncStore({ database: this.database })),
      accounts: new Map([[account.id, account]]),
      gate: createFairGate(4),
      owner,
    };
    return new SyncUnderTest(this.world, account, context, false, life);
  }

  operations(): number {
    return this.life.operations;
  }

  async own<Result>(
    work: (owner: RunningOwner, recorder: Recorder) => Promise<Result>,
  ): Promise<Result | null> {
    await this.buryTheDead();
    return doNow(this.context, this.account.id, work);
  }

  private async buryTheDead(): Promise<void> {
    await this.database.pool.query(
      `update gateway.ownership set expires_at = '-infinity' where owner = any($1)`,
      [[...this.world.dead]],
    );
  }

  private async answer(): Promise<boolean> {
    const open = await this.database.pool.query(
      'select 1 from gateway.owner_request where answered_at is null',
    );
    if (open.rows.length > 0) await this.own((owner) => answerRequests(owner));
    return true;
  }

  agenda(): Promise<Agenda> {
    return this.context.store.ownership.agenda(this.account.id, this.clock.now());
  }

  async pollGps(): Promise<void> {
    await this.own((owner) => pollGps(owner));
  }

  async pollDriveri(): Promise<void> {
    await this.own((owner) => readDriveri(owner));
  }

  async settle(): Promise<number> {
    if (!(await this.isWorkDue())) return 0;
    const turns = await this.own(async (owner, recorder) => {
      for (let round = 1; round < MOST_ROUNDS; round += 1) {
        await checkIntents(owner, recorder);
        await workDrivers(owner, recorder);
        await owner.settled();
        if (!(await this.isWorkDue()) || owner.restUntil > this.clock.now()) return round;
      }
      throw new Error(`work never comes to an end: ${JSON.stringify(await this.agenda())}`);
    });
    return turns ?? 0;
  }

  private async isWorkDue(): Promise<boolean> {
    const { drivers, intents } = await this.agenda();
    return this.isDue(drivers) || this.isDue(intents);
  }

  private isDue(at: number | null): boolean {
    return at !== null && at <= this.clock.now();
  }

  async runs(): Promise<void> {
    for (let round = 0, waits = 0; round < MOST_ROUNDS; round += 1) {
      const before = await this.runStates();
      if (!this.isDue((await this.agenda()).runs)) {
        await this.settleNeighbours();
        if (!this.isDue((await this.agenda()).runs)) return;
      }
      const isOwner = await this.own((owner) => carryOnRuns(owner).then(() => true));
      if (isOwner === null) {
        // Another process has the account. One that is frozen has it for longer than this one is patient.
        if ((waits += 1) > 20) return;
        await sleep(5);
      }
      await this.settleNeighbours();
      this.clock.advance(1);
      if ((await this.runStates()) === before && !this.isDue((await this.agenda()).runs)) return;
    }
    throw new Error('runs never come to an end');
  }

  /** Two drivers of one wave may touch the same DriverID: the second is admitted half a second after the first. */
  private async settleNeighbours(): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      await this.settle();
      const { drivers } = await this.agenda();
      const waitMs = (drivers ?? Infinity) - this.clock.now();
      if (waitMs <= 0 || waitMs > 600) return;
      this.clock.advance(waitMs);
    }
  }

  private async runStates(): Promise<string> {
    const { rows } = await this.database.pool.query('select id, status from gateway.sync_run order by id');
    return JSON.stringify(rows);
  }

  async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    for (;;) {
      await this.settle();
      const { drivers, intents } = await this.agenda();
      const next = Math.min(drivers ?? Infinity, intents ?? Infinity);
      if (next > end) break;
      this.clock.set(Math.max(next, this.clock.now() + 1));
    }
    this.clock.set(Math.max(end, this.clock.now()));
    await this.own((owner) => startDailyRun(owner));
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
