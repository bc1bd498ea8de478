/**
 * When the next daily run starts: the first time after `after` at which the account's wall clock shows `at` (`HH:MM`), plus
 * jitter. Pure; the zone's rules come from Intl. On a night whose clocks skip that time, it is an hour later by the clock.
 *
 * Not with cron-parser (5.10): where clocks skip midnight, as in Santiago or Cairo, it leaves out the whole night.
 *
 * @param after epoch ms
 * @returns epoch ms
 */
export function nextDailyRun(after: number, timeZone: string, at: string, jitterMs: number): number {
  const [hour = '3', minute = '0'] = at.split(':');
  const day = localDate(after, timeZone);
  for (let ahead = 0; ahead <= 2; ahead += 1) {
    const wall = Date.UTC(day.year, day.month - 1, day.day + ahead, Number(hour), Number(minute));
    const instant = instantOf(wall, timeZone);
    if (instant + jitterMs > after) return instant + jitterMs;
  }
  throw new Error(`no daily run time was found for ${timeZone}`);
}

/** Up to ten minutes, the same for an account every night, so that accounts of one zone do not all start at once. */
export function dailyJitterMs(account: string): number {
  let sum = 0;
  for (const char of account) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 600_000;
  return sum;
}

function localDate(at: number, timeZone: string): { year: number; month: number; day: number } {
  const parts = partsOf(at, timeZone);
  return { year: parts.year, month: parts.month, day: parts.day };
}

/** The instant at which a zone's clocks show this wall time (given as if it were UTC); a skipped time is shown late. */
function instantOf(wall: number, timeZone: string): number {
  const first = wall - offsetAt(wall, timeZone);
  const second = wall - offsetAt(first, timeZone);
  const isShown = second + offsetAt(second, timeZone) === wall;
  return isShown ? second : Math.max(first, second);
}

function offsetAt(at: number, timeZone: string): number {
  const p = partsOf(at, timeZone);
  return Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second) - Math.floor(at / 1000) * 1000;
}

function partsOf(
  at: number,
  timeZone: string,
): { year: number; month: number; day: number; hour: number; minute: number; second: number } {
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
  const read = Object.fromEntries(format.formatToParts(at).map((part) => [part.type, Number(part.value)]));
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = read;
  return { year, month, day, hour, minute, second };
}
