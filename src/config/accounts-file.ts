import { readFileSync } from 'node:fs';
import { errorMessage } from '../platform/error-code';
import { sameUser, type AccountConfig } from './account-config';
import { accountsFile } from './account-sections';
import { parseYaml } from './accounts-yaml';
import { ConfigError, toConfigProblem, type ConfigProblem } from './config-error';
import { isPlainHttp, plainHttp } from './contradictions';
import { readSecretVariable, type Env } from './secret-values';

/** How the accounts file is read. */
export interface AccountsOptions {
  /** Hosts that may be reached over plain `http://` (`Config.allowHttp`). */
  readonly allowHttp?: readonly string[];
  /** How mail is sent (`Config.mail`). Undefined: a target of mail is refused. */
  readonly mail?: object | undefined;
}

/** Reads the accounts file. Throws a `ConfigError` with every problem: an unreadable file, a missing variable, a bad value. */
export function readAccounts(
  file: string,
  env: Env,
  options: AccountsOptions = {},
): readonly AccountConfig[] {
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
  return parseAccounts(text, env, file, options);
}

/** As `readAccounts`, from the text of the file; `source` is how messages call it. */
export function parseAccounts(
  text: string,
  env: Env,
  source: string,
  options: AccountsOptions = {},
): readonly AccountConfig[] {
  const { value, problems: variables } = fillIn(parseYaml(text, source), env);
  const result = accountsFile.safeParse(value);
  const problems = [
    ...variables,
    ...(result.error?.issues ?? []).map(toConfigProblem),
    ...(result.success ? sharedPortals(result.data.accounts) : []),
    ...(result.success ? plainConnections(result.data.accounts, options.allowHttp ?? []) : []),
    ...(result.success && options.mail === undefined ? mailTargets(result.data.accounts) : []),
  ];
  if (!result.success || problems.length > 0) throw new ConfigError(source, problems);
  return result.data.accounts;
}

/** Replaces `${NAME}` in every string; after parsing, so that a secret may hold any character. */
function fillIn(document: unknown, env: Env): { value: unknown; problems: readonly ConfigProblem[] } {
  const problems = new Map<string, ConfigProblem>();
  const fill = (text: string) =>
    text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (placeholder, name: string) => {
      const given = readSecretVariable(env, name);
      if (given.kind === 'value') return given.value;
      problems.set(
        name,
        given.kind === 'problem'
          ? given.problem
          : {
              where: name,
              what: `is not set in the environment, nor is ${name}_FILE, and the accounts file uses it`,
            },
      );
      // Something in its place: else the empty value would be reported a second time.
      return placeholder;
    });
  return { value: mapStrings(document, fill), problems: [...problems.values()] };
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]));
}

/**
 * Two accounts on one portal account would write over each other's drivers. The same name on another portal is another
 * account: a user or a tenant counts together with its base URL.
 */
function sharedPortals(accounts: readonly AccountConfig[]): readonly ConfigProblem[] {
  return [
    ...repeated(accounts, 'id', (one) => one.id),
    ...repeated(accounts, 'gps.username', ({ gps }) => portalUser(gps.baseUrl, gps.username)),
    ...repeated(accounts, 'driveri.tenant', ({ driveri }) => portalUser(driveri.baseUrl, driveri.tenant)),
  ];
}

function portalUser(baseUrl: string, name: string): string {
  // URL makes one spelling of host and default port.
  return JSON.stringify([new URL(baseUrl).href.replace(/\/+$/, ''), sameUser(name)]);
}

function repeated(
  accounts: readonly AccountConfig[],
  field: string,
  keyOf: (one: AccountConfig) => string,
): readonly ConfigProblem[] {
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

function plainConnections(
  accounts: readonly AccountConfig[],
  allowed: readonly string[],
): readonly ConfigProblem[] {
  return accounts.flatMap(({ gps, driveri, notify }, index) => {
    const urls = [
      { where: 'gps.baseUrl', url: gps.baseUrl },
      { where: 'driveri.baseUrl', url: driveri.baseUrl },
      ...notify.map((one, at) => ({
        where: `notify[${at}].webhook`,
        url: one.kind === 'webhook' ? one.url.reveal() : '',
      })),
    ];
    return urls
      .filter(({ url }) => isPlainHttp(url, allowed))
      .map(({ where, url }) => ({ where: `accounts[${index}].${where}`, what: plainHttp(url) }));
  });
}

function mailTargets(accounts: readonly AccountConfig[]): readonly ConfigProblem[] {
  return accounts.flatMap(({ notify }, index) =>
    notify.flatMap((one, at) =>
      one.kind === 'mail'
        ? [
            {
              where: `accounts[${index}].notify[${at}].mail`,
              what: 'needs a mail server; set SMTP_URL and MAIL_FROM',
            },
          ]
        : [],
    ),
  );
}
