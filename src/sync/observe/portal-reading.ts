import { PortalError, type PortalName } from '../../driver/ports/portal-error';
import type { AccountOwner } from '../account/account-owner';
import { noteFailure } from '../account/portal-health';
import type { Observation } from '../ports/roster-store';
import { backoffMs } from '../reconcile/retry';

/** Draws the ticket of a request that is sent now. */
export async function observeNow(owner: Pick<AccountOwner, 'context'>): Promise<Observation> {
  const { store, clock } = owner.context;
  return { ticket: await store.drawTicket(), at: clock.now() };
}

/**
 * Reads a portal, and says when it is read next: after `everyMs`, or later and later while it fails. A portal's failure is
 * stored as health and not thrown; any other failure is.
 */
export async function readingPortal(
  owner: AccountOwner,
  portal: PortalName,
  everyMs: number,
  read: () => Promise<void>,
): Promise<void> {
  try {
    await read();
  } catch (error) {
    await postponeReading(owner, portal, everyMs, error);
    if (!(error instanceof PortalError)) throw error;
    owner.context.logger.warn(
      {
        account: owner.account.id,
        portal,
        operation: error.operation,
        kind: error.kind,
        reason: error.causeInWords,
      },
      'a portal was not read',
    );
  }
}

async function postponeReading(
  owner: AccountOwner,
  portal: PortalName,
  everyMs: number,
  error: unknown,
): Promise<void> {
  const told = error instanceof PortalError ? (error.retryAfterMs ?? 0) : 0;
  const restMs =
    error instanceof PortalError ? await noteFailure(owner.context, owner.account.id, error) : null;
  await owner.transaction('bulk', async (tx) => {
    const { failures } = await tx.rosters.state(portal);
    const waitMs = Math.max(Math.min(everyMs, backoffMs(failures)), told, restMs ?? 0);
    await tx.rosters.setState(portal, {
      nextReadAt: owner.context.clock.now() + waitMs,
      failures: failures + 1,
      lastFailure: failureInWords(error),
    });
  });
}

// The words of an error of our own are for the log: it has an activity of its own in health.
const failureInWords = (error: unknown): string =>
  error instanceof PortalError
    ? `${error.operation}: ${error.causeInWords}`
    : 'the gateway failed at its own work';
