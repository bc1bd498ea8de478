import { setTimeout as sleep } from 'node:timers/promises';
import { PortalError, type PortalErrorDetails } from '../../driver/ports/portal-error';
import type { Actor, CommandResult } from '../../gateway/commands';
import { traceParent } from '../../platform/tracing';
import { callOwner, type SyncContext } from '../sync-context';
import type { OwnerCommand } from './owner-command';

/** The owner's answer, as it travels between processes. */
export type OwnerAnswer =
  | { readonly result: CommandResult<unknown> }
  | { readonly portalError: Omit<PortalErrorDetails, 'cause'> }
  | { readonly failed: true };

/** How often the caller looks for the answer. */
const LOOK_EVERY_MS = 40;

/**
 * Has the account's owner carry out a command, with the sync on or off, and waits for its answer. Throws `PortalError` when the
 * owner met one. Without an answer in time the request is withdrawn: BUSY.
 */
export async function askOwner<Value>(
  context: SyncContext,
  actor: Actor,
  command: OwnerCommand,
): Promise<CommandResult<Value>> {
  const { requests } = context.store;
  const { kind, ...payload } = command;
  const request = { kind, actor: actor.userId, payload, trace: traceParent() };
  const id = await requests.ask(actor.account, request, context.clock.now());
  await callOwner(context, actor.account);
  const startedAt = performance.now();
  for (;;) {
    const found = await requests.answerOf(actor.account, id);
    if (found !== null) return readAnswer<Value>(found.answer as OwnerAnswer); // only `answerRequests` writes it
    if (performance.now() - startedAt > context.settings.answerWithinMs) {
      await requests.withdraw(actor.account, id);
      return BUSY;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

const BUSY: CommandResult<never> = {
  value: null,
  userErrors: [
    {
      code: 'BUSY',
      message:
        'The account is busy, or no worker is running. Nothing was decided. Try again in a minute; if it stays, check that a worker process runs.',
    },
  ],
};

function readAnswer<Value>(answer: OwnerAnswer): CommandResult<Value> {
  if ('result' in answer) return answer.result as CommandResult<Value>; // the command's own type, through JSON
  if ('portalError' in answer) throw new PortalError(answer.portalError);
  throw new Error('the owner of the account failed to carry out the command; its log has the cause');
}
