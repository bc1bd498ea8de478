import { PortalError } from '../../driver/ports/portal-error';
import { attemptOf, type AccountOwner } from '../account/account-owner';
import { confirmWrite } from './confirm';
import type { Intended } from './intend';
import { outcomesOfFailure } from './judge-outcome';
import type { Look } from './look';
import type { Background, Outcome, Recorder } from './recorder';
import { isRefusal, outcomesOfRefusal } from './refused-parts';
import { send } from './send';
import { admitPut } from './unexpected-change';
import { writingStep } from './writing-step';

/** How soon a write that no read shows yet is looked up again. */
const LOOK_AGAIN_MS = 250;

/**
 * Sends the intents of a wave side by side, confirms each by a read, and hands what came of it to the recorder. PUTs go one by
 * one until one has shown that it leaves alone what it was not sent.
 */
export async function carryOut(
  owner: AccountOwner,
  recorder: Recorder,
  look: Look,
  wave: readonly Intended[],
): Promise<void> {
  await Promise.all(
    wave.map((one) =>
      admitPut(
        owner,
        one.intent,
        () => carryOutOne(owner, recorder, look, one),
        () => recorder.add([{ kind: 'without-effect', intent: one.intent }]),
      ),
    ),
  );
}

async function carryOutOne(
  owner: AccountOwner,
  recorder: Recorder,
  look: Look,
  intended: Intended,
): Promise<void> {
  const { intent } = intended;
  owner.atWork.add(intent.id);
  try {
    await recorder.add(await outcomesOf(owner, look, intended));
  } finally {
    owner.atWork.delete(intent.id);
  }
}

async function outcomesOf(
  owner: AccountOwner,
  look: Look,
  { intent, decided, phone }: Intended,
): Promise<readonly Outcome[]> {
  const { row } = decided;
  const background: Background = { look, decided };
  const attempt = attemptOf(owner, row.gpsId);
  attempt.steps += 1;
  try {
    await send(owner.account.driveri, writingStep(intent.step), phone, {
      sendBefore: intent.sendBefore,
      mayStart: owner.held.holds,
      urgency: row.urgent ? 'live' : 'bulk',
    });
  } catch (error) {
    const isNews = isSurprise(error) && attempt.refusals === 0;
    if (isRefusal(error, isNews)) return outcomesOfRefusal(owner, error, intent, background);
    if (!isNews) return outcomesOfFailure(owner, row, error, intent, background);
    // What Driveri has is not what the roster said: read directly, and plan again. Once.
    attempt.refusals += 1;
    attempt.distrustful = true;
    attempt.verified.clear();
    return [{ kind: 'without-effect', intent }];
  }
  attempt.verified.clear();
  attempt.distrustful = false;
  try {
    const confirmation = await confirmWrite(owner, intent, 'fresh');
    if (confirmation !== null) return [{ kind: 'confirmed', write: { intent, confirmation }, background }];
    const checkAt = owner.context.clock.now() + LOOK_AGAIN_MS;
    return [{ kind: 'unknown', intent, checkAt, answered: true }];
  } catch (error) {
    // The write was answered; only the read failed. What is there is found out.
    return outcomesOfFailure(owner, row, asUnknown(error), intent, background);
  }
}

/** Driveri refused, for certain without an effect: the DriverID is taken, or is not there. */
const isSurprise = (error: unknown): boolean =>
  error instanceof PortalError &&
  error.outcome === 'none' &&
  (error.kind === 'taken' || error.kind === 'not-found');

/** The same failure, of a call after which the effect of the write is not known. */
function asUnknown(error: unknown): unknown {
  if (!(error instanceof PortalError)) return error;
  const { portal, operation, kind, message, retryAfterMs, portalCode } = error;
  return new PortalError({
    portal,
    operation,
    kind,
    message,
    outcome: 'unknown',
    cause: error,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(portalCode === undefined ? {} : { portalCode }),
  });
}
