import { isIP } from 'node:net';
import type { ConfigProblem } from './config-error';
import type { Environment } from './environment';

/**
 * What variables say against each other. `isSet` is true for a variable that is set, right or wrong in itself, so that a
 * person is not sent from one message to the next.
 */
export function contradictions(
  values: Readonly<Record<string, string>>,
  isSet: (name: keyof Environment) => boolean,
): readonly ConfigProblem[] {
  return [
    ...topology(values, isSet),
    ...tokens(values, isSet),
    ...consoleSignIn(values),
    ...mail(isSet),
    ...sandbox(values, isSet),
  ];
}

/** Whether the sandbox account is used: asked for, or nothing else is configured. */
export function usesSandbox(
  values: Readonly<Record<string, string>>,
  isSet: (name: keyof Environment) => boolean,
): boolean {
  const asked = askedForSandbox(values);
  return asked ?? !isSet('ACCOUNTS_FILE');
}

function topology(
  { ROLE }: Readonly<Record<string, string>>,
  isSet: (name: keyof Environment) => boolean,
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (isSet('REDIS_URL') && !isSet('DATABASE_URL')) {
    problems.push({
      where: 'REDIS_URL',
      what: 'needs DATABASE_URL: several processes cannot share the embedded database; set both or neither',
    });
  }
  if ((ROLE === 'api' || ROLE === 'worker') && !isSet('DATABASE_URL')) {
    problems.push({
      where: 'ROLE',
      what: `${ROLE} needs DATABASE_URL: the embedded database serves one process; set it, or ROLE=all`,
    });
  }
  return problems;
}

function tokens(
  { AUTH_JWKS_URL, ALLOW_HTTP }: Readonly<Record<string, string>>,
  isSet: (name: keyof Environment) => boolean,
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (isSet('AUTH_JWKS_URL') && isSet('AUTH_SECRET')) {
    problems.push({
      where: 'AUTH_SECRET',
      what: 'is set together with AUTH_JWKS_URL; set exactly one of them',
    });
  }
  if (isSet('ACCOUNTS_FILE') && !isSet('AUTH_JWKS_URL') && !isSet('AUTH_SECRET')) {
    problems.push({
      where: 'AUTH_JWKS_URL',
      what: 'is needed with ACCOUNTS_FILE, to verify tokens; set it, or AUTH_SECRET',
    });
  }
  const allowed = hostsOf(ALLOW_HTTP);
  if (AUTH_JWKS_URL !== undefined && isPlainHttp(AUTH_JWKS_URL, allowed)) {
    problems.push({ where: 'AUTH_JWKS_URL', what: plainHttp(AUTH_JWKS_URL) });
  }
  return problems;
}

function mail(isSet: (name: keyof Environment) => boolean): ConfigProblem[] {
  if (isSet('SMTP_URL') === isSet('MAIL_FROM')) return [];
  const [there, missing] = isSet('SMTP_URL') ? ['SMTP_URL', 'MAIL_FROM'] : ['MAIL_FROM', 'SMTP_URL'];
  return [{ where: missing, what: `is needed with ${there}, to send mail; set both or neither` }];
}

/** The console finds the identity provider by the issuer of the tokens. */
function consoleSignIn({
  CONSOLE_CLIENT_ID,
  AUTH_ISSUER,
  ALLOW_HTTP,
}: Readonly<Record<string, string>>): ConfigProblem[] {
  if (CONSOLE_CLIENT_ID === undefined) return [];
  const needed = 'is needed with CONSOLE_CLIENT_ID, as the https:// URL of the identity provider';
  if (AUTH_ISSUER === undefined) return [{ where: 'AUTH_ISSUER', what: needed }];
  if (!/^https?:\/\//.test(AUTH_ISSUER) || !URL.canParse(AUTH_ISSUER))
    return [{ where: 'AUTH_ISSUER', what: `is no URL, and ${needed}` }];
  return isPlainHttp(AUTH_ISSUER, hostsOf(ALLOW_HTTP))
    ? [{ where: 'AUTH_ISSUER', what: plainHttp(AUTH_ISSUER) }]
    : [];
}

const hostsOf = (list = ''): readonly string[] => list.split(',').map((host) => host.trim().toLowerCase());

/** Whether a URL goes over plain HTTP to another machine that is not among the allowed hosts. */
export function isPlainHttp(url: string, allowed: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopback(hostname) && !allowed.includes(hostname.toLowerCase());
}

/** What is wrong with such a URL, and what would be right. */
export function plainHttp(url: string): string {
  const { hostname } = new URL(url);
  return `would be read over http://, where others can read and change it; give an https:// URL, or set ALLOW_HTTP=${hostname}`;
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || (isIP(hostname) === 4 && /^127\./.test(hostname))
  );
}

/** The sandbox is never on by accident: it prints a token that may do everything. */
function sandbox(
  values: Readonly<Record<string, string>>,
  isSet: (name: keyof Environment) => boolean,
): ConfigProblem[] {
  const asked = askedForSandbox(values);
  if (isSet('ACCOUNTS_FILE')) {
    return asked === true
      ? [{ where: 'SANDBOX', what: 'is on together with ACCOUNTS_FILE; set one of them' }]
      : [];
  }
  if (asked === false) {
    return [{ where: 'ACCOUNTS_FILE', what: 'is needed with SANDBOX=0; give the path of the accounts file' }];
  }
  if (asked === true) {
    const isSplit = values['ROLE'] === 'api' || values['ROLE'] === 'worker';
    return isSplit
      ? [{ where: 'ROLE', what: 'is all with the sandbox, whose portals live in one process; leave it out' }]
      : [];
  }
  const reason = reasonAgainstSandbox(values, isSet);
  return reason === undefined
    ? []
    : [
        {
          where: 'ACCOUNTS_FILE',
          what: `is needed with ${reason}; give the path of the accounts file, or set SANDBOX=1 to try the gateway with emulated portals`,
        },
      ];
}

function reasonAgainstSandbox(
  values: Readonly<Record<string, string>>,
  isSet: (name: keyof Environment) => boolean,
): string | undefined {
  if (values['NODE_ENV'] === 'production') return 'NODE_ENV=production';
  return (['DATABASE_URL', 'AUTH_SECRET', 'AUTH_JWKS_URL'] as const).find(isSet);
}

function askedForSandbox({ SANDBOX }: Readonly<Record<string, string>>): boolean | undefined {
  return SANDBOX === undefined ? undefined : ['true', '1', 'on'].includes(SANDBOX);
}
