import { Secret } from '../platform/secret';
import { fingerprint, type AccountConfig } from './account-config';

/** What differs between two readings of the accounts file. */
export interface AccountChanges {
  readonly added: readonly AccountConfig[];
  readonly removed: readonly AccountConfig[];
  readonly changed: readonly ChangedAccount[];
}

/** An account whose entry differs. */
export interface ChangedAccount {
  readonly before: AccountConfig;
  readonly after: AccountConfig;
  /** True when links may lead to other people now: the account's fingerprint differs (`PORTAL_CHANGED`). */
  readonly isOtherConnection: boolean;
}

/**
 * Takes the accounts file in again while the process runs, on SIGHUP. The implementation reads the file as a start does: when it
 * cannot be used, `reload` rejects with the `ConfigError` and nothing has changed. Otherwise it resolves when the
 * new accounts are worked and served, and the removed ones are not; sockets stay open, except those of removed accounts. Calls that
 * come while one runs are one more reading.
 */
export interface AccountsReload {
  reload(): Promise<AccountChanges>;
}

/** Compares two readings, secrets included: a renewed secret is a change. An account is known by its id. */
export function compareAccounts(
  before: readonly AccountConfig[],
  after: readonly AccountConfig[],
): AccountChanges {
  const old = new Map(before.map((one) => [one.id, one]));
  const ids = new Set(after.map((one) => one.id));
  return {
    added: after.filter((one) => !old.has(one.id)),
    removed: before.filter((one) => !ids.has(one.id)),
    changed: after.flatMap((one) => {
      const was = old.get(one.id);
      if (was === undefined || textOf(was) === textOf(one)) return [];
      return [{ before: was, after: one, isOtherConnection: fingerprint(was) !== fingerprint(one) }];
    }),
  };
}

// Secrets print as [redacted] whatever they are; only here, their values are compared.
function textOf(account: AccountConfig): string {
  return JSON.stringify(revealed(account));
}

function revealed(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal();
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([key, item]) => [key, revealed(item)]),
  );
}
