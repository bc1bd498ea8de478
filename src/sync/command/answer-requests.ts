import { PortalError } from '../../driver/ports/portal-error';
import type { Actor, CommandResult } from '../../gateway/commands';
import { inSpan } from '../../platform/tracing';
import type { AccountOwner } from '../account/account-owner';
import { OwnershipLost } from '../ports/ownership-store';
import type { OwnerRequest } from '../ports/request-store';
import { approveRun } from './approve-run';
import type { OwnerAnswer } from './ask-owner';
import type { OwnerCommand } from './owner-command';
import { previewElsewhere } from './preview-elsewhere';
import { turnOn } from './turn-on';
import { undoRemoval } from './undo-removal';

/** Carries out what API processes have asked for, one after the other, and stores the answers. */
export async function answerRequests(owner: AccountOwner): Promise<void> {
  const { id } = owner.account;
  const { requests } = owner.context.store;
  for (const request of await requests.open(id)) {
    const answer = await inSpan(
      `owner ${request.kind}`,
      { kind: 'consumer', origins: [request.trace], attributes: { account: id } },
      () => carryOut(owner, request),
    );
    await requests.answer(id, request.id, answer);
    owner.wake();
  }
}

async function carryOut(owner: AccountOwner, request: OwnerRequest): Promise<OwnerAnswer> {
  try {
    return { result: await perform(owner, request) };
  } catch (error) {
    if (error instanceof OwnershipLost || !owner.held.holds()) throw error; // the next owner carries it out
    if (error instanceof PortalError) return { portalError: detailsOf(error) };
    owner.context.logger.error(
      { account: owner.account.id, command: request.kind, err: error },
      'a command could not be carried out',
    );
    return { failed: true };
  }
}

function perform(owner: AccountOwner, request: OwnerRequest): Promise<CommandResult<unknown>> {
  const actor: Actor = { account: owner.account.id, userId: request.actor };
  const command = { kind: request.kind, ...(request.payload as object) } as OwnerCommand; // only `askOwner` writes it
  switch (command.kind) {
    case 'turn-on':
      return turnOn(owner, actor, command.reviewedRun);
    case 'approve-run':
      return approveRun(owner, actor, command.run, command.items);
    case 'preview-elsewhere':
      return previewElsewhere(owner, actor);
    case 'undo-removal':
      return undoRemoval(owner, actor, command.seq, command.force);
  }
}

function detailsOf(error: PortalError): Extract<OwnerAnswer, { portalError: unknown }>['portalError'] {
  const { portal, operation, kind, outcome, message, retryAfterMs, portalCode } = error;
  return {
    portal,
    operation,
    kind,
    outcome,
    message,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(portalCode === undefined ? {} : { portalCode }),
  };
}
