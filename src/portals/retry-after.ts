const SHORTEST_MS = 1_000;
const LONGEST_MS = 3_600_000;
/** A longer wait is no wait that a portal means: it is a mistake, and the account's default pause serves better. */
const ABSURD_MS = 24 * 3_600_000;

/** Ten digits or more are no number of seconds to wait, but a moment: seconds since 1970; thirteen: milliseconds. */
const EPOCH_SECONDS = 1_000_000_000;
const EPOCH_MS = 1_000_000_000_000;

/**
 * How long `Retry-After` asks to wait, in ms, between 1 s and 1 h; undefined when it says nothing usable: then the account's
 * default pause counts. Takes seconds and dates (RFC 9110), and epochs, which some portals send. A moment is judged against
 * `answeredAt`, the answer's own `Date` in epoch ms: the two come from one clock, and ours may be wrong.
 */
export function readRetryAfter(
  header: string | readonly string[] | undefined,
  answeredAt: number,
): number | undefined {
  const text = (typeof header === 'string' ? header : header?.[0])?.trim() ?? '';
  const ms = /^-?\d+(\.\d+)?$/.test(text) ? waitOf(Number(text), answeredAt) : Date.parse(text) - answeredAt;
  // Written so that NaN, from a text that is neither, is not usable either.
  if (!(ms >= SHORTEST_MS && ms <= ABSURD_MS)) return undefined;
  return Math.min(ms, LONGEST_MS);
}

function waitOf(value: number, answeredAt: number): number {
  if (value >= EPOCH_MS) return value - answeredAt;
  if (value >= EPOCH_SECONDS) return value * 1000 - answeredAt;
  return value * 1000;
}

/** The moment that an answer's `Date` tells, in epoch ms; null when it has none. */
export function readDate(header: string | readonly string[] | undefined): number | null {
  const ms = Date.parse((typeof header === 'string' ? header : header?.[0]) ?? '');
  return Number.isNaN(ms) ? null : ms;
}
