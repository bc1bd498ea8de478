import { errorCode, errorMessage } from '../../platform/error-code';
import { ADMIN_SHUTDOWN } from './sql-states';

const PASSING_CODES: ReadonlySet<string | undefined> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  '57P03', // cannot_connect_now: it starts, or recovers
  '57P02', // crash_shutdown
  ADMIN_SHUTDOWN,
  '53300', // too_many_connections
  '08000', // connection_exception, and its kinds: from poolers
  '08001',
  '08003',
  '08004',
  '08006',
  '08P01',
]);

/** What node-postgres says when a connection, or a free one of the pool, was not there in time, or ended under a statement. */
const PASSING_WORDS = /^(timeout e|Connection terminated|Client has encountered a connection error)/;

/** Whether it is the way to the database that failed, or the server as a whole: then the same may go well a moment later. */
export function isPassingFailure(error: unknown): boolean {
  if (PASSING_CODES.has(errorCode(error)) || PASSING_WORDS.test(errorMessage(error))) return true;
  // Several addresses were tried: Node gathers what each of them said.
  return error instanceof AggregateError && error.errors.length > 0 && error.errors.every(isPassingFailure);
}
