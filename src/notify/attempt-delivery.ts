import type { AccountConfig } from '../config/account-config';
import { assertNever } from '../driver/assert-never';
import type { AccountId } from '../driver/ids';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { Delivery } from './delivery';
import type { Notification } from './incident';
import type { IncidentStore } from './ports/incident-store';
import type { MailSender } from './send-mail';
import type { WebhookSender } from './send-webhook';
import { targetsOf, type Target } from './target';

/** What is counted. */
export interface NotificationMetrics {
  /** `result`: `taken`, or the cause of the refusal. */
  delivered(account: AccountId, channel: Target['channel'], result: string): void;
}

/** What sending needs. */
export interface DeliveryParts {
  /** The accounts as they are configured at this moment. */
  readonly accounts: () => readonly AccountConfig[];
  readonly store: IncidentStore;
  readonly webhooks: WebhookSender;
  readonly mail: MailSender;
  readonly publicUrl: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: NotificationMetrics;
}

/** Waits between attempts; the last one repeats. The first is longer than an attempt may take. */
const BACK_OFF_MS = [30_000, 60_000, 300_000, 900_000, 3_600_000] as const;

/** No target is believed that it wants to be left alone for longer. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/** After this an attempt counts as failed, whatever goes on. */
const ATTEMPT_MS = 25_000;

/** The wait after so many attempts, in ms. */
export const backOffMs = (attempts: number): number =>
  BACK_OFF_MS[Math.min(Math.max(attempts, 1), BACK_OFF_MS.length) - 1] ?? 0;

/**
 * One attempt, if the notification is due: claims it, sends it, and records what came of it. Nothing is recorded when `isStopped`
 * has become true meanwhile and it was not taken: the claim says when it is repeated.
 */
export async function attemptDelivery(
  parts: DeliveryParts,
  id: string,
  isStopped: () => boolean,
): Promise<void> {
  const now = parts.clock.now();
  const notification = await parts.store.claim(id, now, backOffMs);
  if (notification === null) return;
  const account = parts.accounts().find((one) => one.id === notification.account);
  const target =
    account === undefined
      ? undefined
      : targetsOf(account).find(({ digest }) => digest === notification.target);
  // This process's configuration has lost it meanwhile; another may have it.
  if (account === undefined || target === undefined) return;
  const delivery = await inTime(deliver(parts, target, notification, account, now));
  if (delivery.outcome === 'refused' && isStopped()) return;
  await record(parts, notification, target, delivery);
}

function deliver(
  { webhooks, mail, publicUrl }: DeliveryParts,
  target: Target,
  notification: Notification,
  account: AccountConfig,
  now: number,
): Promise<Delivery> {
  const context = { accountName: account.name, publicUrl };
  switch (target.channel) {
    case 'webhook':
      return webhooks.send(target, notification, context, now);
    case 'mail':
      return mail.send(target, notification, context);
    default:
      return assertNever(target);
  }
}

async function record(
  { store, clock, logger, metrics }: DeliveryParts,
  { id, account, attempts, phase, incident }: Notification,
  target: Target,
  delivery: Delivery,
): Promise<void> {
  const fields = { account, notification: id, incident: incident.id, kind: incident.kind, phase, attempts };
  if (delivery.outcome === 'taken') {
    await store.taken(id, clock.now());
    metrics.delivered(account, target.channel, 'taken');
    logger.info({ ...fields, target: target.name }, 'a notification was taken');
    return;
  }
  const { failure, cause, retryAfterMs } = delivery;
  const nextAt =
    retryAfterMs === undefined
      ? null
      : clock.now() + Math.max(backOffMs(attempts), Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS));
  await store.refused(id, failure, nextAt);
  metrics.delivered(account, target.channel, cause);
  logger.warn({ ...fields, target: target.name, reason: failure }, 'a notification was not taken');
}

async function inTime(delivery: Promise<Delivery>): Promise<Delivery> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Delivery>((resolve) => {
    const failure = `it took longer than ${ATTEMPT_MS / 1_000} s`;
    timer = setTimeout(() => resolve({ outcome: 'refused', cause: 'timeout', failure }), ATTEMPT_MS);
  });
  return Promise.race([delivery, late]).finally(() => clearTimeout(timer));
}
