import { PortalError } from '../../driver/ports/portal-error';
import type { AccountOwner } from '../account/account-owner';
import type { IntentRow } from '../ports/intent-store';
import { confirmWrite } from './confirm';
import { notStored } from './kept-back';
import type { Outcome, Recorder } from './recorder';
import { judgeFailure } from './retry';

/**
 * Intents that a crash, a time-out or a stale read has left open: each is looked up by a read. One of an older fence may still be
 * on the wire (R13): a read may prove that it happened, and nothing proves that it did not before its deadline, the longest time
 * of a request and the grace period are over.
 */
export async function checkIntents(owner: AccountOwner, recorder: Recorder): Promise<void> {
  const now = owner.context.clock.now();
  const open = await owner.read('bulk', (tx) => tx.intents.dueForCheck(now, [...owner.atWork]));
  await Promise.all(
    open.map(async (intent) => {
      owner.atWork.add(intent.id);
      try {
        await recorder.add(await lookUp(owner, intent));
      } finally {
        owner.atWork.delete(intent.id);
      }
    }),
  );
}

async function lookUp(owner: AccountOwner, intent: IntentRow): Promise<readonly Outcome[]> {
  const { clock, logger, settings } = owner.context;
  try {
    const confirmation = await confirmWrite(owner, intent, 'resumed');
    if (confirmation !== null)
      return [{ kind: 'confirmed', write: { intent, confirmation }, background: null }];
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    const { operation, kind, causeInWords: reason } = error;
    logger.info(
      { account: owner.account.id, gpsId: intent.gpsId, portal: error.portal, operation, kind, reason },
      'a write could not be looked up',
    );
    const verdict = judgeFailure(error, settings);
    const waitMs = verdict.then === 'wait' ? verdict.waitMs : 4_000;
    return [
      { kind: 'portal-failure', error },
      { kind: 'unknown', intent, checkAt: clock.now() + waitMs },
    ];
  }
  const now = clock.now();
  if (now <= givenUpAt(owner, intent)) {
    const waitedMs = Math.max(0, now - intent.createdAt);
    return [{ kind: 'unknown', intent, checkAt: now + Math.min(5_000, 250 + Math.round(waitedMs / 4)) }];
  }
  logger.warn(
    { account: owner.account.id, gpsId: intent.gpsId, action: intent.step.kind },
    'a write did not take effect',
  );
  const kept = intent.answered ? notStored(intent) : {};
  return [
    { kind: 'without-effect', intent },
    ...(Object.keys(kept).length === 0
      ? []
      : [{ kind: 'kept-back' as const, gpsId: intent.gpsId, fields: kept }]),
  ];
}

function givenUpAt(owner: AccountOwner, { createdAt, sendBefore, fence }: IntentRow): number {
  const { confirmGraceMs, requestTimeoutMs } = owner.context.settings;
  if (fence === owner.held.ownership.fence) return createdAt + confirmGraceMs;
  return sendBefore + requestTimeoutMs + confirmGraceMs;
}
