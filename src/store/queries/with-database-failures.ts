import { DatabaseFailure } from '../../gateway/database-failure';
import { errorCode, errorMessage } from '../../platform/error-code';
import type { Logger } from '../../platform/logger';
import { isPassingFailure } from '../database/passing-failure';
import { QUERY_CANCELED, QUERY_READ_TIMEOUT, READ_ONLY } from '../database/sql-states';

/** What is told to the caller of an operation that was ended. */
const ADVICE = {
  reads: 'Ask for a smaller page, for a narrower filter or without totals, or try again later.',
  writes: 'A part of the request may be done: look at the current state before you send it again.',
} as const;

/** How the operations of a port are limited. */
export interface DatabaseFailureOptions {
  /** How long each statement may take; the database that the port works on keeps to it (`Database.limitedTo`). */
  readonly limitMs: number;
  readonly kind: keyof typeof ADVICE;
  readonly logger: Pick<Logger, 'warn'>;
}

/**
 * The same port, whose operations reject with `DatabaseFailure` when one of their statements was ended for its time, or when the
 * database cannot be reached or takes no writes. What is a fault of our own stays as it is.
 */
export function withDatabaseFailures<Port extends object>(port: Port, options: DatabaseFailureOptions): Port {
  const guarded = Object.entries(port).map(([name, operation]) => [
    name,
    guard(name, operation as Operation, options), // a port of the API has nothing but operations
  ]);
  return Object.fromEntries(guarded) as Port;
}

type Operation = (...given: unknown[]) => Promise<unknown>;

function guard(name: string, operation: Operation, options: DatabaseFailureOptions): Operation {
  return async (...given) => {
    try {
      return await operation(...given);
    } catch (error) {
      const failure = failureOf(error, options);
      if (failure === null) throw error;
      options.logger.warn({ operation: name, cause: errorMessage(error) }, failure.message);
      throw failure;
    }
  };
}

function failureOf(error: unknown, { limitMs, kind }: DatabaseFailureOptions): DatabaseFailure | null {
  const cause = { cause: error };
  if (errorCode(error) === QUERY_CANCELED || errorMessage(error) === QUERY_READ_TIMEOUT) {
    const message = `The database took longer than ${limitMs / 1_000} s for this, so it was stopped. ${ADVICE[kind]}`;
    return new DatabaseFailure('DATABASE_TIMEOUT', message, cause);
  }
  const isReadOnly = errorCode(error) === READ_ONLY;
  if (!isReadOnly && !isPassingFailure(error)) return null;
  const what = isReadOnly ? 'takes no changes' : 'cannot be reached';
  const advice = kind === 'reads' ? 'Try again in a moment.' : ADVICE.writes;
  const message = `The gateway's database ${what} at the moment. ${advice}`;
  return new DatabaseFailure('DATABASE_UNAVAILABLE', message, cause);
}
