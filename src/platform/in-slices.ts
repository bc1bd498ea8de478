import { setImmediate as macrotask } from 'node:timers/promises';

/** How many items are worked at before other work of the process gets its turn. */
const SLICE = 500;

/** `map` for many items: after each slice the event loop gets its turn, so that no caller blocks it for long. */
export async function inSlices<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Result,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % SLICE === 0) await macrotask();
    results.push(work(item));
  }
  return results;
}
