import type { StatisticsBucket } from './views/statistics-view';

/** More buckets than this are not answered at once. */
export const MOST_BUCKETS = 400;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * The limits of the buckets that `from` to `to` (epoch ms, `to` excluded) touch, whole: n buckets have n + 1 limits. Days
 * begin when the zone's clocks begin a date, so one may have 23 or 25 hours; hours begin at a full hour of the zone's clocks.
 * No bucket when `to` is not after `from`. Null when there would be more than `MOST_BUCKETS`.
 */
export function bucketLimits(
  from: number,
  to: number,
  bucket: StatisticsBucket,
  timeZone: string,
): readonly number[] | null {
  if (to <= from) return [];
  // Decided before any limit is made: a range of a thousand years must cost nothing.
  const shortest = bucket === 'HOUR' ? HOUR_MS : DAY_MS;
  if ((to - from) / shortest > MOST_BUCKETS + 1) return null;
  const limits = bucket === 'HOUR' ? hours(from, to, timeZone) : days(from, to, timeZone);
  return limits.length - 1 > MOST_BUCKETS ? null : limits;
}

function hours(from: number, to: number, timeZone: string): readonly number[] {
  const wall = from + createOffsets(timeZone)(from);
  const limits = [from - modulo(wall, HOUR_MS)];
  for (let at = limits[0] ?? from; at < to; limits.push(at)) at += HOUR_MS;
  return limits;
}

function days(from: number, to: number, timeZone: string): readonly number[] {
  const offsetAt = createOffsets(timeZone);
  const firstWall = from + offsetAt(from);
  const firstDay = firstWall - modulo(firstWall, DAY_MS);
  const limits: number[] = [];
  for (let day = firstDay; ; day += DAY_MS) {
    const start = startOfDay(day, offsetAt);
    // A zone that crossed the date line has left out a whole date.
    if (start > (limits.at(-1) ?? -Infinity)) limits.push(start);
    if (start >= to) return limits;
  }
}

/** The first instant at which the zone's clocks show this date (`day`: its midnight as if it were UTC). */
function startOfDay(day: number, offsetAt: (at: number) => number): number {
  const candidates = [day - offsetAt(day - DAY_MS), day - offsetAt(day + DAY_MS)];
  const [shown] = candidates.filter((at) => at + offsetAt(at) === day).sort((a, b) => a - b);
  // Clocks that skip midnight show the date first when they change: after the offset before the change has run out.
  return shown ?? Math.max(...candidates);
}

/** How far a zone's clocks are ahead of UTC at an instant, in ms. */
function createOffsets(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (at) => {
    const parts = Object.fromEntries(
      format.formatToParts(at).map((part) => [part.type, Number(part.value)] as const),
    );
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
  };
}

const modulo = (value: number, size: number): number => ((value % size) + size) % size;
