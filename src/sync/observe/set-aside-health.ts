import type { PortalName } from '../../driver/ports/portal-error';
import type { SetAsideRow } from '../../driver/ports/portal-rows';
import { clearHealth, portalTitle, setHealth } from '../account/portal-health';
import type { NewEvent } from '../ports/event-log';
import type { SyncTransaction } from '../ports/sync-store';

/** How many rows a message names; it counts the others. */
const MOST_NAMED = 5;

/**
 * In the transaction that stores a reading: health for the rows that it could not read. `isWhole`: a reading of everything, so
 * that a problem it does not have is over. Answers the events to append.
 */
export async function setAsideHealth(
  tx: SyncTransaction,
  now: number,
  portal: PortalName,
  { setAside, isWhole }: { readonly setAside: readonly SetAsideRow[]; readonly isWhole: boolean },
): Promise<readonly NewEvent[]> {
  const code = portal === 'gps' ? 'GPS_ROWS_SET_ASIDE' : 'DRIVERI_ROWS_SET_ASIDE';
  if (setAside.length === 0) return isWhole ? clearHealth(tx, now, [code]) : [];
  const named = setAside
    .slice(0, MOST_NAMED)
    .map(({ id, reason }) => `${id ?? 'a row without an id'}: ${reason}`);
  const others = setAside.length - named.length;
  return setHealth(tx, now, {
    code,
    severity: 'degraded',
    message:
      `${portalTitle(portal)} answers ${setAside.length} row(s) that cannot be read (${named.join('; ')}` +
      `${others > 0 ? `; and ${others} more` : ''})`,
    hint: `Correct these drivers in ${portalTitle(portal)}. What was known of them stays; the other drivers go on. Until then nobody counts as gone from there.`,
  });
}
