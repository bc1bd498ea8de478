import type { DriverId, GpsId } from '../../../src/driver/ids';
import { WRITE_EVENTS } from '../write-events';

/** An event of the log, as far as replaying it needs. */
export interface LoggedEvent {
  readonly type: string;
  readonly gpsId: GpsId | null;
  readonly driverId: DriverId | null;
  readonly changes: readonly { readonly field: string; readonly to: string | null }[];
}

/** A managed driver as the log tells of it: only fields that an event has told of since the link. */
export interface ReplayedDriver {
  readonly driverId: DriverId;
  readonly removed: boolean;
  readonly fields: ReadonlyMap<string, string | null>;
}

/** Replays the log of an account from its start: who is linked to whom in the end, and what was written there. */
export function replayEvents(events: readonly LoggedEvent[]): ReadonlyMap<GpsId, ReplayedDriver> {
  const drivers = new Map<GpsId, ReplayedDriver>();
  for (const { type, gpsId, driverId, changes } of events) {
    if (gpsId === null || driverId === null) continue;
    const isLink = type === 'DRIVERI_DRIVER_LINKED';
    if (!isLink && !WRITE_EVENTS.has(type)) continue;
    for (const [other, driver] of drivers) {
      if (other !== gpsId && driver.driverId === driverId) drivers.delete(other);
    }
    const isNew = isLink || type === 'DRIVERI_DRIVER_CREATED';
    const before = isNew ? undefined : drivers.get(gpsId)?.fields;
    const told = changes.map(({ field, to }) => [field, to] as const);
    drivers.set(gpsId, {
      driverId,
      removed: type === 'DRIVERI_DRIVER_REMOVED',
      fields: new Map([...(before ?? []), ...told]),
    });
  }
  return drivers;
}
