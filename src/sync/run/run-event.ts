import type { RunId } from '../../driver/ids';
import type { NewEvent } from '../ports/event-log';
import type { Decision, RunItemRow, RunRow } from '../ports/run-store';

/** An event about a run; its actor is the person who asked for the run. */
export function runEvent(
  run: Pick<RunRow, 'id' | 'requestedBy'>,
  type: NewEvent['type'],
  at: number,
  message: string,
): NewEvent {
  return { type, at, runId: run.id, actor: run.requestedBy, message };
}

/** One event for each held item that a person decided about: who decided what, and why when they gave a reason. */
export function decisionEvents(
  runId: RunId,
  items: readonly Pick<RunItemRow, 'gpsId' | 'action'>[],
  type: 'ITEM_APPROVED' | 'ITEM_REJECTED',
  decision: Decision,
): readonly NewEvent[] {
  const verdict = type === 'ITEM_APPROVED' ? 'approved' : 'rejected';
  return items.map(({ gpsId, action }) => ({
    type,
    at: decision.at,
    runId,
    gpsId,
    actor: decision.by,
    message: `The held ${action} was ${verdict}${decision.reason === null ? '' : `: ${decision.reason}`}`,
  }));
}
