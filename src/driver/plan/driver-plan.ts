import type { AbsenceProof } from '../absence-proof';
import type { DriveriDriver, EnforcedFields } from '../driveri-driver';
import type { GpsDriver } from '../gps-driver';
import type { DriverId, GpsId } from '../ids';
import type { Link } from '../link';

/** What GPS says of a driver: there; not in the last roster, but not proven gone; or proven gone. */
export type GpsSide =
  | { readonly presence: 'present'; readonly driver: GpsDriver; readonly phoneHash: string | null }
  | { readonly presence: 'missing' }
  | { readonly presence: 'gone'; readonly proof: AbsenceProof };

/** Which DriverID a driver wants in Driveri. `missing`: empty, not linked, and no fallback. `unknown`: not readable now. */
export type WantedDriverId =
  | { readonly state: 'known'; readonly value: DriverId }
  | { readonly state: 'missing' }
  | { readonly state: 'unknown' };

/** Where a driver without a DriverID gets one from, when it has no link yet. */
export type DriverIdFallback = 'reference-id' | 'gps-id' | 'none';

/** What of an account's configuration and health the plan depends on. */
export interface PlanPolicy {
  readonly fallback: DriverIdFallback;
  /** False: no DriverID of the account may be trusted now, so nobody's identity changes (health DRIVER_ID_UNREADABLE). */
  readonly driverIdsReadable: boolean;
}

/**
 * The GPS driver who is linked to the wanted DriverID. There is one without a claimant when the Driveri driver under that link
 * has vanished: the DriverID is then nobody's in Driveri, and yet not free.
 */
export interface Holder {
  readonly gpsId: GpsId;
  readonly presence: 'present' | 'missing' | 'gone';
  readonly name: string;
  /**
   * What becomes of the holder: `stays` (wants this DriverID itself), `goes` (will free it first), `circle` (waits, by way of
   * others, for the very driver that is being planned), `stuck` (wants another DriverID and cannot get it).
   */
  readonly future: 'stays' | 'goes' | 'circle' | 'stuck';
  /**
   * For `circle`: every move of the circle, this driver's own among them; none when its own X has vanished, so that nobody can
   * move there. Empty otherwise.
   */
  readonly circle: readonly LinkMove[];
}

export interface LinkMove {
  readonly gpsId: GpsId;
  readonly from: DriverId;
  readonly to: DriverId;
}

/** Another present GPS driver that wants the same DriverID. */
export interface Rival {
  readonly gpsId: GpsId;
  readonly name: string;
  /** Whether it is linked to the Driveri driver who has that DriverID. */
  readonly linked: boolean;
  /** The DriverID that it is linked to; null without a link. */
  readonly linkedTo: DriverId | null;
}

/** How many rivals or successors a situation lists at most. */
export const MOST_NAMED = 10;

/** Everything that `planDriver` sees: one driver and those whom it touches. Made by `situationOf`. */
export interface DriverSituation {
  readonly gpsId: GpsId;
  readonly gps: GpsSide;
  readonly wanted: WantedDriverId;
  readonly link: Link | null;
  /** X: the Driveri driver under the link; null without a link, or when X has vanished. */
  readonly x: DriveriDriver | null;
  /** Present GPS drivers other than this one that want X's DriverID: at most `MOST_NAMED`. Only of use when this driver is missing or gone. */
  readonly successors: readonly Rival[];
  /** Unlinked Driveri drivers with the `createdDate` that the link remembers, and the driver's name or e-mail. Only of use when X has vanished, and empty for who is missing. */
  readonly lookalikes: readonly DriveriDriver[];
  /** Other GPS drivers whose vanished X has the same `createdDate`, and whom a lookalike resembles as well. */
  readonly otherSeekers: readonly GpsId[];
  /** Who has the wanted DriverID in Driveri. May be X. */
  readonly claimant: DriveriDriver | null;
  /** Who is linked to the wanted DriverID, when it is not this driver. */
  readonly holder: Holder | null;
  /** At most `MOST_NAMED` of them, the linked one first: a broken column may make thousands want one DriverID. */
  readonly rivals: readonly Rival[];
  readonly policy: PlanPolicy;
}

export type SyncAction =
  'NONE' | 'CREATE' | 'REINSTATE' | 'LINK' | 'RENAME' | 'UPDATE' | 'REMOVE' | 'CONFLICT';

/** A change of one field in Driveri, for people to read. The phone's value is never among them: it shows as `(new phone)`. */
export interface FieldChange {
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** What the sync does next for a driver: one write to Driveri at most, or one change of links; then it looks and plans again. */
export type DriverStep =
  | { readonly kind: 'none' }
  /** The link and the sync row go; nothing in Driveri. */
  | { readonly kind: 'forget' }
  | {
      readonly kind: 'create';
      readonly driverId: DriverId;
      readonly fields: EnforcedFields & { readonly firstName: string };
      readonly sendPhone: boolean;
    }
  /**
   * X is removed: bring it back. `undoneBy`: the user who had the removal of a driver undone whom GPS does not have. No plan says
   * so; X is left without a link then.
   */
  | {
      readonly kind: 'reinstate';
      readonly undoneBy?: string;
      readonly driver: DriveriDriver;
      readonly fields: EnforcedFields & { readonly firstName: string };
    }
  /** Links move, all in one transaction, nothing is written to Driveri. `unmanaged`: DriverIDs left without a link by it. */
  | {
      readonly kind: 'link';
      readonly moves: readonly { readonly gpsId: GpsId; readonly to: DriverId }[];
      readonly unlinked: readonly GpsId[];
      readonly unmanaged: readonly DriverId[];
    }
  /** `link.driverId` itself is corrected first when X was found under another DriverID (row 10). */
  | {
      readonly kind: 'rename';
      readonly from: DriverId;
      readonly to: DriverId;
      readonly fields: EnforcedFields;
      readonly sendPhone: boolean;
    }
  | {
      readonly kind: 'update';
      readonly driverId: DriverId;
      readonly fields: EnforcedFields;
      readonly sendPhone: boolean;
    }
  | { readonly kind: 'remove'; readonly driverId: DriverId; readonly proof: AbsenceProof };

/** Why a driver is not as it should be after this step, for a person. */
export interface PlanProblem {
  readonly code:
    | 'CONFLICT'
    | 'FALLBACK_MATCH'
    | 'MISSING_DRIVER_ID'
    | 'MISSING_NAME'
    | 'DRIVER_ID_UNREADABLE'
    | 'WAITING'
    | 'NOT_PROVEN_GONE'
    // Set by the sync, when a guard withholds the step of a plan:
    | 'HELD'
    | 'SUSPICIOUS_DRIVER_ID'
    | 'CHANGE_REJECTED'
    | 'REJECTED'
    | 'NOT_STORED'
    | 'FLAPPING';
  readonly message: string;
  readonly hint: string;
}

/** The decision for one driver. */
export interface DriverPlan {
  /** The row of the design's table (2.1), 1 to 15; 0 when the wanted DriverID is unknown or missing and no row may act. */
  readonly row: number;
  readonly action: SyncAction;
  readonly step: DriverStep;
  readonly changes: readonly FieldChange[];
  /** The rule that led here, in words for a person. */
  readonly reason: string;
  readonly problem: PlanProblem | null;
  /** Why the wanted DriverID is no fit identity: it is written only after a person's approval. Left out when it is fit. */
  readonly suspicion?: string;
}
