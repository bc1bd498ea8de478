import { setTimeout as sleep } from 'node:timers/promises';
import DataLoader from 'dataloader';
import type { DriveriPortal, DriveriReading } from '../../driver/ports/driveri-portal';
import type { DriverId } from '../../driver/ids';
import { PortalError } from '../../driver/ports/portal-error';

/**
 * Driveri may round its `updatedDate`, and writes under way at the same time are not done in the order they were sent. The listing
 * grows with this: it begins small, and grows when somebody was missed for it.
 */
const FIRST_OVERLAP_MS = 2_000;
const LONGEST_OVERLAP_MS = 20_000;

/** So long after the last listing began the next one begins: those who come meanwhile share it. */
const GATHER_MS = 25;

/** One page of a listing. */
const MOST_AT_ONCE = 200;

/**
 * Reads drivers back after writes (design, 3.3): one by itself; several, who came while the last answer was awaited, by one
 * listing of what has changed. Whoever is not in that is read directly, so that what is answered is worth as much as a direct
 * read. A call for each of a run's writes would take as long as the writes.
 */
export function createReadBack(
  driveri: Pick<DriveriPortal, 'readDriver' | 'changedSince'>,
): DriveriPortal['readBack'] {
  let newest: number | null = null;
  let overlapMs = FIRST_OVERLAP_MS;
  let last: Promise<unknown> = Promise.resolve();

  function note(reading: DriveriReading): DriveriReading {
    const updatedDate = reading.driver?.updatedDate ?? null;
    if (updatedDate !== null) newest = Math.max(newest ?? updatedDate, updatedDate);
    return reading;
  }

  /** Somebody who was not in a listing: a longer one would have had them, unless their date says nothing of the write. */
  function noteMissed({ driver }: DriveriReading, newestThen: number): void {
    const behindMs = newestThen - (driver?.updatedDate ?? newestThen);
    if (behindMs > overlapMs && behindMs <= LONGEST_OVERLAP_MS) overlapMs = behindMs;
  }

  async function listChanged(since: number): Promise<ReadonlyMap<DriverId, DriveriReading>> {
    try {
      const { drivers, sentAt } = await driveri.changedSince(since);
      return new Map(drivers.map((driver) => [driver.driverId, { driver, sentAt }]));
    } catch (error) {
      // It moved while it was read, three times: every write is on its own again.
      if (error instanceof PortalError && error.kind === 'incomplete') return new Map();
      throw error;
    }
  }

  async function readAll(ids: readonly DriverId[]): Promise<(DriveriReading | Error)[]> {
    const newestThen = newest;
    const changed: ReadonlyMap<DriverId, DriveriReading> =
      ids.length > 1 && newestThen !== null ? await listChanged(newestThen - overlapMs) : new Map();
    const readings = await Promise.allSettled(
      ids.map(async (id) => {
        const listed = changed.get(id);
        if (listed !== undefined) return note(listed);
        const direct = await driveri.readDriver(id);
        if (changed.size > 0 && newestThen !== null) noteMissed(direct, newestThen);
        return note(direct);
      }),
    );
    return readings.map((reading) =>
      reading.status === 'fulfilled' ? reading.value : (reading.reason as Error),
    );
  }

  const loader = new DataLoader<DriverId, DriveriReading>(
    (ids) => {
      const batch = readAll(ids);
      last = ids.length > 1 ? Promise.allSettled([batch, sleep(GATHER_MS)]) : batch.catch(() => undefined);
      return batch;
    },
    { cache: false, maxBatchSize: MOST_AT_ONCE, batchScheduleFn: (dispatch) => void last.then(dispatch) },
  );
  return (id) => loader.load(id);
}
