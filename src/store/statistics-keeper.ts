import type { QueryExecutorProvider } from 'kysely';
import type { Logger } from '../platform/logger';
import { refreshStatistics } from './query-statistics';

/** What grows by single drivers is looked at so often. */
const LOOK_EVERY_MS = 60_000;

/** Does for the embedded database what autovacuum does on a server: see `refreshStatistics`. */
export interface StatisticsKeeper {
  /** Looks about every minute from now on. */
  start(): void;
  /** Looks now: a whole roster was stored. Calls that come while it looks are one more look. Never rejects. */
  look(): Promise<void>;
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>;
}

export function createStatisticsKeeper(db: QueryExecutorProvider, logger: Logger): StatisticsKeeper {
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let again = false;

  async function lookAround(): Promise<void> {
    do {
      again = false;
      try {
        const tables = await refreshStatistics(db);
        if (tables.length > 0) logger.debug({ tables }, 'statistics of tables were made anew');
      } catch (err) {
        logger.warn({ err }, 'statistics of tables could not be made anew; lists may be slow');
      }
    } while (again);
  }

  function look(): Promise<void> {
    if (looking) again = true;
    return (looking ??= lookAround().finally(() => (looking = undefined)));
  }

  return {
    start() {
      timer = setInterval(() => void look(), LOOK_EVERY_MS);
    },
    look,
    async stop() {
      clearInterval(timer);
      again = false;
      await looking;
    },
  };
}
