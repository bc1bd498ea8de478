import { sql, type QueryExecutorProvider } from 'kysely';
import { systemClock, type Clock } from '../../platform/clock';

/** The database's clock, as this process knows it. */
export interface DatabaseClock extends Clock {
  /** Measures the distance to the database's clock; a failure leaves it as it was. To be called each minute. */
  measure(): Promise<void>;
  /** How far this machine's clock was ahead of the database's when it was last measured, in ms; negative: behind. */
  readonly apartMs: number;
  /** Takes back what was told of this process. */
  close(): Promise<void>;
}

/** What the clock is made from. */
export interface DatabaseClockOptions {
  readonly db: QueryExecutorProvider;
  /** Names this process to people: its host and its process id. */
  readonly process: string;
  readonly machine?: Clock | undefined;
  /** Ms that only ever go forward, at one second per second. */
  readonly monotonic?: (() => number) | undefined;
  readonly onFailure?: ((cause: unknown) => void) | undefined;
}

/** Clocks that differ by more are a health problem (engine.md, R18). */
const APART_MS = 5_000;

/** An answer that took longer than this says too little about when it was made. */
const LONGEST_ANSWER_MS = 2_000;

/**
 * R18: all processes of an installation go by one clock, the database's. Between two measurements it is carried on by the
 * machine's monotonic clock, so that a wall clock that is set, also by hours, moves nothing. Before the first measurement it is
 * the machine's. A distance of more than five seconds is told in `gateway.process_clock`, from where health takes it.
 */
export function createDatabaseClock(options: DatabaseClockOptions): DatabaseClock {
  const { db, process, machine = systemClock, monotonic = () => performance.now() } = options;
  let base: { readonly at: number; readonly monotonicMs: number } | null = null;
  let apartMs = 0;
  let isTold = false;

  const now = (): number =>
    base === null ? machine.now() : Math.round(base.at + monotonic() - base.monotonicMs);

  const take = async (): Promise<void> => {
    const askedMs = monotonic();
    const { rows } = await sql<{ at: number }>`
      select (extract(epoch from clock_timestamp()) * 1000)::float8 as at`.execute(db);
    const answeredMs = monotonic();
    const [row] = rows;
    if (row === undefined || (base !== null && answeredMs - askedMs > LONGEST_ANSWER_MS)) return;
    base = { at: row.at, monotonicMs: (askedMs + answeredMs) / 2 };
    apartMs = machine.now() - now();
  };

  const tell = async (): Promise<void> => {
    if (Math.abs(apartMs) <= APART_MS) return takeBack();
    isTold = true;
    const at = now();
    await sql`
      insert into gateway.process_clock as c (process, apart_ms, since_at, measured_at)
      values (${process}, ${Math.round(apartMs)}, ${at}, ${at})
      on conflict (process) do update set apart_ms = excluded.apart_ms, measured_at = excluded.measured_at`.execute(
      db,
    );
  };

  const takeBack = async (): Promise<void> => {
    if (!isTold) return;
    await sql`delete from gateway.process_clock where process = ${process}`.execute(db);
    isTold = false;
  };

  return {
    now,
    get apartMs() {
      return apartMs;
    },
    async measure() {
      try {
        await take();
        await tell();
      } catch (cause) {
        options.onFailure?.(cause);
      }
    },
    close: takeBack,
  };
}
