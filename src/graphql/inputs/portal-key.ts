import { gpsId, readDriverId } from '../../driver/ids';
import type { DriverPortalKey } from '../../gateway/queries';
import { apiError } from '../answers/api-error';

/** The arguments of `driverBy`. */
export interface PortalKeyArguments {
  readonly gpsId: string | null | undefined;
  readonly driveriDriverId: string | null | undefined;
  readonly referenceId: string | null | undefined;
}

/** The one key that was given; null for a text that no driver can have. Throws `ONE_KEY_NEEDED` for none or several. */
export function toPortalKey(given: PortalKeyArguments): DriverPortalKey | null {
  const names = (['gpsId', 'driveriDriverId', 'referenceId'] as const).filter((name) => given[name] != null);
  if (names.length !== 1) {
    throw apiError('ONE_KEY_NEEDED', 'Give exactly one of "gpsId", "driveriDriverId" and "referenceId".', {});
  }
  if (given.gpsId != null) return given.gpsId.trim() === '' ? null : { gpsId: gpsId(given.gpsId.trim()) };
  if (given.driveriDriverId != null) {
    const id = readDriverId(given.driveriDriverId);
    return id === null ? null : { driveriDriverId: id };
  }
  const reference = (given.referenceId ?? '').trim();
  return reference === '' ? null : { referenceId: reference };
}
