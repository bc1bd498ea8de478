import { oneOfParam } from '../../shell/search-params';

/** What the address of `/drivers/import` says. */
export interface ImportSearch {
  /** Only rows with which this happens. */
  readonly show?: RowKind | undefined;
  readonly dialog?: 'write' | undefined;
}

/** What happens with a row. */
export type RowKind = (typeof ROW_KINDS)[number];

/** What needs a person first. */
export const ROW_KINDS = ['error', 'update', 'create', 'same'] as const;

/** Reads the address; what it does not know is ignored. */
export const importSearch = (raw: Record<string, unknown>): ImportSearch => ({
  show: oneOfParam(raw, 'show', ROW_KINDS),
  dialog: oneOfParam(raw, 'dialog', ['write']),
});
