import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { accountId, type AccountId } from '../../driver/ids';
import type { Secret } from '../../platform/secret';
import { apiError } from '../answers/api-error';
import type { RateLimit } from '../admit/rate-limit';

const MAX_BODY_BYTES = 16 * 1024;

export interface GpsHookOptions {
  /** An account without a secret takes no hints. */
  readonly secretOf: (account: AccountId) => Secret | undefined;
  readonly hint: (account: AccountId) => Promise<void>;
  /** By address, for wrong secrets; by account, for hints with the right one. */
  readonly knockLimit: RateLimit;
  readonly hintLimit: RateLimit;
}

/**
 * `POST /hooks/gps/:account`: a hint to look at GPS now, whatever its body says. It has to carry the account's secret; what has
 * not, and an account that is not there, get the same answer in the same time. At worst it causes one poll.
 */
export function serveGpsHook(fastify: FastifyInstance, options: GpsHookOptions): void {
  void fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES },
      (_request, _body, done) => done(null, undefined),
    );
    // Before the body is read: who has no secret cannot make the gateway read, and a body that is too large counts as well.
    scope.addHook('onRequest', async (request) => letIn(request, options));
    scope.post('/hooks/gps/:account', async (request, reply) => {
      await options.hint(accountOf(request));
      return reply.code(202).send({ accepted: true });
    });
  });
}

/** Throws `RATE_LIMITED` or `UNAUTHENTICATED`. Wrong tries of an address do not lock out the right secret from there. */
function letIn(request: FastifyRequest, options: GpsHookOptions): void {
  const account = accountOf(request);
  if (!isSecret(presented(request), options.secretOf(account))) {
    options.knockLimit.take(request.ip);
    throw apiError('UNAUTHENTICATED', "The account's hook secret is needed.");
  }
  options.hintLimit.take(account);
}

function accountOf(request: FastifyRequest): AccountId {
  const { account } = request.params as { readonly account: string }; // the route's pattern has it
  return accountId(account);
}

function presented(request: FastifyRequest): string {
  const header = request.headers['x-hook-secret'];
  if (typeof header === 'string') return header;
  return /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

/** Compared by digest: equal lengths, and no time that tells how much was right. */
function isSecret(given: string, expected: Secret | undefined): boolean {
  const digest = (text: string | Buffer) => createHash('sha256').update(text).digest();
  const matches = timingSafeEqual(digest(given), digest(expected?.reveal() ?? randomBytes(32)));
  return matches && expected !== undefined;
}
