import type { DriverId } from '../../driver/ids';
import { PortalError } from '../../driver/ports/portal-error';
import { attemptOf, type AccountOwner } from '../account/account-owner';
import type { IntentRow } from '../ports/intent-store';
import { outcomesOfFailure } from './judge-outcome';
import { spellingConflict, valuesOf, type KeptBack } from './kept-back';
import { partsOf } from './parts';
import type { Background, Outcome } from './recorder';
import { settlingOf } from './settle';
import { writingStep } from './writing-step';

/** Whether Driveri refused what was sent, for certain without an effect. `taken` counts when the roster does not know by whom. */
export const isRefusal = (error: unknown, isSurprise: boolean): error is PortalError =>
  error instanceof PortalError &&
  error.outcome === 'none' &&
  (error.kind === 'rejected' || (error.kind === 'taken' && !isSurprise));

/**
 * What a refused write means (engine.md, 8). Of several parts it is not known which one is wrong: they are sent one by one. A
 * part that is refused alone is the problem, and the others go on. A DriverID that is refused although no driver of the roster
 * has it is looked for in another spelling.
 */
export async function outcomesOfRefusal(
  owner: AccountOwner,
  error: PortalError,
  intent: IntentRow,
  background: Background,
): Promise<readonly Outcome[]> {
  const { look, decided } = background;
  const { row } = decided;
  const step = writingStep(intent.step);
  const attempt = attemptOf(owner, row.gpsId);
  const parts = partsOf(step);
  let twin: DriverId | null = null;
  if (parts.length > 1 && error.kind !== 'taken') {
    attempt.inParts = true;
    return [{ kind: 'without-effect', intent }];
  }
  if (step.kind === 'create' || step.kind === 'rename') {
    const wanted = step.kind === 'create' ? step.driverId : step.to;
    if (!attempt.listed && !isJustListed(owner, background)) {
      attempt.mustList = true;
      return [{ kind: 'without-effect', intent }];
    }
    twin = await spelledOtherwise(owner, wanted, step.kind === 'rename' ? step.from : null);
    if (twin !== null && step.kind === 'create') {
      const settling = settlingOf(look, owner.account, decided, spellingConflict(wanted, twin));
      return [
        { kind: 'without-effect', intent },
        { kind: 'settled', settling },
      ];
    }
  }
  const isWhole = step.kind !== 'update' && step.kind !== 'rename';
  if (isWhole || (error.kind === 'taken' && twin === null))
    return outcomesOfFailure(owner, row, error, intent, background);
  const also = twin === null ? {} : { twin };
  const fields = Object.entries(valuesOf(step, intent.phoneHash)).map(([field, sent]) => {
    const kept: KeptBack = { why: 'refused', sent, stored: null, said: error.message, ...also };
    return [field, kept] as const;
  });
  return [
    { kind: 'without-effect', intent },
    { kind: 'kept-back', gpsId: row.gpsId, fields: Object.fromEntries(fields) },
  ];
}

/** One listing serves every driver that is refused at about the same time. */
function isJustListed(owner: AccountOwner, { look }: Background): boolean {
  const { completeAt } = look.driveriRoster;
  const age = owner.context.clock.now() - (completeAt ?? -Infinity);
  return age >= 0 && age <= owner.context.settings.driveriPollMs;
}

/** A DriverID of the roster that is the wanted one but for case, Unicode form or spaces at its ends. */
async function spelledOtherwise(
  owner: AccountOwner,
  wanted: DriverId,
  own: DriverId | null,
): Promise<DriverId | null> {
  const found = await owner.read('bulk', (tx) => tx.rosters.driveriLike(wanted));
  return found.find((id) => id !== wanted && id !== own) ?? null;
}
