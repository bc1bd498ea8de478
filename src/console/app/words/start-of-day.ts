/** The instant at which a day (2026-11-23) starts in a time zone: midnight, or where clocks skip it the first moment after. */
export function startOfDay(day: string, timeZone: string): string {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // Zones are at most 14 hours from UTC; their offset may change in between, so that it is looked at twice.
  const guess = midnight - offsetAt(midnight, timeZone);
  const second = midnight - offsetAt(guess, timeZone);
  return new Date(
    offsetAt(second, timeZone) === midnight - second ? second : Math.max(guess, second),
  ).toISOString();
}

/** How far the zone's clock is ahead of UTC at an instant, in ms. */
function offsetAt(instant: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(instant);
  const of = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) - instant;
}
