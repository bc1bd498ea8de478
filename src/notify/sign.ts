import { createHmac } from 'node:crypto';

/**
 * The headers that prove who sent a webhook, in the form of the Standard Webhooks specification, for which there are verifiers in
 * every language: `webhook-id` (the same for each repetition), `webhook-timestamp` (epoch seconds) and `webhook-signature`, which
 * is `v1,` and the base64 of the HMAC-SHA256 of `<id>.<timestamp>.<body>`. The key is the secret as UTF-8, or what follows `whsec_`
 * in base64. Without a secret there is no signature.
 */
export function signedHeaders(
  body: string,
  { id, at, secret }: { readonly id: string; readonly at: number; readonly secret: string | undefined },
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1_000));
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp };
  if (secret === undefined) return headers;
  const mac = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { ...headers, 'webhook-signature': `v1,${mac}` };
}

const PREFIX = 'whsec_';

const keyOf = (secret: string): Buffer =>
  secret.startsWith(PREFIX)
    ? Buffer.from(secret.slice(PREFIX.length), 'base64')
    : Buffer.from(secret, 'utf8');
