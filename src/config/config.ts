import path from 'node:path';
import type { LogFormat, LogLevel } from '../platform/logger';
import type { Secret } from '../platform/secret';
import { ConfigError, toConfigProblem } from './config-error';
import { contradictions, usesSandbox } from './contradictions';
import { environment, readVariables, type Environment } from './environment';
import type { Env } from './secret-values';
import type { GatewayRole } from './value-kinds';

/** How bearer tokens are verified. `sandbox`: with the secret that the first start leaves in the data directory. */
export type AuthKey =
  | { readonly kind: 'jwks'; readonly url: string }
  | { readonly kind: 'secret'; readonly secret: Secret }
  | { readonly kind: 'sandbox' };

/** Where an identity provider puts what a token says, as paths through its claims; a list at the end is searched. */
export interface ClaimPaths {
  readonly user: readonly string[];
  readonly account: readonly string[];
  readonly role: readonly string[];
}

/** What one user may do, over all processes. */
export interface UserLimitConfig {
  readonly requestsPerMinute: number;
  readonly socketsPerUser: number;
  /** Cost points at once. */
  readonly budgetPoints: number;
  readonly budgetPointsPerSecond: number;
  readonly executionsPerUser: number;
}

/** How tokens are read. */
export interface AuthConfig {
  readonly key: AuthKey;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
  readonly claims: ClaimPaths;
  /** From the provider's roles to ours. Undefined: the claim holds our own role. */
  readonly roleMap: ReadonlyMap<string, GatewayRole> | undefined;
  /** By how much the clocks of issuers may differ from ours. */
  readonly leewayMs: number;
}

/** How mail is sent. */
export interface MailConfig {
  /** `smtp://` or `smtps://`; secret, because it may hold a password. */
  readonly url: Secret;
  /** The sender's address. */
  readonly from: string;
}

/** How users of the console sign in with the identity provider that AUTH_ISSUER names: a public client, with PKCE. */
export interface ConsoleSignIn {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  /** Sent as `audience`, for providers that ask for it. */
  readonly audience: string | undefined;
  /** Sent as `resource` (RFC 8707). */
  readonly resource: string | undefined;
  /** Where the provider answers the page, the issuer's own origin included. */
  readonly origins: readonly string[];
}

/** What the environment says, validated. Durations are in milliseconds. */
export interface Config {
  readonly production: boolean;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** A port of their own for `/livez`, `/readyz` and `/metrics`. Undefined: on `port`. */
  readonly probesPort: number | undefined;
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
  readonly auth: AuthConfig;
  /** Undefined: users of the console paste a token, or choose a role in the sandbox. */
  readonly consoleSignIn: ConsoleSignIn | undefined;
  /** What one user may do, over all processes. */
  readonly limits: UserLimitConfig;
  /** The proxies whose `X-Forwarded-*` are believed: how many, or their addresses and networks. Undefined: none. */
  readonly trustProxy: number | readonly string[] | undefined;
  readonly gpsPollMs: number;
  readonly driveriPollMs: number;
  /** How long the log, ended runs and finished work are kept. */
  readonly retentionMs: number;
  /** Where people reach the console, without a slash at the end; for links in notifications. Undefined: no links. */
  readonly publicUrl: string | undefined;
  /** Whether spans are sent to the endpoint that OpenTelemetry's variables name. */
  readonly tracing: boolean;
  /** How mail is sent. Undefined: none is. */
  readonly mail: MailConfig | undefined;
  readonly log: { readonly level: LogLevel; readonly format: LogFormat };
  /** Origins (`https://host[:port]`) whose pages may call the API. Empty: only our own. */
  readonly corsOrigins: readonly string[];
  readonly introspection: boolean;
  /** The only operations that may run, by id. Undefined: all may that the schema allows. */
  readonly trustedDocuments: ReadonlyMap<string, string> | undefined;
  /** Hosts that may be reached over plain `http://`, in lower case; loopback always may. */
  readonly allowHttp: readonly string[];
  /** `enabled`: the sandbox account is used, with both sandbox portals on loopback. */
  readonly sandbox: { readonly enabled: boolean; readonly gpsPort: number; readonly driveriPort: number };
}

const DAY_MS = 24 * 3_600_000;

/**
 * Reads the configuration from environment variables (design, section 6), and the files that `*_FILE` name. Throws one
 * `ConfigError` with every problem. An empty variable counts as one that is not set. `terminal` decides the log's default format.
 */
export function loadConfig(env: Env, options: { terminal?: boolean } = {}): Config {
  const { values, problems: unreadable } = readVariables(env);
  const result = environment.safeParse(values);
  const isSet = (name: keyof Environment) =>
    values[name] !== undefined || unreadable.some(({ where }) => where === name || where === `${name}_FILE`);
  const problems = [
    ...unreadable,
    ...(result.error?.issues ?? []).map(toConfigProblem),
    ...contradictions(values, isSet),
  ];
  if (!result.success || problems.length > 0) throw new ConfigError('The environment', problems);
  return toConfig(result.data, {
    sandbox: usesSandbox(values, isSet),
    terminal: options.terminal ?? process.stdout.isTTY === true,
  });
}

function toConfig(env: Environment, given: { sandbox: boolean; terminal: boolean }): Config {
  const production = env.NODE_ENV === 'production';
  return {
    production,
    host: env.HOST,
    port: env.PORT,
    probesPort: env.PROBES_PORT,
    role: env.ROLE,
    dataDir: path.resolve(env.DATA_DIR),
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    accountsFile: env.ACCOUNTS_FILE === undefined ? undefined : path.resolve(env.ACCOUNTS_FILE),
    auth: toAuth(env),
    consoleSignIn: toConsoleSignIn(env),
    limits: {
      requestsPerMinute: env.REQUESTS_PER_MINUTE,
      socketsPerUser: env.SOCKETS_PER_USER,
      budgetPoints: env.BUDGET_POINTS,
      budgetPointsPerSecond: env.BUDGET_POINTS_PER_SECOND,
      executionsPerUser: env.EXECUTIONS_PER_USER,
    },
    trustProxy: env.TRUST_PROXY,
    gpsPollMs: env.GPS_POLL_SECONDS * 1000,
    driveriPollMs: env.DRIVERI_POLL_SECONDS * 1000,
    retentionMs: env.RETENTION_DAYS * DAY_MS,
    publicUrl: env.PUBLIC_URL,
    tracing: env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined,
    mail:
      env.SMTP_URL === undefined || env.MAIL_FROM === undefined
        ? undefined
        : { url: env.SMTP_URL, from: env.MAIL_FROM },
    log: { level: env.LOG_LEVEL, format: env.LOG_FORMAT ?? (given.terminal ? 'pretty' : 'json') },
    corsOrigins: env.CORS_ORIGINS,
    introspection: env.INTROSPECTION ?? !production,
    trustedDocuments: env.TRUSTED_DOCUMENTS,
    allowHttp: env.ALLOW_HTTP,
    sandbox: {
      enabled: given.sandbox,
      gpsPort: env.SANDBOX_GPS_PORT,
      driveriPort: env.SANDBOX_DRIVERI_PORT,
    },
  };
}

function toAuth(env: Environment): AuthConfig {
  return {
    key: toAuthKey(env),
    issuer: env.AUTH_ISSUER,
    audience: env.AUTH_AUDIENCE,
    claims: { user: env.AUTH_CLAIM_USER, account: env.AUTH_CLAIM_ACCOUNT, role: env.AUTH_CLAIM_ROLE },
    roleMap: env.AUTH_ROLE_MAP,
    leewayMs: env.AUTH_LEEWAY_SECONDS * 1000,
  };
}

function toConsoleSignIn(env: Environment): ConsoleSignIn | undefined {
  const { CONSOLE_CLIENT_ID: clientId, AUTH_ISSUER: issuer } = env;
  if (clientId === undefined || issuer === undefined) return undefined;
  return {
    issuer,
    clientId,
    scope: env.CONSOLE_SCOPE,
    audience: env.AUTH_AUDIENCE,
    resource: env.CONSOLE_RESOURCE,
    origins: [...new Set([new URL(issuer).origin, ...env.CONSOLE_PROVIDER_ORIGINS])],
  };
}

function toAuthKey(env: Environment): AuthKey {
  if (env.AUTH_JWKS_URL !== undefined) return { kind: 'jwks', url: env.AUTH_JWKS_URL };
  if (env.AUTH_SECRET !== undefined) return { kind: 'secret', secret: env.AUTH_SECRET };
  return { kind: 'sandbox' };
}
