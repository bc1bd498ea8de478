import type { RunId } from '../../driver/ids';

/** Commands that only the account's owner carries out (R8), as they travel between processes. */
export type OwnerCommand =
  | { readonly kind: 'turn-on'; readonly reviewedRun: RunId | null }
  | { readonly kind: 'approve-run'; readonly run: RunId; readonly items: readonly string[] | null }
  | { readonly kind: 'preview-elsewhere' }
  | { readonly kind: 'undo-removal'; readonly seq: number; readonly force: boolean };
