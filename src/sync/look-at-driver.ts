import { createFleetState, type FleetState } from '../driver/fleet-state';
import type { DriverPlan, PlanPolicy } from '../driver/driver-plan';
import type { DriverId, GpsId } from '../driver/ids';
import { planDriver } from '../driver/plan-driver';
import type { SyncAccount, SyncContext } from './sync-context';
import type { AccountState, RemovalRow, RosterState, SyncRow, SyncTransaction } from './sync-store';

/** A driver and everybody whom it touches, as the rosters have them now, with what follows from it. */
export interface Look {
  readonly state: AccountState;
  readonly gpsRoster: RosterState;
  readonly driveriRoster: RosterState;
  readonly fleet: FleetState;
  readonly plan: DriverPlan;
  readonly presence: 'present' | 'missing' | 'gone' | null;
  readonly row: SyncRow | null;
  readonly removal: RemovalRow | null;
}

/** What of the account the plan depends on, now. */
export function policyOf(account: SyncAccount, state: AccountState): PlanPolicy {
  return { fallback: account.fallback, driverIdsReadable: state.driverIdField !== 'unreadable' };
}

/** Reads the rosters in one transaction and plans. Nothing is written, no portal is asked. */
export function lookAtDriver(context: SyncContext, account: SyncAccount, gpsId: GpsId): Promise<Look> {
  return context.store.read(account.id, (tx) => lookIn(tx, account, gpsId));
}

async function lookIn(tx: SyncTransaction, account: SyncAccount, gpsId: GpsId): Promise<Look> {
  const state = await tx.account.read();
  const neighbourhood = await tx.rosters.neighbourhood([gpsId]);
  const fleet = createFleetState({ ...neighbourhood, policy: policyOf(account, state) });
  const side = neighbourhood.gps.find((entry) => entry.gpsId === gpsId)?.side ?? null;
  return {
    state,
    fleet,
    plan: planDriver(fleet.situationOf(gpsId)),
    presence: side?.presence ?? null,
    gpsRoster: await tx.rosters.state('gps'),
    driveriRoster: await tx.rosters.state('driveri'),
    row: await tx.work.row(gpsId),
    removal: await tx.removals.openOf(gpsId),
  };
}

/** The DriverIDs that a step depends on or changes: they are leased while it is under way, and read before it. */
export function touchedIds(look: Pick<Look, 'fleet' | 'plan'>, gpsId: GpsId): readonly DriverId[] {
  const situation = look.fleet.situationOf(gpsId);
  const ids = new Set<DriverId>();
  if (situation.link !== null) ids.add(situation.link.driverId);
  if (situation.wanted.state === 'known') ids.add(situation.wanted.value);
  const step = look.plan.step;
  if (step.kind === 'rename') ids.add(step.from).add(step.to);
  if (step.kind === 'link') for (const move of step.moves) ids.add(move.to);
  if (step.kind === 'remove') ids.add(step.driverId);
  return [...ids];
}
