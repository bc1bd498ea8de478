import type { SyncAction, SyncItemOutcome, SyncRunKind, SyncRunStatus } from '../../generated/documents';
import { listParam, oneOfParam, textParam } from '../../shell/search-params';

/** What the address of `/runs` says. */
export interface RunsSearch {
  readonly kind?: readonly SyncRunKind[] | undefined;
  readonly status?: readonly SyncRunStatus[] | undefined;
}

/** What the address of `/runs/:id` says. */
export interface RunSearch {
  readonly action?: readonly SyncAction[] | undefined;
  readonly outcome?: readonly SyncItemOutcome[] | undefined;
  readonly q?: string | undefined;
  readonly dialog?: RunDialog | undefined;
}

/** Dialogs over a run that an address can open. */
export type RunDialog = (typeof DIALOGS)[number];

/** In the order in which they are offered. */
export const KINDS = ['DAILY', 'RESYNC', 'INITIAL'] as const satisfies readonly SyncRunKind[];

/** What needs a person, and what goes on, first. */
export const STATUSES = [
  'AWAITING_APPROVAL',
  'PLANNING',
  'RUNNING',
  'PLANNED',
  'FAILED',
  'PARTIAL',
  'SUCCEEDED',
  'CANCELLED',
] as const satisfies readonly SyncRunStatus[];

/** The gravest first. */
export const ACTIONS = [
  'REMOVE',
  'CONFLICT',
  'RENAME',
  'LINK',
  'UPDATE',
  'REINSTATE',
  'CREATE',
  'NONE',
] as const satisfies readonly SyncAction[];

/** What needs a person first. */
export const OUTCOMES = [
  'HELD',
  'FAILED',
  'PENDING',
  'APPLIED',
  'SKIPPED',
] as const satisfies readonly SyncItemOutcome[];

const DIALOGS = ['apply', 'cancel'] as const;

/** Reads the address of `/runs`; what it does not know is ignored. */
export const runsSearch = (raw: Record<string, unknown>): RunsSearch => ({
  kind: listParam(raw, 'kind', KINDS),
  status: listParam(raw, 'status', STATUSES),
});

/** Reads the address of `/runs/:id`; what it does not know is ignored. */
export const runSearch = (raw: Record<string, unknown>): RunSearch => ({
  action: listParam(raw, 'action', ACTIONS),
  outcome: listParam(raw, 'outcome', OUTCOMES),
  q: textParam(raw, 'q'),
  dialog: oneOfParam(raw, 'dialog', DIALOGS),
});
