import { RawJson } from '../wire/reply';
import type { Hits } from './fault-board';

/** The rows that a listing tells under the faults that hit it: none, some of them, or one of them twice. */
export function mangledRows<Row extends object>(rows: readonly Row[], hits: Hits): readonly Row[] {
  if (hits.of('empty-list') !== undefined) return [];
  const partial = hits.of('partial-list');
  const kept = partial === undefined ? rows : rows.slice(0, Math.floor(rows.length * partial.keep));
  const first = kept[0];
  const twice = hits.of('duplicate-rows');
  if (twice === undefined || first === undefined) return kept;
  const other = twice.differingIn === undefined ? first : { ...first, [twice.differingIn]: 'Another' };
  return [other, ...kept];
}

/** The rows with the piece of JSON that a fault puts into a field of some of them. `idKey`: the field that names a row. */
export function withSetField(rows: readonly object[], idKey: string, hits: Hits): readonly object[] {
  const fault = hits.of('set-field');
  if (fault === undefined) return rows;
  const isMeant = (row: object, index: number): boolean =>
    fault.ids === undefined
      ? index === 0
      : fault.ids.includes(String((row as Record<string, unknown>)[idKey])); // rows are plain
  return rows.map((row, index) =>
    isMeant(row, index) ? { ...row, [fault.field]: new RawJson(fault.json) } : row,
  );
}

/** The rows in the shape that PHP gives them: numbers for keys, with a gap after the first; or the first row alone, bare. */
export function reshaped(rows: readonly object[], hits: Hits): unknown {
  const fault = hits.of('reshape');
  if (fault === undefined) return rows;
  if (fault.shape === 'bare') return rows[0] ?? {};
  return Object.fromEntries(rows.map((row, index) => [String(index === 0 ? 0 : index + 1), row]));
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
