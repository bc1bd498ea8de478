import type { AbsenceProof } from '../../driver/absence-proof';
import type { DriverKey } from '../../driver/ids';
import type { Actor, CommandResult } from '../../gateway/commands';
import { noteSuccess } from '../account/portal-health';
import { recordGone } from '../observe/record-reading';
import type { NewEvent } from '../ports/event-log';
import { accountOf, callOwner, type SyncContext } from '../sync-context';
import { refuse, refusedError } from './write-errors';
import { findGps, putMark, writing } from './write-gps';

/**
 * Deletes a driver from GPS; while the sync is on, the removal from Driveri follows, and is allowed at once. While it is off, the
 * removal waits for a person when it is turned on (design, 2.3). Throws `PortalError`.
 */
export async function deleteDriver(
  context: SyncContext,
  actor: Actor,
  key: DriverKey,
): Promise<CommandResult<DriverKey>> {
  const account = accountOf(context, actor.account);
  const found = await findGps(context, account, key);
  if ('error' in found) return refuse([found.error]);
  const marked = await putMark(context, account, { gpsId: found.gpsId, wanted: null, version: null });
  if ('errors' in marked) return refuse(marked.errors.map((error) => ({ ...error, field: ['id'] })));
  const written = await writing(context, account, marked.mark, () => account.gps.deleteDriver(found.gpsId));
  if ('refused' in written) return refuse([{ ...refusedError(written.refused), field: ['id'] }]);
  // Drawn after the answer: a listing that was sent before it may still show the driver.
  const ticket = await context.store.drawTicket();
  await context.store.transaction(account.id, async (tx) => {
    const now = context.clock.now();
    const proof: AbsenceProof = { kind: 'DeletedHere', at: now, actor: actor.userId };
    await recordGone(tx, [{ gpsId: found.gpsId, proof }], { ticket, at: now }, now);
    await tx.marks.release([marked.mark.id]);
    await tx.work.touch([found.gpsId], now, { urgent: true });
    const reachable = await noteSuccess(tx, now, 'gps');
    const event: NewEvent = {
      type: 'GPS_DRIVER_DELETED',
      at: now,
      actor: actor.userId,
      gpsId: found.gpsId,
      message: `${found.name} was deleted from GPS`,
    };
    await tx.events.append([event, ...reachable]);
    await tx.drivers.refresh([found.gpsId], [], now);
  });
  await callOwner(context, account.id);
  return { value: key, userErrors: [] };
}
