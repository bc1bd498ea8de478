import type { DriverKey } from '../../driver/ids';
import type { Actor, CommandResult } from '../../gateway/commands';
import { recordDriveri, recordDriveriAbsent, recordGpsDriver } from '../observe/record-reading';
import type { NewEvent } from '../ports/event-log';
import { accountOf, callOwner, type SyncContext } from '../sync-context';
import { NOT_FOUND, refuse } from './write-errors';

/**
 * Reads one driver from both portals now; what differs from what we knew goes through the door like any other reading. Throws
 * `PortalError`.
 */
export async function refreshDriver(
  context: SyncContext,
  actor: Actor,
  key: DriverKey,
): Promise<CommandResult<DriverKey>> {
  const account = accountOf(context, actor.account);
  const driver = await context.store.readOnce(account.id, (tx) => tx.drivers.byKey(key));
  if (driver === null) return refuse([NOT_FOUND]);
  const ticket = await context.store.drawTicket();
  const [gps, driveri] = await Promise.all([
    driver.gpsId === null ? null : account.gps.readDriver(driver.gpsId),
    driver.driverId === null ? null : account.driveri.readDriver(driver.driverId),
  ]);
  const { driverId } = driver;
  await context.store.transaction(account.id, async (tx) => {
    const now = context.clock.now();
    const events: NewEvent[] = [];
    if (gps?.found === 'driver') {
      const seen = { ticket, at: gps.sentAt };
      events.push(...(await recordGpsDriver(tx, account, gps.driver, seen, now, { urgent: true })).events);
    }
    if (driveri !== null && driverId !== null) {
      const seen = { ticket, at: driveri.sentAt };
      const graceMs = context.settings.confirmGraceMs;
      if (driveri.driver === null) await recordDriveriAbsent(tx, [driverId], seen, now, true);
      else {
        const options = { graceMs, urgent: true };
        events.push(...(await recordDriveri(tx, account, [driveri.driver], seen, now, options)).events);
      }
    }
    await tx.drivers.refresh(
      driver.gpsId === null ? [] : [driver.gpsId],
      driverId === null ? [] : [driverId],
      now,
    );
    await tx.events.append(events);
  });
  await callOwner(context, account.id);
  return { value: key, userErrors: [] };
}
