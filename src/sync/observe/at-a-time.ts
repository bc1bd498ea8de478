/** Does the work for each item, so many at a time, in their order. Rejects with the first failure. */
export async function atATime<Item>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const lanes = Array.from({ length: Math.min(most, items.length) }, async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  });
  await Promise.all(lanes);
}
