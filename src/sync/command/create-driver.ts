import { readDriverInput } from '../../driver/driver-input';
import type { DriverKey } from '../../driver/ids';
import type { Actor, CommandResult, DriverInputFields } from '../../gateway/commands';
import { accountOf, type SyncContext } from '../sync-context';
import { changeGroups, checkGroups } from './driver-groups';
import { refuse, refusedError, toUserError } from './write-errors';
import { outcomeUnknown, putMark, readBack, wantedOf, writing } from './write-gps';

/** Creates a driver in GPS; when it returns, GPS and the roster have it, and it is on its way to Driveri. Throws `PortalError`. */
export async function createDriver(
  context: SyncContext,
  actor: Actor,
  input: DriverInputFields,
): Promise<CommandResult<DriverKey>> {
  const account = accountOf(context, actor.account);
  const { value, errors } = readDriverInput(input, 'create');
  if (errors.length > 0 || value.lastName === undefined) return refuse(errors.map(toUserError));
  const lastName = value.lastName;
  const groups = await checkGroups(account, input.groups);
  if (groups.errors.length > 0) return refuse(groups.errors);
  const marked = await putMark(context, account, {
    gpsId: null,
    wanted: wantedOf(value, account, true),
    version: null,
  });
  if ('errors' in marked) return refuse(marked.errors);
  const written = await writing(context, account, marked.mark, () =>
    account.gps.createDriver({ ...value, lastName }),
  );
  if ('refused' in written) return refuse([refusedError(written.refused)]);
  const { gpsId, undeleted } = written.result;
  const changed = await changeGroups(account, gpsId, groups.names, []);
  const key = await readBack(context, account, actor, gpsId, marked.mark, {
    type: 'GPS_DRIVER_CREATED',
    message: undeleted ? 'Brought back in GPS: a deleted driver had this Ref ID' : 'Created in GPS',
    groups: groups.names.length === 0 ? null : changed.groups,
  });
  return key === null ? outcomeUnknown(null) : { value: key, userErrors: [], warnings: changed.warnings };
}
