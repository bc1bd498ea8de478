import { differences } from '../driver/field-mapping';
import type { FieldDifferenceView, DriverSyncStatus } from '../sync/views';
import type { Person } from './driver-identity';
import { wantedOf } from './neighbourhood';
import { toDriveriDriver, toGpsDriver } from './roster-rows';

/** What of the work on a driver their status depends on. */
export interface WorkState {
  readonly isPending: boolean;
  readonly problem: string | null;
  readonly isHeld: boolean;
}

export function statusOf(
  person: Person,
  work: WorkState,
  differences: readonly FieldDifferenceView[],
): DriverSyncStatus {
  if (person.link === null && person.gps === null) return 'UNMANAGED';
  if (work.isHeld) return 'HELD';
  if (work.problem === 'CONFLICT') return 'CONFLICT';
  const waits = work.problem === 'WAITING' || work.problem === 'NOT_PROVEN_GONE';
  if (work.problem !== null && !waits) return 'FAILED';
  const unfinished = person.link === null || person.driveri === null || person.gps?.presence === 'missing';
  if (work.isPending || waits || unfinished) return 'PENDING';
  return differences.length > 0 ? 'DRIFTED' : 'IN_SYNC';
}

/** What of the Driveri driver is not as GPS says; nothing for a driver whom GPS no longer has. */
export function differencesOf({ gps, driveri, link }: Person): readonly FieldDifferenceView[] {
  if (gps === null || driveri === null || gps.presence === 'gone') return [];
  return differences(toGpsDriver(gps), toDriveriDriver(driveri), link, wantedOf(gps, link ?? undefined));
}

export function fullName(name: {
  readonly firstName: string | null;
  readonly lastName: string | null;
}): string {
  return [name.firstName, name.lastName].filter((part) => part !== null && part !== '').join(' ');
}

export function searchText(parts: readonly (string | null)[]): string {
  return foldText(parts.filter((part) => part !== null).join(' '));
}

/** Lower case, without accents. */
export function foldText(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
