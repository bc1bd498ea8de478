import { holdText, type HoldKind } from '../../driver/guard/hold';
import type { RunId } from '../../driver/ids';
import type { Actor, CommandResult } from '../../gateway/commands';
import { plainTextProblem } from '../../driver/plain-text';
import { massChangeDecided } from '../run/mass-change-health';
import { decisionEvents } from '../run/run-event';
import type { HeldFor, RunItemRow } from '../ports/run-store';
import type { SyncTransaction } from '../ports/sync-store';
import { accountOf, callOwner, type SyncContext } from '../sync-context';

const refuse = (code: string, message: string, field: readonly string[] = ['id']): CommandResult<RunId> => ({
  value: null,
  userErrors: [{ code, message, field }],
});

/** What a person may say about why they reject something: one line, kept with the decision and in the log. */
const REASON = { label: 'The reason', maxLength: 500 } as const;

/**
 * Refuses HELD items: until GPS says something else of the driver, or a person asks again. The reason is kept with each of
 * them; null, and nothing but spaces, means that there is none.
 */
export async function rejectItems(
  context: SyncContext,
  actor: Actor,
  id: RunId,
  itemIds: readonly string[],
  why: string | null = null,
): Promise<CommandResult<RunId>> {
  const reason = (why ?? '').normalize('NFC').trim() || null;
  const unfit = reason === null ? null : plainTextProblem(reason, REASON);
  if (unfit !== null) return refuse(unfit.code, unfit.message, ['reason']);
  const account = accountOf(context, actor.account);
  const result = await context.store.transaction(account.id, async (tx) => {
    const run = await tx.runs.lock(id);
    if (run === null) return refuse('NOT_FOUND', 'There is no such run. Take the id from `syncRuns`.');
    const asked = new Set(itemIds);
    const held = (await tx.runs.items(id, ['HELD'])).filter((item) => asked.has(item.id));
    const found = new Set(held.map((item) => item.id));
    const unknown = itemIds.filter((itemId) => !found.has(itemId));
    if (unknown.length > 0)
      return refuse('NOT_FOUND', `The run holds no such item: ${unknown.join(', ')}.`, ['items']);
    const now = context.clock.now();
    const decision = { by: actor.userId, at: now, reason };
    const removing = held.filter((item) => item.action === 'REMOVE').map((item) => item.gpsId);
    const open = [...(await tx.removals.openOf(removing)).values()];
    const ids = open.map((row) => row.id);
    const moved = await tx.removals.move(
      ids,
      ['proposed', 'held', 'allowed', 'approved'],
      'rejected',
      now,
      id,
    );
    if (moved.size < open.filter((row) => row.state !== 'rejected').length)
      return refuse('TOO_LATE', 'A removal is on its way to Driveri already. Undo it from the log.', [
        'items',
      ]);
    await rejectHolds(tx, held);
    await tx.runs.updateItems(
      held.map((item) => item.id),
      { outcome: 'SKIPPED', rejected: true, decision },
    );
    const counts = await tx.runs.outcomeCounts(id);
    if (run.status === 'AWAITING_APPROVAL' && counts.HELD === 0 && counts.PENDING === 0) {
      await tx.runs.update(id, { status: 'RUNNING', deadlineAt: now + context.settings.runDeadlineMs });
    }
    await tx.work.touch(
      held.map((item) => item.gpsId),
      now,
    );
    await tx.drivers.refresh(
      held.map((item) => item.gpsId),
      [],
      now,
    );
    await tx.events.append([
      ...decisionEvents(id, held, 'ITEM_REJECTED', decision),
      ...(await massChangeDecided(
        tx,
        held.map(({ heldFor }) => heldFor),
        now,
      )),
    ]);
    return { value: id, userErrors: [] };
  });
  if (result.value !== null) await callOwner(context, account.id);
  return result;
}

const KIND: { readonly [Reason in HeldFor]: HoldKind | null } = {
  removal: null, // the removal's own row says so
  identity: 'identity',
  'mass-change': 'mass-change',
  'suspicious-driver-id': 'suspicious',
};

/** In a transaction: the rejected changes wait as long as GPS says the same of these drivers. */
async function rejectHolds(tx: SyncTransaction, items: readonly RunItemRow[]): Promise<void> {
  const gps = await tx.rosters.gpsDrivers(items.map(({ gpsId }) => gpsId));
  await tx.work.setHolds(
    new Map(
      items.flatMap(({ gpsId, heldFor }) => {
        const kind = heldFor === null ? null : KIND[heldFor];
        const gpsVersion = gps.get(gpsId)?.entry.version;
        if (kind === null || gpsVersion === undefined) return [];
        return [[gpsId, holdText({ state: 'rejected', kind, gpsVersion })] as const];
      }),
    ),
  );
}
