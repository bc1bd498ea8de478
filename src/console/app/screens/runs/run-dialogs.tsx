import { useState } from 'react';
import { useAction } from '../../api/use-action';
import {
  APPROVE_RUN,
  CANCEL_RUN,
  type PlanDifferenceRowFragment,
  type RunSummaryFragment,
} from '../../generated/documents';
import { useViewer } from '../../session/viewer';
import { Confirm } from '../../ui/dialog';
import { useToasts } from '../../ui/toasts';
import { StaleDialog } from '../../ui/what-differs';
import { changedBy, countOf, describePlan, formatNumber } from '../../words/words';
import { isOpen, waitsForListing } from './run-words';
import type { RunDialog } from './runs-search';

/** Asks before a run is carried out or cancelled; shows nothing when that is not possible any more. */
export function RunDialogs(props: {
  readonly run: RunSummaryFragment;
  readonly dialog: RunDialog | undefined;
  readonly close: () => void;
}) {
  const { run, dialog, close } = props;
  const { may } = useViewer();
  if (may.write !== null) return null;
  if (dialog === 'cancel' && isOpen(run)) return <Cancel run={run} close={close} />;
  const canApply = run.status === 'PLANNED' || waitsForListing(run);
  return dialog === 'apply' && canApply ? <Apply run={run} close={close} /> : null;
}

interface Given {
  readonly run: RunSummaryFragment;
  readonly close: () => void;
}

function Cancel({ run, close }: Given) {
  const { show } = useToasts();
  const cancel = useAction(CANCEL_RUN);
  const yes = async (): Promise<void> => {
    const done = await cancel.run({ id: run.id });
    if (done !== null) show({ tone: 'good', text: 'The run is cancelled.' });
    close();
  };
  const left = changedBy(run.totals) - run.totals.applied - run.totals.failed;
  return (
    <Confirm
      title="Cancel this run?"
      lines={[
        run.totals.applied > 0
          ? `What is done stays done: ${countOf(run.totals.applied, 'driver')}.`
          : 'Nothing has been written by it.',
        ...(run.dryRun || left <= 0
          ? []
          : [
              `The run stops here, with ${formatNumber(left)} left. While Driver Sync is on, a later run plans them again.`,
            ]),
      ]}
      yes="Cancel the run"
      kind="danger"
      isPending={cancel.isRunning}
      onYes={() => void yes()}
      onNo={close}
    />
  );
}

function Apply({ run, close }: Given) {
  const { show, showRefusals } = useToasts();
  const approve = useAction(APPROVE_RUN, { showsRefusals: false });
  const [differences, setDifferences] = useState<readonly PlanDifferenceRowFragment[]>([]);
  const isShrunk = waitsForListing(run);
  const yes = async (): Promise<void> => {
    const payload = (await approve.run({ id: run.id }))?.approveSyncRun;
    if (payload !== undefined && payload.planDifferences.length > 0)
      return setDifferences(payload.planDifferences);
    if (payload !== undefined && !showRefusals(payload.userErrors))
      show({ tone: 'good', text: 'The run goes on.' });
    close();
  };
  if (differences.length > 0) return <StaleDialog differences={differences} close={close} />;
  return (
    <Confirm
      title={isShrunk ? 'Go on with the shorter list?' : 'Carry this plan out?'}
      lines={
        isShrunk
          ? [
              ...(run.problem === null ? [] : [run.problem.message]),
              'With your yes the new list is taken for the whole fleet, and the run plans from it. Removals still wait for approval.',
            ]
          : [
              ...describePlan(run.totals),
              'Both portals are read again first. When the plan would be another one by now, nothing is written.',
            ]
      }
      yes={isShrunk ? 'Go on' : 'Carry out'}
      isPending={approve.isRunning}
      onYes={() => void yes()}
      onNo={close}
    />
  );
}
