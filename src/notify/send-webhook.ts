import { EnvHttpProxyAgent, request, type Dispatcher } from 'undici';
import { errorCode, errorMessage } from '../platform/error-code';
import { DELIVER_WITHIN_MS, type Delivery } from './delivery';
import type { Notification } from './incident';
import { toBody, toSlack, type MessageContext } from './message';
import { signedHeaders } from './sign';
import type { Target } from './target';

/** Posts notifications to webhooks. */
export interface WebhookSender {
  /** Never throws. Taken: any answer from 200 to 299; a redirection is not followed. */
  send(
    target: Extract<Target, { channel: 'webhook' }>,
    notification: Notification,
    context: MessageContext,
    now: number,
  ): Promise<Delivery>;
  /** Breaks off what is under way. */
  close(): Promise<void>;
}

/** How much of an answer is read: enough for the receiver's own words. */
const WORDS = 200;

/** Through the proxy that the environment names, if any. */
export function createWebhookSender(): WebhookSender {
  const dispatcher = new EnvHttpProxyAgent({ connect: { timeout: 10_000 }, maxResponseSize: 65_536 });
  return {
    async send(target, notification, context, now) {
      const content =
        target.format === 'slack' ? toSlack(notification, context) : toBody(notification, context);
      const body = JSON.stringify(content);
      const signing = { id: notification.id, at: now, secret: target.secret?.reveal() };
      try {
        const answer = await request(target.url.reveal(), {
          dispatcher,
          method: 'POST',
          headers: {
            'content-type': 'application/json; charset=utf-8',
            'user-agent': 'driver-sync-gateway',
            ...signedHeaders(body, signing),
          },
          body,
          signal: AbortSignal.timeout(DELIVER_WITHIN_MS),
        });
        return await toDelivery(answer);
      } catch (error) {
        return unreachable(error);
      }
    },
    close: () => dispatcher.destroy(),
  };
}

async function toDelivery({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Delivery> {
  // Read to its end, so that the connection serves the next one; an answer that breaks off was given all the same.
  const text = await body.text().catch(() => '');
  if (statusCode >= 200 && statusCode < 300) return { outcome: 'taken' };
  const words = text
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .trim()
    .slice(0, WORDS);
  return {
    outcome: 'refused',
    cause: `http-${statusCode}`,
    failure: `it answered ${statusCode}${words === '' ? '' : `: ${words}`}`,
    ...retryAfter(headers['retry-after']),
  };
}

function retryAfter(header: string | string[] | undefined): { readonly retryAfterMs?: number } {
  return typeof header === 'string' && /^\d{1,5}$/.test(header)
    ? { retryAfterMs: Number(header) * 1_000 }
    : {};
}

/** An error of undici may quote the URL, which is secret: only what is known to hold none is kept. */
function unreachable(error: unknown): Delivery {
  const isLate = errorMessage(error).includes('aborted') || (error as Error | null)?.name === 'TimeoutError'; // only its name is read
  if (isLate) {
    return {
      outcome: 'refused',
      cause: 'timeout',
      failure: `it did not answer within ${DELIVER_WITHIN_MS / 1_000} s`,
    };
  }
  const code = errorCode(error) ?? 'unknown';
  return { outcome: 'refused', cause: code.toLowerCase(), failure: `it could not be reached (${code})` };
}
