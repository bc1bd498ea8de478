import { oneOfParam, textParam } from '../../shell/search-params';

/** What the address of `/turn-on` says: the preview that is looked at, the run that turning on started, and a question. */
export interface TurnOnSearch {
  readonly preview?: string | undefined;
  readonly run?: string | undefined;
  readonly dialog?: 'confirm' | 'off' | undefined;
}

/** Reads the address. */
export const turnOnSearch = (raw: Record<string, unknown>): TurnOnSearch => ({
  preview: textParam(raw, 'preview'),
  run: textParam(raw, 'run'),
  dialog: oneOfParam(raw, 'dialog', ['confirm', 'off'] as const),
});
