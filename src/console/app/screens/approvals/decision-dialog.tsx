import { useState } from 'react';
import { useAction } from '../../api/use-action';
import {
  APPROVE_RUN,
  REJECT_ITEMS,
  type HeldRowFragment,
  type PlanDifferenceRowFragment,
} from '../../generated/documents';
import { useDraft } from '../../session/draft';
import { useViewer } from '../../session/viewer';
import { Confirm } from '../../ui/dialog';
import { Field } from '../../ui/field';
import { useToasts } from '../../ui/toasts';
import { StaleDialog } from '../../ui/what-differs';
import { countOf, formatNumber } from '../../words/words';
import type { Decision } from './approvals-search';
import { approvalLines, byRun, rejectionLines, whyNotNow } from './held-words';

const NAMED = 8;

/** As many characters as the gateway takes for a reason. */
const REASON_LENGTH = 500;

/** What could not be approved because it is different by now, beside what could. */
interface Stale {
  readonly decided: readonly string[];
  readonly differences: readonly PlanDifferenceRowFragment[];
}

/** Says what the decision does, and asks for the yes. `onDone` hears which items are decided, also when some could not be. */
export function DecisionDialog(props: {
  readonly decision: Decision;
  readonly items: readonly HeldRowFragment[];
  readonly onDone: (decided: readonly string[]) => void;
  readonly close: () => void;
}) {
  const { decision, items, onDone, close } = props;
  const { may } = useViewer();
  const { show, showRefusals } = useToasts();
  const approve = useAction(APPROVE_RUN, { showsRefusals: false });
  const reject = useAction(REJECT_ITEMS);
  const [reason, setReason, clearReason] = useDraft('reason-of-rejection', '');
  const [stale, setStale] = useState<Stale | null>(null);
  const isApproval = decision === 'approve';
  if (stale !== null)
    return <StaleDialog differences={stale.differences} close={() => onDone(stale.decided)} />;
  if (may.write !== null || (isApproval && whyNotNow(items) !== null)) return null;
  const decide = async (): Promise<void> => {
    const decided: string[] = [];
    const differences: PlanDifferenceRowFragment[] = [];
    const approveItems = async (id: string, ids: readonly string[]): Promise<boolean> => {
      const payload = (await approve.run({ id, items: [...ids] }))?.approveSyncRun;
      if (payload === undefined) return false;
      differences.push(...payload.planDifferences);
      // What differs is shown in full below.
      return payload.planDifferences.length === 0 && !showRefusals(payload.userErrors);
    };
    const rejectItems = async (id: string, ids: readonly string[]): Promise<boolean> =>
      (await reject.run({ id, items: [...ids], reason: reason.trim() === '' ? null : reason })) !== null;
    // One run after the other: while one is carried out, another one may have to wait, and says so.
    for (const [id, held] of byRun(items)) {
      const ids = held.map((item) => item.id);
      if (await (isApproval ? approveItems : rejectItems)(id, ids)) decided.push(...ids);
    }
    if (decided.length > 0) {
      if (!isApproval) clearReason();
      show({
        tone: 'good',
        text: `${countOf(decided.length, 'change')} ${isApproval ? 'approved' : 'rejected'}.`,
      });
    }
    if (differences.length > 0) setStale({ decided, differences });
    else onDone(decided);
  };
  return (
    <Confirm
      title={`${isApproval ? 'Approve' : 'Reject'} ${countOf(items.length, 'change')}?`}
      lines={
        isApproval
          ? [
              ...approvalLines(items),
              'Both portals are read again first. When a driver is different by now, nothing is written and you are told.',
            ]
          : rejectionLines(items)
      }
      yes={isApproval ? 'Approve' : 'Reject'}
      kind={isApproval && !items.some(({ action }) => action === 'REMOVE') ? 'primary' : 'danger'}
      isPending={approve.isRunning || reject.isRunning}
      onYes={() => void decide()}
      onNo={close}
    >
      <p className="fine">
        {items.slice(0, NAMED).map(({ id, driverName }, place) => (
          <span key={id}>
            {place > 0 ? ', ' : ''}
            <bdi>{driverName}</bdi>
          </span>
        ))}
        {items.length > NAMED ? ` and ${formatNumber(items.length - NAMED)} more` : ''}
      </p>
      {isApproval ? null : (
        <Field
          label="Reason"
          name="reason"
          value={reason}
          onChange={setReason}
          maxLength={REASON_LENGTH}
          hint="Optional. Everybody who looks at these changes, or at the activity, can read it."
        />
      )}
    </Confirm>
  );
}
