import type { AccountId } from '../driver/ids';

/** What an incident is about. */
export type IncidentKind = 'held' | 'blocked' | 'run-failed' | 'failures';

/** Trouble that is there at this moment. */
export interface Sighting {
  readonly kind: IncidentKind;
  /** Tells incidents of one kind apart: the guard that holds, the code of the problem, the number that was passed. */
  readonly key: string;
  /** For machines: the code of the health problem, or a name of its own. */
  readonly code: string;
  readonly summary: string;
  readonly hint: string;
}

/** An incident that is not closed. */
export interface OpenIncident {
  readonly id: string;
  readonly kind: IncidentKind;
  readonly key: string;
  /** Epoch ms, as all times here. */
  readonly seenAt: number;
  /** Null: seen, but not for long enough to tell anybody. */
  readonly openedAt: number | null;
  /** Since when it is not seen any more; null: it is. */
  readonly quietSince: number | null;
  /** The targets that were told, or are being told, that it is open: their digests. */
  readonly told: ReadonlySet<string>;
}

/** What one look changes. */
export type IncidentChange =
  | { readonly do: 'see'; readonly sighting: Sighting; readonly opens: boolean }
  | { readonly do: 'open'; readonly id: string; readonly sighting: Sighting }
  | { readonly do: 'return'; readonly id: string }
  | { readonly do: 'quieten'; readonly id: string }
  | { readonly do: 'forget'; readonly id: string }
  | { readonly do: 'close'; readonly id: string };

/** Which half of an incident's story a notification tells. */
export type NotificationPhase = 'opened' | 'recovered';

/** Everything that a message is made from. */
export interface Notification {
  readonly id: string;
  readonly account: AccountId;
  readonly phase: NotificationPhase;
  /** The digest of the target. */
  readonly target: string;
  readonly attempts: number;
  readonly createdAt: number;
  readonly incident: {
    readonly id: string;
    readonly kind: IncidentKind;
    readonly code: string;
    readonly summary: string;
    readonly hint: string;
    readonly openedAt: number;
    readonly closedAt: number | null;
  };
}
