import path from 'node:path';
import type { Config } from './config';
import { ConfigError, type ConfigProblem } from './config-error';
import { errorCode, errorMessage } from '../platform/error-code';

/** What the start of a process asks of its machine. */
type Places = Pick<Config, 'host' | 'port' | 'dataDir'> & {
  readonly probesPort?: number | undefined;
  readonly sandbox: Pick<Config['sandbox'], 'gpsPort' | 'driveriPort'>;
};

/**
 * What a person reads when the process could not start: the variable that names what cannot be had, and what would be right,
 * where that is known; otherwise what was attempted and what came back. `places` is undefined as long as nothing is known of
 * the configuration.
 */
export function explainStartError(error: unknown, places: Places | undefined): string {
  const problem =
    places &&
    systemErrors(error)
      .map((one) => problemOf(one, places))
      .find((one) => one);
  return problem
    ? new ConfigError('The environment', [problem]).message
    : messages(error).join('\n  because: ');
}

/** A refusal of the operating system, as Node tells of it. */
interface SystemError {
  readonly code: string | undefined;
  readonly message: string;
  readonly syscall: unknown;
  readonly port: unknown;
  readonly hostname: unknown;
  readonly path: unknown;
}

function problemOf(error: SystemError, places: Places): ConfigProblem | undefined {
  const { host, dataDir } = places;
  if (error.syscall === 'listen') return listenProblem(error, places);
  if (error.code === 'ENOTFOUND' && error.hostname === host) return notOurs(host);
  if (typeof error.path !== 'string' || !UNUSABLE.has(error.code)) return undefined;
  const isConcerned = contains(dataDir, error.path) || contains(error.path, dataDir);
  return isConcerned
    ? {
        where: 'DATA_DIR',
        what: `${dataDir} cannot be used (${error.message}); give a directory that this user may write to`,
      }
    : undefined;
}

const UNUSABLE: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'EROFS', 'EEXIST', 'ENOTDIR']);

const contains = (directory: string, file: string): boolean =>
  !path.relative(directory, file).startsWith('..');

const notOurs = (host: string): ConfigProblem => ({
  where: 'HOST',
  what: `${host} is not an address of this machine; give 127.0.0.1, or 0.0.0.0 to be reached from others`,
});

function listenProblem(
  error: SystemError,
  { host, port, probesPort, sandbox }: Places,
): ConfigProblem | undefined {
  const ports = {
    SANDBOX_GPS_PORT: sandbox.gpsPort,
    SANDBOX_DRIVERI_PORT: sandbox.driveriPort,
    PROBES_PORT: probesPort,
    PORT: port,
  };
  const where = Object.entries(ports).find(([, one]) => one === error.port)?.[0] ?? 'PORT';
  switch (error.code) {
    case 'EADDRINUSE':
      return { where, what: `${error.port} is in use on ${host}; stop who has it, or give another port` };
    case 'EACCES':
      return { where, what: `${error.port} is not for this user; give a port above 1023` };
    case 'EADDRNOTAVAIL':
      return notOurs(host);
    default:
      return undefined;
  }
}

/** The error and its causes, as far as they may come from the operating system. */
function systemErrors(error: unknown): readonly SystemError[] {
  if (typeof error !== 'object' || error === null) return [];
  // Any object has any property, if undefined: what it is, is looked at where it is used.
  const { syscall, port, hostname, path: file, cause } = error as Record<string, unknown>;
  const code = errorCode(error);
  return [
    { code, message: errorMessage(error), syscall, port, hostname, path: file },
    ...systemErrors(cause),
  ];
}

/** What each error of the chain says that the one before it has not said already. */
function messages(error: unknown): readonly string[] {
  const message = errorMessage(error);
  if (!(error instanceof Error) || error.cause == null) return [message];
  const [next = '', ...rest] = messages(error.cause);
  return message.includes(next) ? [message, ...rest] : [message, next, ...rest];
}
