import { DatabaseTimeout } from '../../gateway/database-timeout';
import { errorCode, errorMessage } from '../../platform/error-code';
import type { Logger } from '../../platform/logger';

/** SQLSTATE `query_canceled`: how Postgres ends a statement that takes too long. */
const CANCELED = '57014';

/** What node-postgres says when a server has not ended it either. */
const SILENT = 'Query read timeout';

/** What is told to the caller of an operation that was ended. */
const ADVICE = {
  reads: 'Ask for a smaller page, for a narrower filter or without totals, or try again later.',
  writes: 'A part of the request may be done: look at the current state before you send it again.',
} as const;

/** How the operations of a port are limited. */
export interface TimeLimitOptions {
  /** How long each statement may take; the database that the port works on keeps to it (`Database.limitedTo`). */
  readonly limitMs: number;
  readonly kind: keyof typeof ADVICE;
  readonly logger: Pick<Logger, 'warn'>;
}

/** The same port, whose operations reject with `DatabaseTimeout` when one of their statements was ended for its time. */
export function withTimeLimit<Port extends object>(port: Port, options: TimeLimitOptions): Port {
  const limited = Object.entries(port).map(([name, operation]) => [
    name,
    limit(name, operation as Operation, options), // a port of the API has nothing but operations
  ]);
  return Object.fromEntries(limited) as Port;
}

type Operation = (...given: unknown[]) => Promise<unknown>;

function limit(name: string, operation: Operation, { limitMs, kind, logger }: TimeLimitOptions): Operation {
  return async (...given) => {
    try {
      return await operation(...given);
    } catch (error) {
      if (errorCode(error) !== CANCELED && errorMessage(error) !== SILENT) throw error;
      logger.warn({ operation: name, limitMs }, 'a statement of the API took too long and was ended');
      const message = `The database took longer than ${limitMs / 1_000} s for this, so it was stopped. ${ADVICE[kind]}`;
      throw new DatabaseTimeout(limitMs, message, { cause: error });
    }
  };
}
