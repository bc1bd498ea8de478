import path from 'node:path';
import { z } from 'zod';
import { ConfigError, type ConfigProblem } from './config-error';
import type { LogFormat, LogLevel } from './logger';
import { Secret } from './secret';

/** How bearer tokens are verified. `sandbox`: with the secret that the first start leaves in the data directory. */
export type AuthKey =
  | { readonly kind: 'jwks'; readonly url: string }
  | { readonly kind: 'secret'; readonly secret: Secret }
  | { readonly kind: 'sandbox' };

/** What the environment says, validated. Durations are in milliseconds. */
export interface Config {
  readonly production: boolean;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** `api` serves, `worker` synchronises, `all` does both. */
  readonly role: 'all' | 'api' | 'worker';
  /** Absolute path of what the process keeps on disk. */
  readonly dataDir: string;
  /** Secret, because URLs hold passwords. Without it: the embedded database in `dataDir`. */
  readonly databaseUrl: Secret | undefined;
  /** Without it: BullMQ on Postgres, and pub/sub without Redis. */
  readonly redisUrl: Secret | undefined;
  /** Absolute path. Without it: the sandbox account. */
  readonly accountsFile: string | undefined;
  readonly auth: {
    readonly key: AuthKey;
    readonly issuer: string | undefined;
    readonly audience: string | undefined;
  };
  readonly gpsPollMs: number;
  readonly driveriPollMs: number;
  /** How long the log, ended runs and finished work are kept. */
  readonly retentionMs: number;
  readonly log: { readonly level: LogLevel; readonly format: LogFormat };
  /** Origins (`https://host[:port]`) whose pages may call the API. Empty: only our own. */
  readonly corsOrigins: readonly string[];
  readonly introspection: boolean;
  readonly sandbox: { readonly gpsPort: number; readonly driveriPort: number };
}

/** An HS256 key shorter than its hash is weaker than the hash (RFC 7518, 3.2). */
const MIN_SECRET_BYTES = 32;

const DAY_MS = 24 * 3_600_000;

/**
 * Reads the configuration from environment variables (design, section 6). Throws one `ConfigError` with every problem.
 * An empty variable counts as one that is not set. `terminal` decides the log's default format.
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>>,
  options: { terminal?: boolean } = {},
): Config {
  const set = setOnly(env);
  const result = environment.safeParse(set);
  const problems = [...(result.error?.issues ?? []).map(toProblem), ...contradictions(set)];
  if (!result.success || problems.length > 0) throw new ConfigError('The environment', problems);
  return toConfig(result.data, options.terminal ?? process.stdout.isTTY === true);
}

type Environment = z.output<typeof environment>;

function toConfig(env: Environment, terminal: boolean): Config {
  const production = env.NODE_ENV === 'production';
  return {
    production,
    host: env.HOST,
    port: env.PORT,
    role: env.ROLE,
    dataDir: path.resolve(env.DATA_DIR),
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    accountsFile: env.ACCOUNTS_FILE === undefined ? undefined : path.resolve(env.ACCOUNTS_FILE),
    auth: { key: toAuthKey(env), issuer: env.AUTH_ISSUER, audience: env.AUTH_AUDIENCE },
    gpsPollMs: env.GPS_POLL_SECONDS * 1000,
    driveriPollMs: env.DRIVERI_POLL_SECONDS * 1000,
    retentionMs: env.RETENTION_DAYS * DAY_MS,
    log: { level: env.LOG_LEVEL, format: env.LOG_FORMAT ?? (terminal ? 'pretty' : 'json') },
    corsOrigins: env.CORS_ORIGINS,
    introspection: env.INTROSPECTION ?? !production,
    sandbox: { gpsPort: env.SANDBOX_GPS_PORT, driveriPort: env.SANDBOX_DRIVERI_PORT },
  };
}

function toAuthKey(env: Environment): AuthKey {
  if (env.AUTH_JWKS_URL !== undefined) return { kind: 'jwks', url: env.AUTH_JWKS_URL };
  if (env.AUTH_SECRET !== undefined) return { kind: 'secret', secret: env.AUTH_SECRET };
  return { kind: 'sandbox' };
}

const environment = z.object({
  NODE_ENV: z.string().optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: port(4000),
  ROLE: oneOf(['all', 'api', 'worker']).default('all'),
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: secretUrl(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/name').optional(),
  REDIS_URL: secretUrl(['redis:', 'rediss:'], 'redis://host:6379').optional(),
  ACCOUNTS_FILE: z.string().optional(),
  AUTH_JWKS_URL: z
    .string()
    .refine(
      isUrlOf(['http:', 'https:']),
      'is not a URL; give one like https://id.example.com/.well-known/jwks.json',
    )
    .optional(),
  AUTH_SECRET: z
    .string()
    .refine(
      (secret) => Buffer.byteLength(secret) >= MIN_SECRET_BYTES,
      `is too short; give ${MIN_SECRET_BYTES} bytes or more, e.g. the output of "openssl rand -hex 32"`,
    )
    .transform((secret) => new Secret(secret))
    .optional(),
  AUTH_ISSUER: z.string().optional(),
  AUTH_AUDIENCE: z.string().optional(),
  GPS_POLL_SECONDS: seconds(30),
  DRIVERI_POLL_SECONDS: seconds(60),
  // Not below two days: the guards and the flap detector look back over one.
  RETENTION_DAYS: wholeNumber(
    2,
    36_500,
    'is not a number of days; give a whole number from 2 to 36500',
  ).default(90),
  LOG_LEVEL: oneOf(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  LOG_FORMAT: oneOf(['json', 'pretty']).optional(),
  CORS_ORIGINS: z.string().default('').transform(toOrigins),
  INTROSPECTION: oneOf(['true', 'false', '1', '0', 'on', 'off'])
    .transform((word) => ['true', '1', 'on'].includes(word))
    .optional(),
  SANDBOX_GPS_PORT: port(4101),
  SANDBOX_DRIVERI_PORT: port(4102),
});

// Sees the raw variables: a variable that is wrong in itself still is one that is set.
function contradictions(env: Readonly<Record<string, string>>): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const says = (where: keyof Environment, what: string) => problems.push({ where, what });
  const isSet = (name: keyof Environment) => env[name] !== undefined;

  if (isSet('REDIS_URL') && !isSet('DATABASE_URL')) {
    says(
      'REDIS_URL',
      'needs DATABASE_URL: several processes cannot share the embedded database; set both or neither',
    );
  }
  if ((env.ROLE === 'api' || env.ROLE === 'worker') && !isSet('DATABASE_URL')) {
    says(
      'ROLE',
      `${env.ROLE} needs DATABASE_URL: the embedded database serves one process; set it, or ROLE=all`,
    );
  }
  if (isSet('AUTH_JWKS_URL') && isSet('AUTH_SECRET')) {
    says('AUTH_SECRET', 'is set together with AUTH_JWKS_URL; set exactly one of them');
  }
  if (isSet('ACCOUNTS_FILE') && !isSet('AUTH_JWKS_URL') && !isSet('AUTH_SECRET')) {
    says('AUTH_JWKS_URL', 'is needed with ACCOUNTS_FILE, to verify tokens; set it, or AUTH_SECRET');
  }
  return problems;
}

function port(fallback: number) {
  return wholeNumber(0, 65_535, 'is not a port; give a whole number from 0 to 65535').default(fallback);
}

function seconds(fallback: number) {
  return wholeNumber(1, 86_400, 'is not a number of seconds; give a whole number from 1 to 86400').default(
    fallback,
  );
}

function wholeNumber(min: number, max: number, message: string) {
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
}

function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, {
    error: `is none of its values; give ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`,
  });
}

function secretUrl(protocols: readonly string[], example: string) {
  return z
    .string()
    .refine(isUrlOf(protocols), `is not a URL of that kind; give one like ${example}`)
    .transform((url) => new Secret(url));
}

function isUrlOf(protocols: readonly string[]): (text: string) => boolean {
  return (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol);
}

function toOrigins(list: string, context: z.RefinementCtx): readonly string[] {
  const origins = list.split(',').map((origin) => origin.trim());
  const given = origins.filter((origin) => origin !== '');
  for (const origin of given) {
    if (isUrlOf(['http:', 'https:'])(origin) && new URL(origin).origin === origin) continue;
    const what = `"${origin}" is not an origin; give them like https://fleet.example.com, separated by commas`;
    context.addIssue({ code: 'custom', message: what });
  }
  return given;
}

function setOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const set: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined && value !== '') set[name] = value;
  return set;
}

function toProblem(issue: z.core.$ZodIssue): ConfigProblem {
  return { where: issue.path.join('.'), what: issue.message };
}
