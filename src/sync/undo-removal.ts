import type { DriveriDriver } from '../driver/driveri-driver';
import { ACTIVE_STATUS } from '../driver/field-mapping';
import type { DriverKey, GpsId } from '../driver/ids';
import { executeForUser, newIntent } from './execute-step';
import type { Actor, CommandResult } from './gateway-commands';
import { StepUnsettled, SyncIsOff } from './interruption';
import { accountOf, type SyncAccount, type SyncContext } from './sync-context';
import type { AccountState } from './sync-store';

/**
 * Puts back a removal that the sync made, from the log: as long as GPS has the driver again, they are marked, and reconciling
 * reinstates them; with `force`, when GPS does not have them, the Driveri driver is reinstated and left unmanaged. Throws
 * `PortalError` when Driveri fails; of an unknown outcome the truth is found out, and the log has it.
 */
export async function undoRemoval(
  context: SyncContext,
  actor: Actor,
  seq: number,
  force: boolean,
): Promise<CommandResult<DriverKey>> {
  const account = accountOf(context, actor.account);
  const found = await context.store.transaction(account.id, async (tx) => {
    const event = await tx.events.removalEvent(seq);
    if (event?.gpsId == null || event.before === null) return null;
    const gps = await tx.rosters.gpsEntry(event.gpsId);
    return {
      gpsId: event.gpsId,
      before: event.before,
      isBack: gps?.presence === 'present',
      state: await tx.account.read(),
    };
  });
  if (found === null)
    return refuse(
      'NOT_FOUND',
      'There is no such removal in the log. Take the event from `syncEvents` (DRIVERI_DRIVER_REMOVED).',
    );
  if (!found.state.enabled) return SYNC_OFF;
  const { gpsId, before } = found;
  if (!found.isBack && !force) {
    return refuse(
      'NOT_IN_GPS',
      'GPS does not have this driver. Undelete them there first, or pass force: true to bring them back in Driveri only, unmanaged.',
    );
  }
  if (!found.isBack) {
    const refused = await bringBack(context, account, actor, found);
    if (refused !== null) return refused;
  }
  const now = context.clock.now();
  const key = await context.store.transaction(account.id, async (tx) => {
    await tx.work.touch([gpsId], now);
    await tx.drivers.refresh([gpsId], [before.driverId], now);
    return tx.drivers.keyOfGps(gpsId);
  });
  await context.queue.enqueue({ account: account.id, gpsId, priority: 'live' });
  return { value: key, userErrors: [] };
}

interface Removal {
  readonly gpsId: GpsId;
  /** The Driveri driver as it was. */
  readonly before: DriveriDriver;
  readonly state: AccountState;
}

/** Reinstates in Driveri whom GPS does not have, and gives up the link: otherwise the sync would remove them again. */
async function bringBack(
  context: SyncContext,
  account: SyncAccount,
  actor: Actor,
  { gpsId, before, state }: Removal,
): Promise<CommandResult<DriverKey> | null> {
  const { driverId, firstName } = before;
  const { driver } = await account.driveri.readDriver(driverId);
  if (driver === null) return refuse('NOT_FOUND', `Nobody in Driveri has the DriverID ${driverId} any more.`);
  if (!driver.removed) {
    await context.store.transaction(account.id, (tx) => tx.links.remove([gpsId]));
    return null;
  }
  const fields = { firstName: firstName ?? driverId };
  const intent = newIntent(context, {
    gpsId,
    epoch: state.epoch,
    action: 'REINSTATE',
    step: { kind: 'reinstate', driver, fields, undoneBy: actor.userId },
    phoneHash: null,
    before: driver,
    changes: [{ field: 'status', from: driver.status, to: ACTIVE_STATUS }],
  });
  try {
    await executeForUser(context, account, intent, [driverId]);
    return null;
  } catch (error) {
    if (error instanceof SyncIsOff) return SYNC_OFF;
    if (error instanceof StepUnsettled)
      return refuse('BUSY', 'A change of this Driveri driver is under way. Try again in a moment.');
    throw error;
  }
}

const refuse = (code: string, message: string): CommandResult<DriverKey> => ({
  value: null,
  userErrors: [{ code, message, field: ['event'] }],
});

const SYNC_OFF = refuse('SYNC_OFF', 'Driver Sync is off: nothing is written to Driveri.');
