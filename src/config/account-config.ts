import { createHash } from 'node:crypto';
import type { Secret } from '../platform/secret';

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

/** How long one call to a portal may take. */
export interface PortalTimeouts {
  /** A listing of all drivers. */
  readonly listMs: number;
  /** Every other call. */
  readonly requestMs: number;
}

/** What a notification may be about. */
export type NotifyOn = 'held' | 'blocked' | 'run-failed' | 'failures' | 'recovered';

/** Where notifications of an account go. */
export type NotifyTarget =
  | {
      readonly kind: 'webhook';
      /** Secret: a hook's URL lets anybody post. */
      readonly url: Secret;
      readonly format: 'json' | 'slack';
      /** Signs the body (HMAC-SHA256). Undefined: not signed. */
      readonly secret: Secret | undefined;
      readonly on: readonly NotifyOn[];
      readonly failuresAbove: number;
    }
  | {
      readonly kind: 'mail';
      readonly to: readonly string[];
      readonly on: readonly NotifyOn[];
      /** `failures` means more drivers than this that have failed or are in conflict. */
      readonly failuresAbove: number;
    };

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
  readonly timeouts: PortalTimeouts;
  /** Who gets which notifications. */
  readonly notify: readonly NotifyTarget[];
}

/**
 * Identifies the fleet that an account is connected to: the GPS portal and user, the Driveri portal and tenant. When it differs
 * from the one that was remembered, links may point to other people, and the sync is blocked (design, 2.4). What serves as
 * DriverID, secrets and limits are not part of it: links say who is who.
 */
export function fingerprint(account: AccountConfig): string {
  return digest(['v2', ...connectionOf(account)]);
}

/** What earlier versions remembered for the same connection; theirs held the DriverID field and the fallback as well. */
export function formerFingerprints(account: AccountConfig): readonly string[] {
  const field = Object.values(account.gps.driveriDriverIdField);
  return [digest(['v1', ...connectionOf(account), field, account.driverIdFallback])];
}

const connectionOf = ({ gps, driveri }: AccountConfig): readonly string[] => [
  gps.baseUrl,
  sameUser(gps.username),
  driveri.baseUrl,
  sameUser(driveri.tenant),
];

const digest = (identity: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(identity)).digest('hex');

/** One spelling of a user's or tenant's name: portals do not tell "Acme" from "acme". */
export function sameUser(name: string): string {
  return name.trim().toLowerCase();
}
