import type { GpsId } from '../../driver/ids';
import { PortalError } from '../../driver/ports/portal-error';
import type { CommandWarning, UserError } from '../../gateway/commands';
import type { SyncAccount } from '../sync-context';

/** Whether GPS has these driver groups. Throws `PortalError`. */
export async function checkGroups(
  account: SyncAccount,
  asked: readonly string[] | null | undefined,
): Promise<{ readonly names: readonly string[]; readonly errors: readonly UserError[] }> {
  const names = [...new Set(asked ?? [])];
  if (names.length === 0) return { names, errors: [] };
  const known = new Set(await account.gps.listGroupNames());
  const unknown = names.filter((name) => !known.has(name));
  const errors = unknown.map((name) => ({
    code: 'UNKNOWN_GROUP',
    message: `GPS has no driver group called ${JSON.stringify(name)}. There are: ${[...known].join(', ')}.`,
    field: ['input', 'groups'],
  }));
  return { names, errors };
}

/** The groups that a driver is in after joining and leaving, with a warning for each that could not be changed. */
export interface ChangedGroups {
  readonly groups: readonly string[];
  readonly warnings: readonly CommandWarning[];
}

/** Joins and leaves groups. A failure does not undo the driver: it is a warning beside it. */
export async function changeGroups(
  account: SyncAccount,
  gpsId: GpsId,
  wanted: readonly string[],
  current: readonly string[],
): Promise<ChangedGroups> {
  const groups = new Set(current);
  const warnings: CommandWarning[] = [];
  const attempt = async (name: string, change: () => Promise<void>, done: () => void): Promise<void> => {
    try {
      await change();
      done();
    } catch (error) {
      if (!(error instanceof PortalError)) throw error;
      warnings.push({
        code: 'GROUPS_NOT_SET',
        message: `The driver is saved, but the group ${name} could not be changed: ${error.message}`,
        field: ['input', 'groups'],
      });
    }
  };
  for (const name of wanted.filter((group) => !current.includes(group))) {
    await attempt(
      name,
      () => account.gps.joinGroup(gpsId, name),
      () => groups.add(name),
    );
  }
  for (const name of current.filter((group) => !wanted.includes(group))) {
    await attempt(
      name,
      () => account.gps.leaveGroup(gpsId, name),
      () => groups.delete(name),
    );
  }
  return { groups: [...groups], warnings };
}
