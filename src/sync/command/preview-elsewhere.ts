import type { RunId } from '../../driver/ids';
import type { Actor, CommandResult } from '../../gateway/commands';
import type { AccountOwner } from '../account/account-owner';
import { newRunId } from '../run/hold-run';
import { planElsewhere } from '../run/plan-elsewhere';

/**
 * A dry run while the account is connected to other portals than its rosters are about: what turning Driver Sync on with them
 * would do. Throws `PortalError`.
 */
export async function previewElsewhere(owner: AccountOwner, actor: Actor): Promise<CommandResult<RunId>> {
  const { account, context } = owner;
  const startedAt = context.clock.now();
  const plan = await planElsewhere(owner);
  const id = newRunId();
  // At once: nobody else may plan it, and a process that dies leaves nothing of it.
  await owner.transaction('urgent', async (tx) => {
    const now = context.clock.now();
    await tx.runs.insert({
      id,
      kind: 'RESYNC',
      dryRun: true,
      scope: null,
      requestedBy: actor.userId,
      status: 'PLANNED',
      startedAt,
      notBefore: 0,
      connection: account.fingerprint,
    });
    await tx.runs.addItems(id, plan.items);
    await tx.runs.update(id, { plannedAt: now, totals: plan.totals });
    await tx.runs.replaceDryRuns({ id, scope: null }, now);
  });
  return { value: id, userErrors: [] };
}
