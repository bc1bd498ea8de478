import type { QueryExecutorProvider } from 'kysely';
import type { Logger } from '../../platform/logger';
import { refreshStatistics } from '../queries/query-statistics';

/** What grows by single drivers is looked at so often. */
const LOOK_EVERY_MS = 60_000;

/**
 * Tells the planner how large tables have become: see `refreshStatistics`. The embedded database has no autovacuum that does;
 * a server's comes a minute or more after the first rosters, and until then pages take several times as long.
 */
export interface StatisticsKeeper {
  /** Looks about every minute from now on; on a server, where autovacuum does, only when asked to. */
  start(): void;
  /** Looks now: a whole roster was stored. Calls that come while it looks are one more look. Never rejects. */
  look(): Promise<void>;
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>;
}

export function createStatisticsKeeper(
  db: QueryExecutorProvider,
  logger: Logger,
  options: { readonly hasAutovacuum?: boolean } = {},
): StatisticsKeeper {
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
      if (options.hasAutovacuum !== true) timer = setInterval(() => void look(), LOOK_EVERY_MS);
    },
    look,
    async stop() {
      clearInterval(timer);
      again = false;
      await looking;
    },
  };
}
