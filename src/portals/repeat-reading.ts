import { setTimeout as sleep } from 'node:timers/promises';
import { PortalError } from '../driver/ports/portal-error';
import { neverConnected } from './transport-failure';

/** How a connector reads listings: both portals are slow at it, and one failing page must not cost the whole reading. */
export interface ListingOptions {
  /** For each call of a listing, from connecting to the last byte; default 120 s. */
  readonly listTimeoutMs?: number | undefined;
  /** The waits before a failing page is asked for again, one per repetition; default 0.5 s, 2 s, 5 s. */
  readonly repeatAfterMs?: readonly number[] | undefined;
}

/** The options with their defaults. */
export interface ListingRules {
  readonly timeoutMs: number;
  readonly repeatAfterMs: readonly number[];
}

const LIST_TIMEOUT_MS = 120_000;
const REPEAT_AFTER_MS: readonly number[] = [500, 2_000, 5_000];

export function listingRules({ listTimeoutMs, repeatAfterMs }: ListingOptions): ListingRules {
  return { timeoutMs: listTimeoutMs ?? LIST_TIMEOUT_MS, repeatAfterMs: repeatAfterMs ?? REPEAT_AFTER_MS };
}

/** A page that has to wait for longer than this is not worth waiting for: the pages before it grow old. */
const PATIENCE_MS = 3_000;

/** Reads, and reads again after each of these waits while the portal fails at it. Throws the last failure. */
export async function readWithRepeats<Value>(
  read: () => Promise<Value>,
  repeatAfterMs: readonly number[],
): Promise<Value> {
  for (const waitMs of repeatAfterMs) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof PortalError) || !isWorthRepeating(error)) throw error;
      await sleep(Math.max(waitMs, error.retryAfterMs ?? 0));
    }
  }
  return read();
}

function isWorthRepeating(error: PortalError): boolean {
  if ((error.retryAfterMs ?? 0) > PATIENCE_MS) return false;
  switch (error.kind) {
    case 'server':
    case 'timeout':
    case 'malformed':
    case 'rate-limited':
      return error.setAside === undefined;
    case 'unreachable':
      // A portal that is down as a whole is not back in a moment.
      return !neverConnected(error);
    default:
      return false;
  }
}
