import type { DriverKey } from '../driver/ids';
import type { Actor, CommandResult } from './gateway-commands';
import { accountOf, type SyncContext } from './sync-context';

/**
 * Puts back a removal that the sync made, from the log: as long as GPS has the driver again, they are marked, and reconciling
 * reinstates them; with `force`, when GPS does not have them, the Driveri driver is reinstated and left unmanaged.
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
  if (!found.state.enabled) return refuse('SYNC_OFF', 'Driver Sync is off: nothing is written to Driveri.');
  const { gpsId, before } = found;
  if (!found.isBack && !force) {
    return refuse(
      'NOT_IN_GPS',
      'GPS does not have this driver. Undelete them there first, or pass force: true to bring them back in Driveri only, unmanaged.',
    );
  }
  const now = context.clock.now();
  if (!found.isBack) {
    const driver = (await account.driveri.readDriver(before.driverId)).driver;
    if (driver?.removed === true) {
      const { driverId, firstName } = before;
      await account.driveri.reinstateDriver(driver, { driverId, firstName: firstName ?? driverId });
    }
  }
  const after = found.isBack ? null : await account.driveri.readDriver(before.driverId);
  const key = await context.store.transaction(account.id, async (tx) => {
    if (!found.isBack) await tx.links.remove([gpsId]);
    if (after?.driver != null) await tx.rosters.saveDriveri([after.driver], after.sentAt);
    await tx.work.touch([gpsId], now);
    await tx.drivers.refresh([gpsId], [before.driverId], now);
    if (!found.isBack) {
      await tx.events.append([
        {
          type: 'DRIVERI_DRIVER_REINSTATED',
          at: now,
          actor: actor.userId,
          driverId: before.driverId,
          message: 'A removal was undone: back in Driveri, unmanaged',
        },
      ]);
    }
    return tx.drivers.keyOfGps(gpsId);
  });
  await context.queue.enqueue({ account: account.id, gpsId, priority: 'live' });
  return { value: key, userErrors: [] };
}

const refuse = (code: string, message: string): CommandResult<DriverKey> => ({
  value: null,
  userErrors: [{ code, message, field: ['event'] }],
});
