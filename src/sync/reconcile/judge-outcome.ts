import { PortalError } from '../../driver/ports/portal-error';
import type { AccountOwner } from '../account/account-owner';
import type { IntentRow } from '../ports/intent-store';
import type { WorkRow } from '../ports/work-store';
import type { Background, Outcome } from './recorder';
import { backoffMs, judgeFailure } from './retry';
import { settlingOf, type Postponing, type Problem } from './settle';

/**
 * What a failed portal call means: for the driver, for the intent if one is open, and for the account's health. `background`
 * null: the call was a reading, and the driver is tried again.
 */
export function outcomesOfFailure(
  owner: AccountOwner,
  row: WorkRow,
  error: unknown,
  intent: IntentRow | null,
  background: Background | null,
): readonly Outcome[] {
  const now = owner.context.clock.now();
  if (!(error instanceof PortalError)) return ownFailure(owner, row, error, intent, now);
  const { logger, settings } = owner.context;
  const verdict = judgeFailure(error, settings);
  logger.info(
    {
      account: owner.account.id,
      gpsId: row.gpsId,
      portal: error.portal,
      operation: error.operation,
      kind: error.kind,
      outcome: error.outcome,
      reason: error.causeInWords,
      then: verdict.then,
    },
    'a portal call for a driver failed',
  );
  const isUnknown = intent !== null && error.outcome === 'unknown';
  const failure: Outcome = { kind: 'portal-failure', error };
  const ofIntent: readonly Outcome[] =
    intent === null
      ? []
      : [isUnknown ? { kind: 'unknown', intent, checkAt: now + 1_000 } : { kind: 'without-effect', intent }];
  const postponed = (dueAt: number, attempts: number, problem: Problem | null): Outcome => ({
    kind: 'postponed',
    postponing: { row, dueAt, attempts, problem },
  });
  switch (verdict.then) {
    case 'wait':
      return [failure, ...ofIntent, postponed(now + verdict.waitMs, row.attempts, null)];
    case 'retry': {
      const { code, message } = verdict;
      const problem = { code, message, hint: 'The gateway tries again by itself.' };
      return [failure, ...ofIntent, postponed(now + backoffMs(row.attempts), row.attempts + 1, problem)];
    }
    case 'park': {
      const { code, message, hint } = verdict;
      // Of a write with unknown outcome nothing is given up: it is found out.
      if (isUnknown || background === null)
        return [
          failure,
          ...ofIntent,
          postponed(now + backoffMs(row.attempts), row.attempts + 1, { code, message, hint }),
        ];
      const { look, decided } = background;
      const settling = settlingOf(look, owner.account, decided, { code, message, hint });
      return [failure, ...ofIntent, { kind: 'settled', settling }];
    }
  }
}

/** A failure of our own code: it never hammers a portal, and the log has the cause. */
function ownFailure(
  owner: AccountOwner,
  row: WorkRow,
  error: unknown,
  intent: IntentRow | null,
  now: number,
): readonly Outcome[] {
  owner.context.logger.error(
    { account: owner.account.id, gpsId: row.gpsId, err: error },
    'a driver could not be reconciled',
  );
  const postponing = internalPostponing(row, now);
  if (intent === null) return [{ kind: 'postponed', postponing }];
  return [
    { kind: 'unknown', intent, checkAt: now + 1_000 },
    { kind: 'postponed', postponing },
  ];
}

/** A driver on which the gateway itself failed. */
export function internalPostponing(row: WorkRow, now: number): Postponing {
  return {
    row,
    dueAt: now + backoffMs(row.attempts),
    attempts: row.attempts + 1,
    problem: {
      code: 'INTERNAL',
      message: 'The gateway failed on this driver.',
      hint: `It is tried again. If it stays, the log of the gateway has the cause, under GPS driver ${row.gpsId}.`,
    },
  };
}
