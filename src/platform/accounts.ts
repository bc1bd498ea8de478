import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { ConfigError, type ConfigProblem } from './config-error';
import { errorMessage } from './error-code';
import { Secret } from './secret';

/** Where GPS keeps the Driveri DriverID: in a field of `driver/list`, in a custom attribute, or nowhere. */
export type DriverIdField =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'attribute'; readonly key: string }
  | { readonly kind: 'none' };

/** Above these, changes wait for a person (design, 2.3). Percentages are of the account's linked drivers. */
export interface AccountGuards {
  /** More inferred removals in a rolling 24 hours than this *and* than the percentage are held. */
  readonly maxInferredRemovals: number;
  readonly maxInferredRemovalsPercent: number;
  /** More RENAMEs, and LINKs away from a driver, planned at one time than this *and* than the percentage are held. */
  readonly maxIdentityChanges: number;
  readonly maxIdentityChangesPercent: number;
  /** A listing of GPS, or a run, that changes more of the linked drivers than this warns. */
  readonly warnChangedPercent: number;
  /** A listing of GPS, or a run, that changes more of the linked drivers than this waits for approval. */
  readonly holdChangedPercent: number;
  /** A listing with fewer drivers than this part of the last complete one is not complete. */
  readonly minCompletePercent: number;
  /** More drivers that lose their DriverID between two listings than this *and* than the percentage: the field is unreadable. */
  readonly maxDriverIdsLost: number;
  readonly maxDriverIdsLostPercent: number;
  /** Up to so many changes are never a mass change, however small the fleet. */
  readonly maxUnremarkableChanges: number;
}

/** One fleet's GPS account. */
export interface GpsAccount {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly username: string;
  readonly appToken: Secret;
  /** The budget of the portal's rolling 24-hour window. */
  readonly requestsPerDay: number;
  readonly driveriDriverIdField: DriverIdField;
  /** What a webhook hint has to carry; without it, the account takes no hints. */
  readonly hookSecret: Secret | undefined;
}

/** One fleet's Driveri tenant. */
export interface DriveriAccount {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** The tenant's unique name. */
  readonly tenant: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly requestsPerSecond: number;
  /** Description or code of the status that means removed; without it, the portal's own list decides. */
  readonly removedStatus: string | undefined;
}

/** One account of `ACCOUNTS_FILE`: one fleet with its GPS account and its Driveri tenant (design, section 6). */
export interface AccountConfig {
  /** `[a-z0-9-]+`, unique; the `account` claim of tokens. */
  readonly id: string;
  readonly name: string;
  readonly tier: 'STANDARD' | 'PRO' | 'ENTERPRISE';
  /** Whether Driver Sync may be turned on. A STANDARD account has it only when its Account Manager said so. */
  readonly driverSyncAvailable: boolean;
  /** IANA name; the daily run's night is there. */
  readonly timeZone: string;
  /** Local time of the daily run, `HH:MM`. */
  readonly dailyRunAt: string;
  /** What serves as DriverID for a driver who has none and is not linked. */
  readonly driverIdFallback: 'reference-id' | 'gps-id' | 'none';
  /** When drift is overridden: by the daily run, or at once. */
  readonly driftPolicy: 'daily' | 'immediate';
  readonly gps: GpsAccount;
  readonly driveri: DriveriAccount;
  readonly guards: AccountGuards;
}

/** Environment variables by name. */
type Env = Readonly<Record<string, string | undefined>>;

/** Reads the accounts file. Throws a `ConfigError` with every problem: an unreadable file, a missing variable, a bad value. */
export function readAccounts(file: string, env: Env): readonly AccountConfig[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError('The environment', [
      {
        where: 'ACCOUNTS_FILE',
        what: `cannot be read (${errorMessage(error)}); give the path of a YAML file`,
      },
    ]);
  }
  return parseAccounts(text, env, file);
}

/** As `readAccounts`, from the text of the file; `source` is how messages call it. */
export function parseAccounts(text: string, env: Env, source: string): readonly AccountConfig[] {
  const { value, missing } = fillIn(parseYaml(text, source), env);
  const result = accountsFile.safeParse(value);
  const problems = [
    ...missing,
    ...(result.error?.issues ?? []).map(toProblem),
    ...(result.success ? sharedPortals(result.data.accounts) : []),
  ];
  if (!result.success || problems.length > 0) throw new ConfigError(source, problems);
  return result.data.accounts;
}

/**
 * Identifies what an account is connected to: base URLs, GPS user, tenant, DriverID field, fallback. When it differs from
 * the one that was remembered, links may point to other people, and the sync is blocked (design, 2.4). Secrets and limits
 * are not part of it: changing them changes nobody's identity.
 */
export function fingerprint(account: AccountConfig): string {
  const { gps, driveri, driverIdFallback } = account;
  const identity = [
    'v1',
    gps.baseUrl,
    sameUser(gps.username),
    driveri.baseUrl,
    sameUser(driveri.tenant),
    Object.values(gps.driveriDriverIdField),
    driverIdFallback,
  ];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}

function parseYaml(text: string, source: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    // Only where, not the excerpt of the file that YAML's message brings along: it may hold a secret.
    const line = error.linePos?.[0].line ?? '?';
    throw new ConfigError(source, [{ where: `line ${line}`, what: `is not YAML (${error.code})` }]);
  }
}

/** Replaces `${NAME}` in every string; after parsing, so that a secret may hold any character. */
function fillIn(document: unknown, env: Env): { value: unknown; missing: ConfigProblem[] } {
  const missing = new Map<string, ConfigProblem>();
  const fill = (text: string) =>
    text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
      const value = env[name];
      if (value === undefined || value === '') {
        missing.set(name, {
          where: name,
          what: 'is not set in the environment, and the accounts file uses it',
        });
      }
      // Something in its place: else the empty value would be reported a second time.
      return value || `\${${name}}`;
    });
  return { value: mapStrings(document, fill), missing: [...missing.values()] };
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]));
}

/** Keys that nobody reads are misspelt ones: the message names those that there are. */
function section<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `has no ${issue.keys.map((key) => `"${key}"`).join(', ')}; give ${Object.keys(shape).join(', ')}`
        : 'is missing; give a section with its keys',
  });
}

const text = z.string({ error: 'is missing; give a text' }).trim().min(1, 'is empty; give a text');
const secret = text.transform((value) => new Secret(value));

const baseUrl = text
  .refine(
    isPlainUrl,
    'is not a base URL; give one like https://api.example.com/v2, without query or credentials',
  )
  .transform((url) => url.replace(/\/+$/, ''));

const gps = section({
  baseUrl,
  username: text,
  appToken: secret,
  requestsPerDay: wholeNumber(1, 10_000_000).default(20_000),
  driveriDriverIdField: text
    .regex(
      /^(attribute:.+|[A-Za-z_][A-Za-z0-9_]*)$/,
      'give a field of driver/list, "attribute:<key>", or "none"',
    )
    .default('driveri_driver_id')
    .transform(toDriverIdField),
  hookSecret: text
    .min(16, 'is too short to be a secret; give 16 characters or more')
    .transform((value) => new Secret(value))
    .optional(),
});

const driveri = section({
  baseUrl,
  tenant: text,
  clientId: text,
  clientSecret: secret,
  requestsPerSecond: z
    .number('give a number of requests a second')
    .positive('give a number above 0')
    .max(1000, 'give a number up to 1000')
    .default(5),
  removedStatus: z
    .union([text, z.number().int()], {
      error: 'give the description or the code of the status that means removed',
    })
    .transform(String)
    .optional(),
});

const guards = section({
  maxInferredRemovals: wholeNumber(0, 1_000_000).default(3),
  maxInferredRemovalsPercent: percent(5),
  maxIdentityChanges: wholeNumber(0, 1_000_000).default(10),
  maxIdentityChangesPercent: percent(10),
  warnChangedPercent: percent(25),
  holdChangedPercent: percent(60),
  minCompletePercent: percent(80),
  maxDriverIdsLost: wholeNumber(0, 1_000_000).default(3),
  maxDriverIdsLostPercent: percent(5),
  maxUnremarkableChanges: wholeNumber(0, 1_000_000).default(10),
}).refine((limits) => limits.warnChangedPercent <= limits.holdChangedPercent, {
  path: ['warnChangedPercent'],
  error: 'is above holdChangedPercent; a run would be held before it warns',
});

const account = section({
  id: text.regex(/^[a-z0-9-]+$/, 'give lower-case letters, digits and hyphens'),
  name: text,
  tier: oneOf(['STANDARD', 'PRO', 'ENTERPRISE']),
  driverSyncAvailable: z.boolean('give true or false').optional(),
  timeZone: text.refine(isTimeZone, 'is not a time zone; give one like America/Chicago').default('UTC'),
  dailyRunAt: text.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'give a time in quotes, like "03:00"').default('03:00'),
  driverIdFallback: oneOf(['reference-id', 'gps-id', 'none']).default('reference-id'),
  driftPolicy: oneOf(['daily', 'immediate']).default('daily'),
  gps,
  driveri,
  guards: guards.prefault({}),
}).transform(toAccount);

const accountsFile = z.strictObject(
  {
    accounts: z
      .array(account, { error: 'give a list of accounts' })
      .min(1, 'is empty; give one account or more'),
  },
  { error: (issue) => (issue.code === 'invalid_type' ? 'holds no "accounts:" list' : undefined) },
);

type ParsedAccount = Omit<AccountConfig, 'driverSyncAvailable' | 'gps' | 'driveri'> & {
  driverSyncAvailable?: boolean | undefined;
  gps: Omit<GpsAccount, 'hookSecret'> & { hookSecret?: Secret | undefined };
  driveri: Omit<DriveriAccount, 'removedStatus'> & { removedStatus?: string | undefined };
};

function toAccount(parsed: ParsedAccount): AccountConfig {
  return {
    ...parsed,
    driverSyncAvailable: parsed.driverSyncAvailable ?? parsed.tier !== 'STANDARD',
    gps: { ...parsed.gps, hookSecret: parsed.gps.hookSecret },
    driveri: { ...parsed.driveri, removedStatus: parsed.driveri.removedStatus },
  };
}

function toDriverIdField(field: string): DriverIdField {
  if (field === 'none') return { kind: 'none' };
  const attribute = /^attribute:(.+)$/.exec(field)?.[1];
  return attribute === undefined ? { kind: 'field', name: field } : { kind: 'attribute', key: attribute };
}

/** Two accounts on one portal account would write over each other's drivers. */
function sharedPortals(accounts: readonly AccountConfig[]): ConfigProblem[] {
  return [
    ...repeated(accounts, 'id', (one) => one.id),
    ...repeated(accounts, 'gps.username', (one) => sameUser(one.gps.username)),
    ...repeated(accounts, 'driveri.tenant', (one) => sameUser(one.driveri.tenant)),
  ];
}

function repeated(
  accounts: readonly AccountConfig[],
  field: string,
  keyOf: (one: AccountConfig) => string,
): ConfigProblem[] {
  const first = new Map<string, number>();
  return accounts.flatMap((one, index) => {
    const earlier = first.get(keyOf(one));
    if (earlier === undefined) {
      first.set(keyOf(one), index);
      return [];
    }
    return [
      {
        where: `accounts[${index}].${field}`,
        what: `is that of accounts[${earlier}]; give each account its own`,
      },
    ];
  });
}

// Portals do not tell "Acme" from "acme" in names of users and tenants; treating them as two would defeat the check.
function sameUser(name: string): string {
  return name.trim().toLowerCase();
}

function isPlainUrl(candidate: string): boolean {
  if (!URL.canParse(candidate)) return false;
  const url = new URL(candidate);
  const isHttp = url.protocol === 'https:' || url.protocol === 'http:';
  return isHttp && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function wholeNumber(min: number, max: number) {
  const message = `give a whole number from ${min} to ${max}`;
  return z.int(message).min(min, message).max(max, message);
}

function percent(fallback: number) {
  const message = 'give a percentage from 0 to 100';
  return z.number(message).min(0, message).max(100, message).default(fallback);
}

function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `give ${words.slice(0, -1).join(', ')} or ${words.at(-1)}` });
}

function toProblem(issue: z.core.$ZodIssue): ConfigProblem {
  const where = issue.path.reduce<string>(
    (path, step) =>
      typeof step === 'number' ? `${path}[${step}]` : path === '' ? String(step) : `${path}.${String(step)}`,
    '',
  );
  return { where: where === '' ? 'the file' : where, what: issue.message };
}
