import { z } from 'zod';
import { Secret } from '../platform/secret';
import type { ConfigProblem } from './config-error';
import { trustedDocumentsFile } from './trusted-documents-file';
import { readSecretVariable, readVariable, type Env } from './secret-values';
import {
  certificateFile,
  claimPath,
  flag,
  hosts,
  oneOf,
  origins,
  port,
  roleMap,
  seconds,
  secretUrl,
  trustedProxies,
  webUrl,
  wholeNumber,
} from './value-kinds';

/** An HS256 key shorter than its hash is weaker than the hash (RFC 7518, 3.2). */
const MIN_SECRET_BYTES = 32;

const PROXY_EXAMPLE = 'http://proxy.internal:3128';

/** Every variable that the gateway reads, with its kind and its default (design, section 6). */
export const environment = z.object({
  NODE_ENV: z.string().optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: port().default(4000),
  PROBES_PORT: port().optional(),
  ROLE: oneOf(['all', 'api', 'worker']).default('all'),
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: secretUrl(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/name').optional(),
  REDIS_URL: secretUrl(['redis:', 'rediss:'], 'redis://host:6379').optional(),
  ACCOUNTS_FILE: z.string().optional(),
  SANDBOX: flag().optional(),
  AUTH_JWKS_URL: webUrl('https://id.example.com/.well-known/jwks.json').optional(),
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
  AUTH_CLAIM_USER: claimPath().default(['sub']),
  AUTH_CLAIM_ACCOUNT: claimPath().default(['account']),
  AUTH_CLAIM_ROLE: claimPath().default(['role']),
  AUTH_ROLE_MAP: roleMap().optional(),
  AUTH_LEEWAY_SECONDS: seconds(0, 600).default(60),
  CONSOLE_CLIENT_ID: z.string().optional(),
  CONSOLE_SCOPE: z.string().default('openid offline_access'),
  CONSOLE_RESOURCE: z.string().optional(),
  CONSOLE_PROVIDER_ORIGINS: origins().default([]),
  REQUESTS_PER_MINUTE: wholeNumber(
    1,
    1_000_000,
    'is not a number of requests; give a whole number from 1 to 1000000',
  ).default(1_200),
  SOCKETS_PER_USER: wholeNumber(
    1,
    10_000,
    'is not a number of sockets; give a whole number from 1 to 10000',
  ).default(20),
  // An operation may cost up to 5,000: with less it could never run.
  BUDGET_POINTS: wholeNumber(
    5_000,
    1_000_000_000,
    'is not a number of cost points; give a whole number from 5000 to 1000000000',
  ).default(20_000),
  BUDGET_POINTS_PER_SECOND: wholeNumber(
    1,
    1_000_000_000,
    'is not a number of cost points; give a whole number from 1 to 1000000000',
  ).default(1_000),
  EXECUTIONS_PER_USER: wholeNumber(
    1,
    1_000,
    'is not a number of operations; give a whole number from 1 to 1000',
  ).default(6),
  TRUST_PROXY: trustedProxies().optional(),
  // A time of a reading that is further ahead counts as set by a clock that was wrong.
  GPS_POLL_SECONDS: seconds(1, 7_200).default(30),
  DRIVERI_POLL_SECONDS: seconds(1, 7_200).default(60),
  // Not below two days: the guards and the flap detector look back over one.
  RETENTION_DAYS: wholeNumber(
    2,
    36_500,
    'is not a number of days; give a whole number from 2 to 36500',
  ).default(90),
  PUBLIC_URL: webUrl('https://drivers.example.com')
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  SMTP_URL: secretUrl(['smtp:', 'smtps:'], 'smtp://user:password@mail.example.com:587').optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]*[^\s@]+@[^\s@]+$/, 'is not a mail address; give one like gateway@example.com')
    .optional(),
  LOG_LEVEL: oneOf(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  LOG_FORMAT: oneOf(['json', 'pretty']).optional(),
  CORS_ORIGINS: origins().default([]),
  INTROSPECTION: flag().optional(),
  TRUSTED_DOCUMENTS: trustedDocumentsFile().optional(),
  ALLOW_HTTP: hosts().default([]),
  SANDBOX_GPS_PORT: port().default(4101),
  SANDBOX_DRIVERI_PORT: port().default(4102),
  // Read by the exporter, the HTTP client and by Node itself; here they are only checked.
  OTEL_EXPORTER_OTLP_ENDPOINT: webUrl('http://collector:4318').optional(),
  HTTPS_PROXY: webUrl(PROXY_EXAMPLE).optional(),
  HTTP_PROXY: webUrl(PROXY_EXAMPLE).optional(),
  https_proxy: webUrl(PROXY_EXAMPLE).optional(),
  http_proxy: webUrl(PROXY_EXAMPLE).optional(),
  NODE_EXTRA_CA_CERTS: certificateFile().optional(),
});

/** The variables, typed. */
export type Environment = z.output<typeof environment>;

type VariableName = keyof Environment;

/** Each of these may also come from a file, which `NAME_FILE` names. */
const SECRETS: ReadonlySet<string> = new Set<VariableName>([
  'DATABASE_URL',
  'REDIS_URL',
  'AUTH_SECRET',
  'SMTP_URL',
]);

/** What is set, by variable, after files were read and ends were trimmed, with a problem for each that cannot be read. */
export interface SetVariables {
  readonly values: Readonly<Record<string, string>>;
  readonly problems: readonly ConfigProblem[];
}

/** Reads every variable of `environment`. A variable with a problem counts as set. */
export function readVariables(env: Env): SetVariables {
  const values: Record<string, string> = {};
  const problems: ConfigProblem[] = [];
  for (const name of Object.keys(environment.shape)) {
    const given = SECRETS.has(name) ? readSecretVariable(env, name) : readVariable(env, name);
    if (given.kind === 'value') values[name] = given.value;
    if (given.kind === 'problem') problems.push(given.problem);
  }
  return { values, problems };
}
