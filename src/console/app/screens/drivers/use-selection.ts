import { useState } from 'react';
import { useDraft } from '../../session/draft';

/** Which rows are chosen, by their ids; over all pages. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
  /** All rows between the last one that was toggled and this one. */
  readonly extendTo: (id: string, order: readonly string[]) => void;
  readonly setAll: (ids: readonly string[]) => void;
  readonly clear: () => void;
}

/** Nothing is chosen at first; a reload keeps what was. */
export function useSelection(): Selection {
  const [kept, keep] = useDraft<readonly string[]>('chosen-drivers', []);
  const ids = new Set(kept);
  const setIds = (next: ReadonlySet<string>): void => keep([...next]);
  const [last, setLast] = useState<string | null>(null);
  return {
    ids,
    toggle(id) {
      const next = new Set(ids);
      if (!next.delete(id)) next.add(id);
      setIds(next);
      setLast(id);
    },
    extendTo(id, order) {
      const from = last === null ? -1 : order.indexOf(last);
      const to = order.indexOf(id);
      const [start, end] = from < 0 ? [to, to] : [Math.min(from, to), Math.max(from, to)];
      setIds(new Set([...ids, ...order.slice(start, end + 1)]));
      setLast(id);
    },
    setAll: (all) => setIds(new Set(all)),
    clear: () => setIds(new Set()),
  };
}
