import { randomUUID } from 'node:crypto';
import type { DriveriDriver } from '../../driver/driveri-driver';
import { phoneDigits } from '../../driver/field-mapping';
import type { AccountOwner } from '../account/account-owner';
import type { IntentRow, NewIntent } from '../ports/intent-store';
import { touchedIds, type Decided, type Look } from './look';
import { postponeDrivers } from './settle';

/** An intent that was stored, with what it came from. */
export interface Intended {
  readonly intent: IntentRow;
  readonly decided: Decided;
  /** The digits to send; an empty string clears. */
  readonly phone: string;
}

/** How soon a driver whose intent was not admitted is looked at again. */
const NOT_ADMITTED_MS = 500;

/**
 * Stores the intents of a wave, in one transaction that admits a driver only if its generation is the one that was looked at and
 * the sync is on under the same epoch (R10). A driver that is not admitted stays due.
 */
export async function intend(
  owner: AccountOwner,
  look: Look,
  wave: readonly Decided[],
  urgency: 'urgent' | 'bulk',
): Promise<readonly Intended[]> {
  if (wave.length === 0) return [];
  const made = wave.map((decided) => ({ decided, intent: makeIntent(owner, look, decided) }));
  return owner.transaction(urgency, async (tx, state) => {
    const now = owner.context.clock.now();
    if (!state.enabled || state.epoch !== look.state.epoch) return [];
    const { halted, going } = splitHalted(state.putHalted, made);
    const opened = await tx.intents.open(
      going.map(({ decided, intent }) => toNew(look, decided, intent)),
      now,
    );
    const refused = going.filter(({ intent }) => !opened.has(intent.id));
    const waiting = (those: typeof made, waitMs: number) =>
      those.map(({ decided: { row } }) => ({
        row,
        dueAt: now + waitMs,
        attempts: row.attempts,
        problem: null,
      }));
    await postponeDrivers(
      tx,
      [...waiting(halted, owner.context.settings.probeMs), ...waiting(refused, NOT_ADMITTED_MS)],
      now,
    );
    return going
      .filter(({ intent }) => opened.has(intent.id))
      .map(({ decided, intent }) => ({
        decided,
        intent: { ...intent, state: 'sending' as const, answered: false },
        phone: phoneOf(look, decided),
      }));
  });
}

/** UNEXPECTED_CHANGE: no PUT goes out. Creations and removals send what they send as a whole. */
function splitHalted<Made extends { readonly decided: Decided }>(
  isHalted: boolean,
  made: readonly Made[],
): { readonly halted: Made[]; readonly going: Made[] } {
  const isPut = ({ decided }: Made): boolean =>
    decided.plan.step.kind === 'update' || decided.plan.step.kind === 'rename';
  return {
    halted: made.filter((one) => isHalted && isPut(one)),
    going: made.filter((one) => !(isHalted && isPut(one))),
  };
}

function toNew(look: Look, decided: Decided, intent: Omit<IntentRow, 'state' | 'answered'>): NewIntent {
  return { intent, driverIds: touchedIds(look, decided), generation: decided.row.generation };
}

function makeIntent(
  owner: AccountOwner,
  look: Look,
  decided: Decided,
): Omit<IntentRow, 'state' | 'answered'> {
  const { plan, gpsId } = decided;
  const { gps } = look.fleet.situationOf(gpsId);
  return newIntent(owner, {
    gpsId,
    epoch: look.state.epoch,
    action: plan.step.kind === 'remove' ? 'REMOVE' : plan.action,
    step: plan.step,
    phoneHash: gps.presence === 'present' ? gps.phoneHash : null,
    before: beforeOf(look, decided),
    changes: plan.changes,
  });
}

function beforeOf(look: Look, { gpsId, plan }: Decided): DriveriDriver | null {
  if (plan.step.kind === 'create') return null;
  if (plan.step.kind === 'rename') return look.fleet.driveri(plan.step.from);
  return look.fleet.situationOf(gpsId).x;
}

/** An intent to write something now; it is sent within `sendWithinMs`, and never after the ownership's expiry (R13). */
export function newIntent(
  owner: AccountOwner,
  what: Omit<IntentRow, 'id' | 'state' | 'answered' | 'fence' | 'sendBefore' | 'createdAt'>,
): Omit<IntentRow, 'state' | 'answered'> {
  return {
    ...what,
    id: randomUUID(),
    fence: owner.held.ownership.fence,
    sendBefore: Math.floor(owner.held.sendBefore(owner.context.settings.sendWithinMs)),
    createdAt: owner.context.clock.now(),
  };
}

function phoneOf(look: Look, { gpsId }: Decided): string {
  const { gps } = look.fleet.situationOf(gpsId);
  return gps.presence === 'present' ? (phoneDigits(gps.driver.phone) ?? '') : '';
}
