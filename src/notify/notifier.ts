import { watchIncidents, type IncidentWatchParts } from './watch-incidents';
import { createNotificationRelay, type NotificationRelayParts } from './relay-notifications';

/** What the notifier is made of. */
export interface NotifierParts extends IncidentWatchParts, Omit<NotificationRelayParts, 'queuePatienceMs'> {
  readonly settings?: Partial<NotifierSettings>;
}

/** Times of the notifier, in ms. */
export interface NotifierSettings {
  /** How often it looks at the accounts and for what is due. */
  readonly lookEveryMs: number;
  /** A process that has just started knows only old facts: it decides nothing before its worker could read the portals. */
  readonly decideAfterMs: number;
  /** How long a due notification is left to the queue before it is sent directly. */
  readonly queuePatienceMs: number;
  /** How long what is over is kept. */
  readonly keepMs: number;
}

const SETTINGS: NotifierSettings = {
  lookEveryMs: 5_000,
  decideAfterMs: 60_000,
  queuePatienceMs: 10_000,
  keepMs: 90 * 24 * 3_600_000,
};

const DISCARD_EVERY_MS = 3_600_000;

/**
 * Tells people what is wrong, in a process that works (issue 13, 9). Any number of processes may run: the store makes what they
 * decide one, and a notification is sent by whoever claims it.
 *
 *     facts ─► health ─► what is seen ─► incidents ─► notifications ─► queue ─► claim ─► send ─► taken
 *     (watch-incidents.ts)               (the store's tables)          (relay-notifications.ts)
 */
export interface Notifier {
  /** Sees and decides, once. */
  decide(): Promise<void>;
  /** Hands on what is due, once. */
  relay(): Promise<void>;
  /** Resolves when this process sends nothing directly. */
  settled(): Promise<void>;
  /** Looks again and again, until `stop`. */
  start(): void;
  /** Takes nothing more, waits for the attempts under way, and closes the connections. */
  stop(): Promise<void>;
}

/** Makes the notifier of this process; it starts nothing yet. */
export function createNotifier(parts: NotifierParts): Notifier {
  const { clock, logger, store } = parts;
  const settings = { ...SETTINGS, ...parts.settings };
  const relay = createNotificationRelay({ ...parts, queuePatienceMs: settings.queuePatienceMs });
  const startedAt = performance.now();
  let discardedAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let isStopped = false;
  let hasFailed = false;

  async function discard(): Promise<void> {
    const now = clock.now();
    if (Math.abs(now - discardedAt) < DISCARD_EVERY_MS) return;
    discardedAt = now;
    await store.discard(now - settings.keepMs);
  }

  async function look(): Promise<void> {
    try {
      if (performance.now() - startedAt >= settings.decideAfterMs) await watchIncidents(parts);
      await relay.look();
      await discard();
      if (hasFailed) logger.info({}, 'notifications work again');
      hasFailed = false;
    } catch (error) {
      if (!hasFailed && !isStopped) logger.error({ err: error }, 'the notifier failed; it tries again');
      hasFailed = true;
    }
    if (!isStopped) timer = setTimeout(() => (looking = look()), settings.lookEveryMs);
  }

  return {
    decide: () => watchIncidents(parts),
    relay: () => relay.look(),
    settled: () => relay.settled(),
    start() {
      looking = look();
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await parts.webhooks.close();
      parts.mail.close();
      await looking;
      await relay.stop();
    },
  };
}
