import { once } from 'node:events';
import type { Writable } from 'node:stream';

/**
 * Writes, and resolves when there is room for more, or nobody is there any longer: what a slow client does not take is not
 * piled up for it. Leaves no listener behind, however often a client is waited for.
 */
export async function writeUntilTaken(stream: Writable, text: string): Promise<void> {
  if (stream.destroyed || stream.writableEnded) return;
  if (stream.write(text)) return;
  const listening = new AbortController();
  const { signal } = listening;
  try {
    await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })]);
  } finally {
    listening.abort();
  }
}
