import { driverId, gpsId } from '../../driver/ids';
import type { PortalName } from '../../driver/ports/portal-error';
import type { CleanedRows, SetAsideRow } from '../../driver/ports/portal-rows';
import type { RosterState } from '../ports/roster-store';
import type { SyncTransaction } from '../ports/sync-store';

/** What a reading says of rows that could not be read, or that had to be changed to be stored. */
export interface NotedRows {
  readonly setAside: readonly SetAsideRow[];
  readonly cleaned: CleanedRows;
  /** The ids of the rows that were read, changed or not. */
  readonly ids: readonly string[];
  /** The reading was of everything: a row that is not in it has nothing to note any more. */
  readonly isWhole: boolean;
}

/** What came of noting. */
export interface RowNotes {
  /** Drivers whose row could not be read before, and now can. */
  readonly readableAgain: readonly string[];
  /** For the roster's state. */
  readonly hasNotes: boolean;
}

/**
 * In the transaction that stores a reading: drivers whose rows could not be read, or were changed to make them storable, show it
 * as long as that is so. It costs nothing while there is no such row.
 */
export async function noteRows(
  tx: SyncTransaction,
  now: number,
  portal: PortalName,
  { hasNotes }: Pick<RosterState, 'hasNotes'>,
  { setAside, cleaned, ids, isWhole }: NotedRows,
): Promise<RowNotes> {
  if (setAside.length === 0 && cleaned.size === 0 && !hasNotes) return { readableAgain: [], hasNotes };
  const unreadable = new Map(
    setAside.flatMap(({ id, reason }) => (id === null ? [] : [[id, reason] as const])),
  );
  const changes = new Map([...cleaned].map(([id, each]) => [id, each.join('; ')]));
  const noted = await tx.rosters.noteUnreadable(portal, unreadable, isWhole ? 'others' : ids);
  const clean = isWhole ? ('others' as const) : ids.filter((id) => !cleaned.has(id));
  const changed = [...new Set([...noted, ...(await tx.rosters.noteCleaned(portal, changes, clean))])];
  if (portal === 'gps') await tx.drivers.refresh(changed.map(gpsId), [], now);
  else await tx.drivers.refresh([], changed.map(driverId), now);
  return {
    readableAgain: noted.filter((id) => !unreadable.has(id)),
    hasNotes: setAside.length > 0 || cleaned.size > 0 || (hasNotes && !isWhole),
  };
}
