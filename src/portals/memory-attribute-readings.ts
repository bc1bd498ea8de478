import type { GpsId } from '../driver/ids';
import type { AttributeReading, AttributeReadings } from '../driver/ports/attribute-readings';

/** Readings in this process's memory: for a connector used alone, and for tests. */
export function createMemoryAttributeReadings(): AttributeReadings {
  const rows = new Map<GpsId, AttributeReading>();
  let tickets = 0;
  const kept = (next: AttributeReading): AttributeReading => {
    const row = rows.get(next.gpsId);
    if (row === undefined) return next;
    if (next.ticket < row.ticket) return row;
    return next.readAt === null ? { ...next, value: row.value, readAt: row.readAt } : next;
  };
  return {
    all: () => Promise.resolve([...rows.values()]),
    of: (ids) => Promise.resolve(ids.flatMap((id) => rows.get(id) ?? [])),
    hasValue: () => Promise.resolve([...rows.values()].some(({ value }) => value !== null)),
    drawTicket() {
      tickets += 1;
      return Promise.resolve(tickets);
    },
    keep(readings) {
      for (const reading of readings) rows.set(reading.gpsId, kept(reading));
      return Promise.resolve(readings.flatMap(({ gpsId }) => rows.get(gpsId) ?? []));
    },
    forget(ids) {
      for (const id of ids) rows.delete(id);
      return Promise.resolve();
    },
  };
}
