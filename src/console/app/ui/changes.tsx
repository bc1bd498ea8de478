import type { ChangeLineFragment } from '../generated/documents';
import { fieldLabel } from '../words/words';

/** A value of any script and direction, or a dash that is read as "none". */
export function Value({ value }: { readonly value: string | null | undefined }) {
  if (value === null || value === undefined || value === '')
    return (
      <span className="none">
        <span aria-hidden="true">—</span>
        <span className="hidden">none</span>
      </span>
    );
  return (
    <bdi className="value" dir="auto">
      {value}
    </bdi>
  );
}

/** Field by field, from the old value to the new one. */
export function Changes({ changes }: { readonly changes: readonly ChangeLineFragment[] }) {
  if (changes.length === 0) return null;
  return (
    <ul className="changes">
      {changes.map(({ field, from, to }) => (
        <li key={field}>
          <span className="field-name">{fieldLabel(field)}</span> <Value value={from} />
          <span aria-hidden="true"> → </span>
          <span className="hidden"> becomes </span>
          <Value value={to} />
        </li>
      ))}
    </ul>
  );
}
