import { ACTIVE_STATUS } from '../../driver/field-mapping';
import type { DriveriDriver } from '../../driver/driveri-driver';
import type { DriverKey, GpsId } from '../../driver/ids';
import { PortalError } from '../../driver/ports/portal-error';
import type { Actor, CommandResult } from '../../gateway/commands';
import type { AccountOwner } from '../account/account-owner';
import type { IntentRow } from '../ports/intent-store';
import { confirmWrite } from '../reconcile/confirm';
import { newIntent } from '../reconcile/intend';
import { createRecorder } from '../reconcile/recorder';
import { send } from '../reconcile/send';
import { writingStep } from '../reconcile/writing-step';

/**
 * Puts back a removal that the sync made, from the log: as long as GPS has the driver again, the turn reinstates it; with
 * `force`, when GPS does not have it, the Driveri driver is reinstated and left unmanaged. Throws `PortalError` when Driveri
 * fails; of an unknown outcome the truth is found out, and the log has it.
 */
export async function undoRemoval(
  owner: AccountOwner,
  actor: Actor,
  seq: number,
  force: boolean,
): Promise<CommandResult<DriverKey>> {
  const found = await owner.transaction('urgent', async (tx, state) => {
    const event = await tx.events.removalEvent(seq);
    if (event?.gpsId == null || event.before === null) return null;
    const gps = (await tx.rosters.gpsDrivers([event.gpsId])).get(event.gpsId);
    return { gpsId: event.gpsId, before: event.before, isBack: gps?.entry.presence === 'present', state };
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
      'GPS does not have this driver. Undelete it there first, or pass force: true to bring it back in Driveri only, unmanaged.',
    );
  }
  if (!found.isBack) {
    const refused = await bringBack(owner, actor, found.state.epoch, gpsId, before);
    if (refused !== null) return refused;
  }
  const key = await owner.transaction('urgent', async (tx) => {
    const now = owner.context.clock.now();
    await tx.work.touch([gpsId], now, { urgent: true });
    await tx.drivers.refresh([gpsId], [before.driverId], now);
    return (await tx.drivers.keyOfGps(gpsId)) ?? tx.drivers.keyOfDriveri(before.driverId);
  });
  owner.wake();
  return { value: key, userErrors: [] };
}

/** Reinstates in Driveri a driver that GPS does not have, and gives up the link: otherwise the sync would remove it again. */
async function bringBack(
  owner: AccountOwner,
  actor: Actor,
  epoch: number,
  gpsId: GpsId,
  before: DriveriDriver,
): Promise<CommandResult<DriverKey> | null> {
  const { driverId, firstName } = before;
  const { driver } = await owner.account.driveri.readDriver(driverId);
  if (driver === null)
    return refuse('NOT_FOUND', `No driver in Driveri has the DriverID ${driverId} any more.`);
  if (!driver.removed) {
    await owner.transaction('urgent', (tx) => tx.links.remove([gpsId]));
    return null;
  }
  const intent = newIntent(owner, {
    gpsId,
    epoch,
    action: 'REINSTATE',
    step: {
      kind: 'reinstate',
      driver,
      fields: { firstName: firstName ?? driverId },
      undoneBy: actor.userId,
    },
    phoneHash: null,
    before: driver,
    changes: [{ field: 'status', from: driver.status, to: ACTIVE_STATUS }],
  });
  const opened = await owner.transaction('urgent', async (tx, state) => {
    if (!state.enabled || state.epoch !== epoch) return 'off' as const;
    const now = owner.context.clock.now();
    await tx.work.touch([gpsId], now, { urgent: true });
    const generation = (await tx.work.generations([gpsId])).get(gpsId) ?? 0;
    const ids = await tx.intents.open([{ intent, driverIds: [driverId], generation }], now);
    return ids.has(intent.id) ? ('open' as const) : ('busy' as const);
  });
  if (opened === 'off') return SYNC_OFF;
  if (opened === 'busy')
    return refuse('BUSY', 'A change of this Driveri driver is under way. Try again in a moment.');
  await write(owner, { ...intent, state: 'sending', answered: false });
  return null;
}

/** Answers when Driveri has accepted the write; a read that does not show it yet is left to the look-up of open intents. */
async function write(owner: AccountOwner, intent: IntentRow): Promise<void> {
  const recorder = createRecorder(owner);
  const unknown = { kind: 'unknown' as const, intent, checkAt: owner.context.clock.now() + 250 };
  owner.atWork.add(intent.id);
  try {
    await send(owner.account.driveri, writingStep(intent.step), '', {
      sendBefore: intent.sendBefore,
      mayStart: owner.held.holds,
    });
    const confirmation = await confirmWrite(owner, intent, 'fresh').catch(() => null); // the look-up reads it again
    await recorder.add([
      confirmation === null
        ? unknown
        : { kind: 'confirmed', write: { intent, confirmation }, background: null },
    ]);
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    await recorder.add([
      { kind: 'portal-failure', error },
      error.outcome === 'none' ? { kind: 'without-effect', intent } : unknown,
    ]);
    throw error;
  } finally {
    owner.atWork.delete(intent.id);
  }
}

const refuse = (code: string, message: string): CommandResult<DriverKey> => ({
  value: null,
  userErrors: [{ code, message, field: ['event'] }],
});

const SYNC_OFF = refuse('SYNC_OFF', 'Driver Sync is off: nothing is written to Driveri.');
