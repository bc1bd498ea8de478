/** How many rows one statement takes: enough to be fast, few enough to keep its text small. */
const CHUNK = 1_000;

/** Calls `write` with the items in portions that fit into one statement, one after the other. Nothing for no items. */
export async function inChunks<Item>(
  items: readonly Item[],
  write: (chunk: readonly Item[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < items.length; start += CHUNK) await write(items.slice(start, start + CHUNK));
}
