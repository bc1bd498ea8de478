import { isSamePortals } from '../account/check-connection';
import { createFleetState, type FleetState } from '../../driver/fleet/fleet-state';
import type { DriverId, GpsId } from '../../driver/ids';
import type { DriverPlan, PlanPolicy } from '../../driver/plan/driver-plan';
import type { AccountOwner } from '../account/account-owner';
import type { AccountState } from '../ports/account-store';
import type { StoredLink } from '../ports/link-store';
import type { RemovalRow } from '../ports/removal-store';
import type { FleetCounts, GpsRosterEntry, RosterState } from '../ports/roster-store';
import type { WorkRow } from '../ports/work-store';
import type { SyncAccount } from '../sync-context';

/** Goes up when the rules of planning change, so that every driver is planned again (R15). */
const RULES_VERSION = 2;

/** What of the account the plan depends on, now. */
export function policyOf(account: SyncAccount, state: AccountState): PlanPolicy {
  return { fallback: account.fallback, driverIdsReadable: state.driverIdField !== 'unreadable' };
}

/** Names the rules and what of the configuration a plan depends on: part of a link's settled pair. */
export function rulesOf(account: SyncAccount, state: AccountState): string {
  const { fallback, driverIdsReadable } = policyOf(account, state);
  return `${RULES_VERSION}/${fallback}/${driverIdsReadable ? 'readable' : 'unreadable'}`;
}

/** Drivers that are due with all that a decision about them depends on, as the database has it at one moment. */
export interface Look {
  readonly state: AccountState;
  readonly gpsRoster: RosterState;
  readonly driveriRoster: RosterState;
  readonly rows: readonly WorkRow[];
  readonly fleet: FleetState;
  /** Roster entries of the drivers that were taken, and of those in their neighbourhood. */
  readonly gps: ReadonlyMap<GpsId, GpsRosterEntry>;
  /** Open removals of those that are not present in GPS. */
  readonly removals: ReadonlyMap<GpsId, RemovalRow>;
  /** Null when all that were taken are present. */
  readonly counts: FleetCounts | null;
  /** Links of drivers that were taken and whose Driveri driver does not show, or is removed there. */
  readonly links: ReadonlyMap<GpsId, StoredLink>;
  /** DriverIDs that a write under way touches. */
  readonly inFlight: ReadonlySet<DriverId>;
  /** The sync's clock when the look began. */
  readonly at: number;
  /** No other driver was due. */
  readonly isLast: boolean;
}

/**
 * Take and look, in one repeatable-read transaction: which drivers are due, urgent first, and everything that deciding about
 * them needs. Null when none is due, or the sync is off.
 */
export function lookAtDue(
  owner: AccountOwner,
  options: { readonly urgentOnly: boolean; readonly limit: number },
): Promise<Look | null> {
  const { account, context } = owner;
  return owner.read(options.urgentOnly ? 'urgent' : 'bulk', async (tx) => {
    const at = context.clock.now();
    const { state, problemCodes, gpsRoster, driveriRoster, inFlight } = await tx.account.overview();
    if (!state.enabled || !isSamePortals(account, state)) return null;
    const isProbing = problemCodes.some((code) => REFUSING.has(code));
    if (isProbing && owner.busy.size + owner.atWork.size > 0) return null;
    const limit = isProbing ? 1 : options.limit;
    const rows = await tx.work.take({ now: at, except: [...owner.busy], ...options, limit });
    if (rows.length === 0) return null;
    const ids = rows.map((row) => row.gpsId);
    const neighbourhood = await tx.rosters.neighbourhood(ids);
    const fleet = createFleetState({ ...neighbourhood, policy: policyOf(account, state) });
    // What only some decisions need is read for their drivers alone: most looks have none.
    const absent = ids.filter((id) => fleet.gps(id)?.presence !== 'present');
    const lost = ids.filter((id) => isLost(fleet, id));
    return {
      state,
      rows,
      at,
      fleet,
      gpsRoster,
      driveriRoster,
      inFlight,
      gps: neighbourhood.entries,
      removals: await tx.removals.openOf(absent),
      counts: absent.length === 0 ? null : await tx.rosters.counts(),
      links: await tx.links.of(lost),
      isLast: rows.length < limit,
    };
  });
}

/** Linked, and its Driveri driver does not show, or is removed there. */
function isLost(fleet: FleetState, id: GpsId): boolean {
  const link = fleet.link(id);
  return link !== null && (fleet.driveri(link.driverId)?.removed ?? true);
}

/**
 * Driveri did not answer as it should, or refused, and nothing has succeeded since: one driver at a time finds out whether it
 * does again, so that a fleet of due drivers does not hammer it.
 */
const REFUSING: ReadonlySet<string> = new Set([
  'DRIVERI_UNREACHABLE',
  'DRIVERI_CREDENTIALS_REFUSED',
  'DRIVERI_FORBIDDEN',
]);

/** The DriverIDs that a driver's situation depends on: they are read before an identity changes, and nothing else touches them. */
export function touchedIds(
  look: Pick<Look, 'fleet'>,
  decision: Pick<Decided, 'gpsId' | 'plan'>,
): readonly DriverId[] {
  const situation = look.fleet.situationOf(decision.gpsId);
  const ids = new Set<DriverId>();
  if (situation.link !== null) ids.add(situation.link.driverId);
  if (situation.wanted.state === 'known') ids.add(situation.wanted.value);
  const { step } = decision.plan;
  if (step.kind === 'rename') ids.add(step.from).add(step.to);
  if (step.kind === 'link') for (const move of step.moves) ids.add(move.to);
  if (step.kind === 'remove') ids.add(step.driverId);
  return [...ids];
}

/** A driver with what was decided for it. */
export interface Decided {
  readonly gpsId: GpsId;
  readonly row: WorkRow;
  /** As the guards let it through. */
  readonly plan: DriverPlan;
  /** As the rules gave it. */
  readonly raw: DriverPlan;
}
