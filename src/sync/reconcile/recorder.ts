import { PortalError } from '../../driver/ports/portal-error';
import type { GpsId } from '../../driver/ids';
import { planDriver } from '../../driver/plan/plan-driver';
import type { AccountOwner } from '../account/account-owner';
import { noteFailure } from '../account/portal-health';
import type { AccountState } from '../ports/account-store';
import type { IntentRow } from '../ports/intent-store';
import { OwnershipLost } from '../ports/ownership-store';
import type { SyncTransaction } from '../ports/sync-store';
import { guardPlan } from './guard';
import { storeKeptBack, type KeptBack } from './kept-back';
import type { Decided, Look } from './look';
import { recordWrites, type SettleAfter } from './record';
import type { ConfirmedWrite } from './writing-step';
import { backoffMs } from './retry';
import { postponeDrivers, settleDrivers, settlingOf, type Postponing, type Settling } from './settle';
import { suspectUnsentFields } from './unexpected-change';

/** What the driver was looked at with; an intent that was found open has none, and its driver is looked at again. */
export interface Background {
  readonly look: Look;
  readonly decided: Decided;
}

/** What came of a write, or of a reading that had to come first. */
export type Outcome =
  | { readonly kind: 'confirmed'; readonly write: ConfirmedWrite; readonly background: Background | null }
  /** Not sent, or refused as a whole, or given up: the intent closes without an event. */
  | { readonly kind: 'without-effect'; readonly intent: IntentRow }
  /** It is not known whether it had its effect: looked up again. */
  | {
      readonly kind: 'unknown';
      readonly intent: IntentRow;
      readonly checkAt: number;
      /** Driveri answered that it took the write. */
      readonly answered?: boolean;
    }
  /** Driveri does not take these fields as they are sent. */
  | {
      readonly kind: 'kept-back';
      readonly gpsId: GpsId;
      readonly fields: Readonly<Record<string, KeptBack>>;
    }
  | { readonly kind: 'postponed'; readonly postponing: Postponing }
  | { readonly kind: 'settled'; readonly settling: Settling }
  | { readonly kind: 'portal-failure'; readonly error: PortalError };

/** Gathers outcomes while a transaction is under way, and stores them a handful at a time. */
export interface Recorder {
  /** Resolves when these are stored, all in one transaction. Never rejects but with `OwnershipLost`. */
  add(outcomes: readonly Outcome[]): Promise<void>;
}

/** How many entries one transaction stores. */
const HANDFUL = 60;

interface Entry {
  readonly outcomes: readonly Outcome[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export function createRecorder(owner: AccountOwner): Recorder {
  const waiting: Entry[] = [];
  let working = false;

  async function work(): Promise<void> {
    working = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, HANDFUL);
      try {
        await storeOrSplit(owner, batch);
      } catch (error) {
        for (const entry of batch) entry.reject(error);
      }
    }
    working = false;
  }
  return {
    add: (outcomes) =>
      new Promise((resolve, reject) => {
        waiting.push({ outcomes, resolve, reject });
        if (!working) void work();
      }),
  };
}

/** One entry that cannot be stored must not keep the others from it: then each is stored alone. */
async function storeOrSplit(owner: AccountOwner, batch: readonly Entry[]): Promise<void> {
  try {
    await store(
      owner,
      batch.flatMap((entry) => entry.outcomes),
    );
    for (const entry of batch) entry.resolve();
  } catch (error) {
    if (error instanceof OwnershipLost || !owner.held.holds()) throw error;
    if (batch.length > 1) {
      for (const entry of batch) await storeOrSplit(owner, [entry]);
      return;
    }
    owner.context.logger.error({ account: owner.account.id, err: error }, 'an outcome could not be stored');
    await postponeFailed(owner, batch[0]?.outcomes ?? []);
    for (const entry of batch) entry.resolve();
  }
}

/** What cannot be stored is left as it is: an open intent is found out later, and the driver is tried again. */
async function postponeFailed(owner: AccountOwner, outcomes: readonly Outcome[]): Promise<void> {
  const now = owner.context.clock.now();
  const checks = outcomes.flatMap((outcome) =>
    outcome.kind === 'confirmed' ? [{ id: outcome.write.intent.id, checkAt: now + 60_000 }] : [],
  );
  owner.restUntil = now + backoffMs(0);
  await owner
    .transaction('bulk', (tx) => tx.intents.suspend(checks))
    .catch((error: unknown) => {
      owner.context.logger.error(
        { account: owner.account.id, err: error },
        'an intent could not be suspended',
      );
    });
}

async function store(owner: AccountOwner, outcomes: readonly Outcome[]): Promise<void> {
  await noteFailures(owner, outcomes);
  const isUrgent = outcomes.some(
    (it) => it.kind === 'confirmed' && it.background?.decided.row.urgent === true,
  );
  const settled: GpsId[] = [];
  await owner.transaction(isUrgent ? 'urgent' : 'bulk', (tx, state) =>
    storeIn(tx, owner, state, outcomes, settled),
  );
  for (const id of settled) owner.attempts.delete(id);
  for (const outcome of outcomes) {
    if (outcome.kind === 'confirmed') await suspectUnsentFields(owner, outcome.write);
  }
}

async function storeIn(
  tx: SyncTransaction,
  owner: AccountOwner,
  state: AccountState,
  outcomes: readonly Outcome[],
  settled: GpsId[],
): Promise<void> {
  const now = owner.context.clock.now();
  const of = <Kind extends Outcome['kind']>(kind: Kind) =>
    outcomes.filter((outcome): outcome is Extract<Outcome, { kind: Kind }> => outcome.kind === kind);
  const closing = of('without-effect').map(({ intent }) => intent.id);
  await tx.intents.close(closing, 'none');
  await tx.intents.suspend(
    of('unknown').map(({ intent, checkAt, answered = false }) => ({ id: intent.id, checkAt, answered })),
  );
  await storeKeptBack(tx, of('kept-back'), now);
  const confirmed = of('confirmed');
  const backgrounds = new Map(confirmed.map(({ write, background }) => [write.intent.id, background]));
  const settleAfter: SettleAfter = (write, link) => {
    const background = backgrounds.get(write.intent.id) ?? null;
    const settling = background === null ? null : restAfter(owner, background, write, link);
    if (settling !== null) settled.push(settling.gpsId);
    return settling;
  };
  await recordWrites(
    tx,
    owner.account,
    state,
    confirmed.map(({ write }) => write),
    settleAfter,
    now,
  );
  const settlings = of('settled').map(({ settling }) => settling);
  settled.push(...settlings.map((settling) => settling.gpsId));
  await tx.events.append([
    ...(await settleDrivers(tx, owner.account, state, settlings, now)),
    ...(await postponeDrivers(
      tx,
      of('postponed').map(({ postponing }) => postponing),
      now,
    )),
  ]);
}

/** Whether the driver comes to rest: its next plan, made from what the read has shown, has no step. */
function restAfter(
  owner: AccountOwner,
  { look, decided }: Background,
  { intent, confirmation }: ConfirmedWrite,
  link: Parameters<SettleAfter>[1],
): Settling | null {
  const { fleet } = look;
  fleet.applyStep(intent.gpsId, intent.step);
  if (link !== null) fleet.observe(confirmation.driver, link);
  const situation = fleet.situationOf(intent.gpsId);
  const raw = planDriver(situation);
  const gpsVersion = look.gps.get(intent.gpsId)?.version ?? null;
  const plan = guardPlan(raw, situation, decided.row, owner.context.clock.now(), gpsVersion);
  if (plan.step.kind !== 'none') return null;
  return settlingOf(look, owner.account, { ...decided, plan, raw });
}

/** One line of health for each kind of failure, however many drivers met it. */
async function noteFailures(owner: AccountOwner, outcomes: readonly Outcome[]): Promise<void> {
  const errors = new Map<string, PortalError>();
  for (const outcome of outcomes) {
    if (outcome.kind === 'portal-failure')
      errors.set(`${outcome.error.portal} ${outcome.error.kind}`, outcome.error);
  }
  for (const error of errors.values()) {
    const restMs = await noteFailure(owner.context, owner.account.id, error);
    if (restMs !== null) owner.restUntil = Math.max(owner.restUntil, owner.context.clock.now() + restMs);
  }
}
