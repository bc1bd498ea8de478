import type { HeldFor } from '../../generated/documents';
import { listParam, oneOfParam, textParam } from '../../shell/search-params';

/** What the address of `/approvals` says. */
export interface ApprovalsSearch {
  readonly for?: readonly HeldFor[] | undefined;
  readonly q?: string | undefined;
  readonly dialog?: Decision | undefined;
}

/** What a person says about held changes. */
export type Decision = (typeof DECISIONS)[number];

/** Why a guard held something, the gravest first. */
export const HELD_FORS = [
  'REMOVAL',
  'IDENTITY',
  'MASS_CHANGE',
  'SUSPICIOUS_DRIVER_ID',
] as const satisfies readonly HeldFor[];

const DECISIONS = ['approve', 'reject'] as const;

/** Reads the address; what it does not know is ignored. */
export const approvalsSearch = (raw: Record<string, unknown>): ApprovalsSearch => ({
  for: listParam(raw, 'for', HELD_FORS),
  q: textParam(raw, 'q'),
  dialog: oneOfParam(raw, 'dialog', DECISIONS),
});
