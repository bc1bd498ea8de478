/** Many values under one key. A key without values is not there. */
export class MultiMap<Key, Value> {
  private readonly sets = new Map<Key, Set<Value>>();

  add(key: Key, value: Value): void {
    const values = this.sets.get(key);
    if (values === undefined) this.sets.set(key, new Set([value]));
    else values.add(value);
  }

  delete(key: Key, value: Value): void {
    const values = this.sets.get(key);
    if (values === undefined) return;
    values.delete(value);
    if (values.size === 0) this.sets.delete(key);
  }

  /** In the order in which they were added. */
  get(key: Key): Iterable<Value> {
    return this.sets.get(key) ?? [];
  }

  count(key: Key): number {
    return this.sets.get(key)?.size ?? 0;
  }
}
