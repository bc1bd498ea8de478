import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something is true, looking every few milliseconds, or every `everyMs`; what it resolves to is what was found. Rejects in time. */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | null | undefined | false> | Found | null | undefined | false,
  withinMs = 90_000,
  everyMs = 15,
): Promise<Found> {
  const end = Date.now() + withinMs;
  let last: unknown;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    last = found;
    if (Date.now() > end) throw new Error(`waited in vain until ${what} (last: ${String(last)})`);
    await sleep(everyMs);
  }
}
