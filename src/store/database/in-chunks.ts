import { chunksOf } from '../../platform/chunks-of';

/** How many rows one statement takes: enough to be fast, few enough to keep its text small. */
const CHUNK = 1_000;

/** Calls `write` with the items in portions that fit into one statement, one after the other. Nothing for no items. */
export async function inChunks<Item>(
  items: readonly Item[],
  write: (chunk: readonly Item[]) => Promise<unknown>,
): Promise<void> {
  for (const chunk of chunksOf(items, CHUNK)) await write(chunk);
}
