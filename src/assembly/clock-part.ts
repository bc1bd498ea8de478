import { hostname } from 'node:os';
import type { Part } from '../platform/lifecycle';
import type { Logger } from '../platform/logger';
import type { Database } from '../store/database/database';
import { createDatabaseClock, type DatabaseClock } from '../store/database/database-clock';

/** How often a process measures how far its clock is from the database's. */
const MEASURE_CLOCK_MS = 60_000;

/** The clock of a Postgres server, measured once; null for the embedded database, which has this machine's. */
export async function openDatabaseClock(database: Database, logger: Logger): Promise<DatabaseClock | null> {
  if (database.kind !== 'postgres') return null;
  const clock = createDatabaseClock({
    db: database.kysely,
    process: `${hostname()}-${process.pid}`,
    onFailure: (err) => logger.debug({ err }, "the database's clock could not be asked"),
  });
  await clock.measure();
  return clock;
}

/** Measures again and again. */
export function clockPart(clock: DatabaseClock | null): Part {
  let timer: NodeJS.Timeout | undefined;
  return {
    name: 'clock',
    start: () => {
      if (clock === null) return;
      timer = setInterval(() => void clock.measure(), MEASURE_CLOCK_MS);
      timer.unref();
    },
    stop: async () => {
      clearInterval(timer);
      await clock?.close().catch(() => undefined); // its row is passed over when it grows old
    },
  };
}
