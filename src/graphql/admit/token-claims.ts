import type { Role } from '../types/viewer.type';

/** Where an identity provider puts what the gateway needs: each a claim's name, or a path of names with dots. */
export interface ClaimNames {
  readonly user: string;
  readonly account: string;
  readonly role: string;
}

/** As the sandbox's own tokens have them. */
export const DEFAULT_CLAIMS: ClaimNames = { user: 'sub', account: 'account', role: 'role' };

/** What an identity provider calls our roles, for example `{ 'fleet-admin': 'MASTER' }`. */
export type RoleMap = Readonly<Record<string, Role>>;

export interface ClaimRules {
  readonly claims: ClaimNames;
  /** Undefined: roles have their own names. With a map, only its names count. */
  readonly roleMap: RoleMap | undefined;
  /** Decides among several accounts of one token. */
  readonly isAccount: (id: string) => boolean;
}

/** What a token says of its bearer, or why it says nothing usable. The reason is for the log. */
export type TokenSubject =
  { readonly userId: string; readonly account: string; readonly role: Role } | { readonly reason: string };

/** Strongest first: of several roles, the first one counts. */
const ROLES: readonly Role[] = ['MASTER', 'ADMIN', 'VIEWER'];
const MAX_LENGTH = 200;

/** Reads the claims of a verified token. */
export function readSubject(payload: Readonly<Record<string, unknown>>, rules: ClaimRules): TokenSubject {
  const { claims } = rules;
  const users = textsOf(claimOf(payload, claims.user));
  const [userId] = users;
  if (userId === undefined || users.length > 1) return { reason: `claim "${claims.user}" is not one text` };
  if (!isPlain(userId)) return { reason: `claim "${claims.user}" is too long or has control characters` };
  const account = accountOf(textsOf(claimOf(payload, claims.account)), rules.isAccount);
  if (account === undefined)
    return { reason: `claim "${claims.account}" does not name one account of this gateway` };
  const role = roleOf(textsOf(claimOf(payload, claims.role)), rules.roleMap);
  if (role === undefined) return { reason: `claim "${claims.role}" has no role of this gateway` };
  return { userId, account, role };
}

/** A claim of this whole name, else the value at the end of the path. Names like URLs are not split. */
function claimOf(payload: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  if (/[/:]/.test(name)) return undefined;
  let value: unknown = payload;
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  return value;
}

/** Identity providers send one text or a list of them. */
function textsOf(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((one): one is string => typeof one === 'string' && one !== '');
}

function accountOf(given: readonly string[], isAccount: ClaimRules['isAccount']): string | undefined {
  const [only, ...others] = given.length > 1 ? given.filter((id) => isAccount(id)) : given;
  return others.length === 0 && only !== undefined && isPlain(only) ? only : undefined;
}

function roleOf(given: readonly string[], map: RoleMap | undefined): Role | undefined {
  const roles = new Set(
    given.map((name) => {
      if (map === undefined) return ROLES.find((role) => role === name);
      return Object.hasOwn(map, name) ? map[name] : undefined;
    }),
  );
  return ROLES.find((role) => roles.has(role));
}

/** Text that may stand in logs, keys and events: short, without control characters and halves of surrogate pairs. */
function isPlain(text: string): boolean {
  return text.length <= MAX_LENGTH && !/[\p{Cc}\p{Surrogate}\p{Zl}\p{Zp}]/u.test(text);
}
