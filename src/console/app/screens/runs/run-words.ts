import type { RunSummaryFragment } from '../../generated/documents';
import { changedBy, formatNumber, type Totals } from '../../words/words';

/** Whether the run still goes on by itself. */
export const isActive = ({ status }: { readonly status: string }): boolean =>
  status === 'PLANNING' || status === 'RUNNING';

/** Whether the run can still be ended. */
export const isOpen = (run: { readonly status: string }): boolean =>
  isActive(run) || run.status === 'PLANNED' || run.status === 'AWAITING_APPROVAL';

/** Whether the run waits because a portal listed far fewer drivers than before: nothing was planned. */
export const waitsForListing = (run: RunSummaryFragment): boolean =>
  run.status === 'AWAITING_APPROVAL' && run.problem !== null && run.totals.held === 0;

const PARTS: readonly (readonly [key: keyof Totals, word: string])[] = [
  ['remove', 'to remove'],
  ['rename', 'with another DriverID'],
  ['update', 'to update'],
  ['link', 'to link'],
  ['reinstate', 'to bring back'],
  ['create', 'to create'],
  ['conflict', 'in conflict'],
];

/** The plan of a run in one line, the gravest first. */
export function planLine(totals: Totals): string {
  const parts = PARTS.filter(([key]) => totals[key] > 0).map(
    ([key, word]) => `${formatNumber(totals[key])} ${word}`,
  );
  if (parts.length > 0) return parts.join(' · ');
  // What a guard held between two runs is in no plan.
  return totals.held > 0 ? 'Only what a guard holds' : 'Nothing to change';
}

/** What came of a run so far, in one line; null as long as nothing has. */
export function resultLine(totals: Totals): string | null {
  const parts = [
    ...(totals.applied > 0
      ? [
          `${formatNumber(totals.applied)} of ${formatNumber(Math.max(changedBy(totals), totals.applied))} done`,
        ]
      : []),
    ...(totals.failed > 0 ? [`${formatNumber(totals.failed)} failed`] : []),
    ...(totals.held > 0 ? [`${formatNumber(totals.held)} waiting for approval`] : []),
    ...(totals.rejected > 0 ? [`${formatNumber(totals.rejected)} rejected`] : []),
  ];
  return parts.length === 0 ? null : parts.join(' · ');
}

/** How long a run took, "42 s" or "3 min 10 s"; null while it goes on. */
export function runLength({ startedAt, finishedAt }: RunSummaryFragment): string | null {
  if (finishedAt === null) return null;
  const seconds = Math.max(0, Math.round((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
