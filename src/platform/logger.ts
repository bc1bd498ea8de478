import { AsyncLocalStorage } from 'node:async_hooks';
import pino, { type Logger as PinoLogger } from 'pino';
import pretty from 'pino-pretty';

/** How much is logged; `silent` logs nothing. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** One JSON object a line, or lines for a person at a terminal. */
export type LogFormat = 'json' | 'pretty';

/**
 * The service's log. Messages are constant, what varies goes into the fields, and an error goes into the field `err`.
 *
 * error: a person must act now. warn: it heals itself. info: the story of each run and write. debug: the rest.
 * Fields never hold names, e-mails, phone numbers or tokens; well-known secret field names are redacted all the same.
 */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** A logger that adds these fields to every line. */
  child(fields: object): Logger;
}

const story = new AsyncLocalStorage<object>();

/** Runs the work; every line that it logs, however deep, has these fields as well. */
export const logging = <Result>(fields: object, work: () => Result): Result =>
  story.run({ ...story.getStore(), ...fields }, work);

const SECRET_FIELDS = [
  'accessToken',
  'appToken',
  'authorization',
  'Authorization',
  'clientSecret',
  'cookie',
  'password',
  'secret',
  'token',
];

// fast-redact knows no "at any depth": three levels are what our fields ever have (err.cause.token).
const REDACTED_PATHS = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

/** Makes the logger. Lines go to standard output unless a destination is given. */
export function createLogger(
  options: { level: LogLevel; format: LogFormat },
  destination?: NodeJS.WritableStream,
): Logger {
  // pino-pretty as a stream in this thread: a transport's worker thread would lose the last lines of a crash.
  const stream =
    options.format === 'pretty'
      ? pretty({ colorize: true, sync: true, ignore: 'pid,hostname', ...(destination && { destination }) })
      : (destination ?? pino.destination({ sync: true }));
  const log = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError, error: describeError },
      mixin: () => story.getStore() ?? {},
      redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
    },
    stream,
  );
  return fromPino(log);
}

/** Logs nothing, for tests. */
export const silentLogger: Logger = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  child: () => silentLogger,
};

function fromPino(log: PinoLogger): Logger {
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    child: (fields) => fromPino(log.child(fields)),
  };
}

// Only these of an error: Postgres' `detail` quotes the row that was refused, an HTTP client's error the whole request.
function describeError(error: unknown): object {
  if (typeof error !== 'object' || error === null) return { message: String(error) };
  const { name, message, code, stack, cause }: Partial<Error & { code: unknown }> = error;
  return { name, message, code, stack, ...(cause !== undefined && { cause: describeError(cause) }) };
}

function ignore(): void {}
