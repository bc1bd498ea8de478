import type { AccountConfig } from '../config/account-config';
import { accountId } from '../driver/ids';
import { attemptDelivery, type DeliveryParts } from './attempt-delivery';
import type { AccountTarget } from './ports/incident-store';
import type { NotificationQueue } from './ports/notification-queue';
import { targetsOf } from './target';

/** What handing on needs, besides what sending does. */
export interface NotificationRelayParts extends DeliveryParts {
  /**
   * Opened when the first account has a target. Left out where this is the only process: the queue could only hand it its own
   * work, so it sends directly.
   */
  readonly openQueue?: () => Promise<NotificationQueue>;
  /** How long a due notification is left to the queue before it is sent directly, in ms. */
  readonly queuePatienceMs: number;
}

/** Hands on what is due: to the queue, which spreads it over the processes; and what the queue did not do, it sends itself. */
export interface NotificationRelay {
  look(): Promise<void>;
  /** Resolves when this process sends nothing directly. */
  settled(): Promise<void>;
  /** Takes nothing more, and waits for the attempts under way. */
  stop(): Promise<void>;
}

/** Attempts of this process at a time. */
const CONCURRENCY = 5;

/** Notifications handed on in one look. */
const MOST = 200;

/** Makes the relay of this process; the queue is never the only road. */
export function createNotificationRelay(parts: NotificationRelayParts): NotificationRelay {
  /** Notifications that this process sends directly, and those whose turn comes. */
  const underWay = new Map<string, Promise<void>>();
  const line = new Set<string>();
  let queue: Promise<NotificationQueue> | undefined;
  let isStopped = false;

  async function attempt(id: string): Promise<void> {
    if (!isStopped) await attemptDelivery(parts, id, () => isStopped);
  }

  async function look(): Promise<void> {
    const places = placesOf(parts.accounts());
    if (places.length === 0) return;
    const now = parts.clock.now();
    const due = await parts.store.due(places, now, MOST);
    const { openQueue } = parts;
    const patienceMs = openQueue === undefined ? 0 : parts.queuePatienceMs;
    for (const { id, dueAt } of due) if (now - dueAt >= patienceMs) line.add(id);
    sendNext();
    if (openQueue === undefined) return;
    const queued = due.map(({ id }) => id).filter((id) => !line.has(id) && !underWay.has(id));
    // Not waited for: a queue that cannot be opened now must not keep what is late from being sent.
    void openedQueue(openQueue).then(
      (opened) => (queued.length > 0 ? opened.enqueue(queued) : false),
      () => false,
    );
  }

  function openedQueue(open: () => Promise<NotificationQueue>): Promise<NotificationQueue> {
    queue ??= openAndWork(open).catch((error: unknown) => {
      queue = undefined;
      parts.logger.warn({ err: error }, 'the queue of notifications cannot be opened');
      throw error;
    });
    return queue;
  }

  async function openAndWork(open: () => Promise<NotificationQueue>): Promise<NotificationQueue> {
    const opened = await open();
    await opened.work(({ notification }) => attempt(notification), { concurrency: CONCURRENCY });
    return opened;
  }

  function sendNext(): void {
    for (const id of line) {
      if (underWay.size >= CONCURRENCY) return;
      line.delete(id);
      const done = attempt(id)
        .catch((error: unknown) =>
          parts.logger.warn({ notification: id, err: error }, 'a notification was not sent'),
        )
        .finally(() => {
          underWay.delete(id);
          sendNext();
        });
      underWay.set(id, done);
    }
  }

  async function settled(): Promise<void> {
    while (underWay.size > 0) await Promise.all(underWay.values());
  }

  return {
    look,
    settled,
    async stop() {
      isStopped = true;
      line.clear();
      await queue?.then((opened) => opened.close()).catch(() => undefined); // it was never opened
      await settled();
    },
  };
}

function placesOf(accounts: readonly AccountConfig[]): readonly AccountTarget[] {
  return accounts.flatMap((one) =>
    targetsOf(one).map(({ digest }) => ({ account: accountId(one.id), digest })),
  );
}
