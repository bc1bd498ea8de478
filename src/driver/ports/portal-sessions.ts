/** A log-in's result as the store keeps it: sealed with a key that the store does not have. */
export interface StoredSession {
  readonly sealed: string;
  /** Goes up with every log-in with these credentials; 1 is the first. */
  readonly version: number;
}

/** The right to log in, for one process. It ends by itself, so that a crash blocks nobody for long. */
export interface LogInClaim {
  readonly id: string;
}

/** Why the portal refused the credentials: safe to show. */
export interface LogInRefusal {
  readonly message: string;
  readonly portalCode: string | null;
}

export interface SessionRequest {
  /** Tells one set of credentials from another without revealing it. */
  readonly fingerprint: string;
  /** Only a session of a higher version will do: this one was refused by the portal, or cannot be opened. 0: any will do. */
  readonly after: number;
  /** A person asks whether the credentials are right: log in although there is a session, or a refusal. */
  readonly fresh: boolean;
  /** Least time between the starts of two log-ins of the account, whatever their credentials. */
  readonly logInEveryMs: number;
  /** How long a claim lasts: longer than a log-in takes. */
  readonly claimMs: number;
}

/**
 * What to do for a session. Waits are lengths in milliseconds.
 * - `held`: use this one. With `fresh`, also one that was logged in within `logInEveryMs`: it proves as much.
 * - `claimed`: log in now, then call `keep`, `refuse` or `release`.
 * - `wait`: `logging-in`: another process is at it; `too-soon`: the account's last log-in was less than `logInEveryMs` ago.
 * - `refused`: the portal refused these credentials; another log-in is allowed after `waitMs`.
 */
export type SessionWord =
  | { readonly kind: 'held'; readonly session: StoredSession }
  | { readonly kind: 'claimed'; readonly claim: LogInClaim }
  | { readonly kind: 'wait'; readonly why: 'logging-in' | 'too-soon'; readonly waitMs: number }
  | { readonly kind: 'refused'; readonly refusal: LogInRefusal; readonly waitMs: number };

/** After a refusal, the next log-in with the same credentials waits so long; doubled with each refusal in a row. */
export const FIRST_REFUSAL_MS = 30_000;

/** But no longer than this. */
export const LONGEST_REFUSAL_MS = 15 * 60_000;

/**
 * The sessions of one account with one portal, shared by all processes and kept over restarts (engine.md, R7): one row for each
 * fingerprint. One process logs in at a time; the others wait and take its session. Times are the store's own; a stored time
 * further ahead than it could have been set is not believed. Throws only when the store cannot be reached.
 */
export interface PortalSessions {
  obtain(request: SessionRequest): Promise<SessionWord>;
  /** Stores a new session, with the next version. Null: the claim had ended and another process has it; do not use the session. */
  keep(claim: LogInClaim, fingerprint: string, sealed: string): Promise<StoredSession | null>;
  /** The portal refused the credentials: no process tries them again for a while. */
  refuse(claim: LogInClaim, fingerprint: string, refusal: LogInRefusal): Promise<void>;
  /** The log-in brought no answer, or was not needed: another may try at once. */
  release(claim: LogInClaim, fingerprint: string): Promise<void>;
}
