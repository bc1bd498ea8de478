import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-store',
};

const CORS_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers':
    'accept, authorization, content-type, idempotency-key, x-request-id, apollo-require-preflight',
  'access-control-expose-headers': 'retry-after, x-request-id, idempotency-replayed',
  'access-control-max-age': '600',
};

/**
 * Headers for every answer. Pages of the allowed origins may call the API; there are no cookies, so no credentials are allowed.
 * What a route sets itself (the console has scripts) stays.
 */
export function protectAnswers(fastify: FastifyInstance, origins: readonly string[]): void {
  const allowed = new Set(origins);
  fastify.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id });
    allowOrigin(request, reply, allowed);
    if (isPreflight(request)) await reply.code(204).send();
  });
}

function allowOrigin(request: FastifyRequest, reply: FastifyReply, allowed: ReadonlySet<string>): void {
  if (allowed.size > 0) reply.header('vary', 'Origin');
  const { origin } = request.headers;
  if (origin === undefined || !allowed.has(origin)) return;
  reply.headers({ 'access-control-allow-origin': origin, 'cross-origin-resource-policy': 'cross-origin' });
  if (isPreflight(request)) reply.headers(CORS_HEADERS);
  else reply.header('access-control-expose-headers', CORS_HEADERS['access-control-expose-headers']);
}

function isPreflight(request: FastifyRequest): boolean {
  return request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
}
