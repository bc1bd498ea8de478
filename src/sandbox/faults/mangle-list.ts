import type { Hits } from './fault-board';

/** The rows that a listing tells under the faults that hit it: none, some of them, or one of them twice. */
export function mangledRows<Row>(rows: readonly Row[], hits: Hits): readonly Row[] {
  if (hits.of('empty-list') !== undefined) return [];
  const partial = hits.of('partial-list');
  const kept = partial === undefined ? rows : rows.slice(0, Math.floor(rows.length * partial.keep));
  const first = kept[0];
  return hits.of('duplicate-rows') !== undefined && first !== undefined ? [first, ...kept] : kept;
}

/** The rows without the field that a fault drops, from the first rows up to its share of them. */
export function withoutDroppedField<Row extends object>(rows: readonly Row[], hits: Hits): readonly object[] {
  const fault = hits.of('drop-field');
  if (fault === undefined) return rows;
  const dropped = Math.ceil(rows.length * fault.share);
  return rows.map((row, index) =>
    index < dropped ? Object.fromEntries(Object.entries(row).filter(([key]) => key !== fault.field)) : row,
  );
}
