/** How far back a stale read looks. Without either, it sees the newest state. */
export interface Age {
  readonly writesAgo?: number | undefined;
  readonly agoMs?: number | undefined;
}

interface Undo<Key, Row> {
  readonly at: number;
  readonly key: Key;
  readonly before: Row | undefined;
}

const KEPT = 20_000;

/**
 * Remembers what each write replaced, so that a read can be answered from the past, as an eventually consistent portal
 * does. It keeps the newest twenty thousand writes; older states look like the oldest one kept.
 */
export class History<Key, Row> {
  private undos: Undo<Key, Row>[] = [];

  /** Notes that at `at` (epoch ms) the row under `key` was replaced; `before` is undefined when there was none. */
  record(at: number, key: Key, before: Row | undefined): void {
    this.undos.push({ at, key, before });
    if (this.undos.length > 2 * KEPT) this.undos = this.undos.slice(-KEPT);
  }

  /** The rows as they were `age` before `now`. A row that did not exist then is not among them. */
  asOf(current: ReadonlyMap<Key, Row>, age: Age, now: number): ReadonlyMap<Key, Row> {
    const past = new Map(current);
    for (const undo of this.undone(age, now)) {
      if (undo.before === undefined) past.delete(undo.key);
      else past.set(undo.key, undo.before);
    }
    return past;
  }

  private undone(age: Age, now: number): readonly Undo<Key, Row>[] {
    const newestFirst = [...this.undos].reverse();
    if (age.writesAgo !== undefined) return newestFirst.slice(0, age.writesAgo);
    if (age.agoMs === undefined) return [];
    const horizon = now - age.agoMs;
    return newestFirst.filter((undo) => undo.at > horizon);
  }
}
