import type { SyncAccount, SyncContext } from '../sync-context';
import { OwnershipLost } from '../ports/ownership-store';
import type { AccountOwner } from './account-owner';
import type { HeldOwnership } from './held-ownership';

/** An owner with what goes on beside its loop. */
export interface RunningOwner extends AccountOwner {
  /** Nothing goes on in the background. */
  isIdle(): boolean;
  /** Resolves at the next wake-up, at the end of something in the background, or after `ms`. */
  pause(ms: number): Promise<void>;
  /** Resolves when nothing goes on in the background any more. */
  settled(): Promise<void>;
}

/** The process that holds this ownership, as the account's owner. */
export function createOwner(context: SyncContext, account: SyncAccount, held: HeldOwnership): RunningOwner {
  const underWay = new Set<Promise<void>>();
  let isAwake = false;
  let wakeUp: (() => void) | null = null;

  const rouse = (): void => {
    isAwake = true;
    wakeUp?.();
  };
  const wake = (): void => {
    owner.noneFreeUntil = 0;
    rouse();
  };
  const owner: RunningOwner = {
    context,
    account,
    held,
    busy: new Set(),
    attempts: new Map(),
    atWork: new Set(),
    bulkInFlight: 0,
    restUntil: 0,
    noneFreeUntil: 0,
    wake,
    async transaction(urgency, work) {
      try {
        return await context.gate.run(account.id, urgency, () => context.store.owned(held.ownership, work));
      } catch (error) {
        if (error instanceof OwnershipLost) held.lose();
        throw error;
      }
    },
    read: (urgency, work) =>
      context.gate.run(account.id, urgency, () => context.store.read(account.id, work)),
    readOnce: (urgency, work) =>
      context.gate.run(account.id, urgency, () => context.store.readOnce(account.id, work)),
    background(name, work) {
      const done = work()
        .catch((error: unknown) => {
          // After a loss everything fails, and the new owner goes on.
          if (error instanceof OwnershipLost || !held.holds()) return;
          context.logger.error(
            { account: account.id, activity: name, err: error },
            'an activity of the owner failed',
          );
        })
        .finally(() => {
          underWay.delete(done);
          // A look at drivers is no news to itself: it would look again and again at those that something else is busy with.
          if (name === 'drivers') rouse();
          else wake();
        });
      underWay.add(done);
    },
    isIdle: () => underWay.size === 0,
    async pause(ms) {
      if (!isAwake) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          wakeUp = resolve;
          timer = setTimeout(resolve, ms);
        });
        clearTimeout(timer);
        wakeUp = null;
      }
      isAwake = false;
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
  return owner;
}
