import { readDriverInput } from '../../driver/driver-input';
import type { DriverKey, GpsId } from '../../driver/ids';
import type { Actor, CommandResult, DriverInputFields } from '../../gateway/commands';
import { recordGpsDriver } from '../observe/record-reading';
import { accountOf, callOwner, type SyncAccount, type SyncContext } from '../sync-context';
import { changeGroups, checkGroups } from './driver-groups';
import { refuse, refusedError, toUserError } from './write-errors';
import { findGps, outcomeUnknown, putMark, readBack, wantedOf, writing } from './write-gps';

/**
 * Changes a driver in GPS. With a `version`, GPS is read first; when it is not the current one by then, or another writer was
 * faster: CONFLICT, with the current driver, and no write. Throws `PortalError`.
 */
export async function updateDriver(
  context: SyncContext,
  actor: Actor,
  key: DriverKey,
  version: string | null,
  input: DriverInputFields,
): Promise<CommandResult<DriverKey>> {
  const account = accountOf(context, actor.account);
  const found = await findGps(context, account, key);
  if ('error' in found) return refuse([{ ...found.error, field: ['input', 'id'] }]);
  const { value, errors } = readDriverInput(input, 'update');
  if (errors.length > 0) return refuse(errors.map(toUserError));
  const groups = await checkGroups(account, input.groups);
  if (groups.errors.length > 0) return refuse(groups.errors);
  if (version !== null) await readCurrent(context, account, found.gpsId);
  const marked = await putMark(context, account, {
    gpsId: found.gpsId,
    wanted: wantedOf(value, account, false),
    version,
  });
  if ('errors' in marked) {
    const isStale = marked.errors.some((error) => error.code === 'CONFLICT');
    return refuse(marked.errors, isStale ? key : null);
  }
  if (Object.keys(value).length > 0) {
    const written = await writing(context, account, marked.mark, () =>
      account.gps.updateDriver(found.gpsId, value),
    );
    if ('refused' in written) return refuse([refusedError(written.refused)], key);
  }
  const changed =
    input.groups == null
      ? { groups: null, warnings: [] }
      : await changeGroups(account, found.gpsId, groups.names, found.groups);
  const read = await readBack(context, account, actor, found.gpsId, marked.mark, {
    type: 'GPS_DRIVER_UPDATED',
    message: 'Changed in GPS',
    groups: changed.groups,
  });
  return read === null ? outcomeUnknown(key) : { value: read, userErrors: [], warnings: changed.warnings };
}

/** An edit made in the portal after the last poll counts as well: the version is compared with what GPS has now. */
async function readCurrent(context: SyncContext, account: SyncAccount, gpsId: GpsId): Promise<void> {
  const ticket = await context.store.drawTicket();
  const reading = await account.gps.readDriver(gpsId);
  if (reading.found !== 'driver') return;
  const touched = await context.store.transaction(account.id, async (tx) => {
    const seen = { ticket, at: reading.sentAt };
    const read = await recordGpsDriver(tx, account, reading.driver, seen, context.clock.now());
    await tx.events.append(read.events);
    return read.touched;
  });
  if (touched.length > 0) await callOwner(context, account.id);
}
