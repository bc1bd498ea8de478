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
  'access-control-max-age': '600',
};

const EXPOSED_HEADERS =
  'retry-after, x-request-id, idempotency-replayed, ratelimit-limit, ratelimit-remaining, ratelimit-reset';

/**
 * Headers for every answer. Pages of the allowed origins may call the API, with any request header: tools add their own
 * (tracing, client names), and there are no cookies, so that none gives a page more than its token does. An origin may have one
 * `*` in the place of its first labels. Throws for a `*` anywhere else. What a route sets itself (the console has scripts) stays.
 */
export function protectAnswers(fastify: FastifyInstance, origins: readonly string[]): void {
  const isAllowed = originMatcher(origins);
  fastify.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id });
    if (origins.length > 0) reply.header('vary', 'Origin');
    const { origin } = request.headers;
    if (origin !== undefined && isAllowed(origin)) allowOrigin(request, reply, origin);
    if (isPreflight(request)) await reply.code(204).send();
  });
}

function allowOrigin({ headers, method }: FastifyRequest, reply: FastifyReply, origin: string): void {
  reply.headers({ 'access-control-allow-origin': origin, 'cross-origin-resource-policy': 'cross-origin' });
  if (method !== 'OPTIONS') {
    void reply.header('access-control-expose-headers', EXPOSED_HEADERS);
    return;
  }
  const wanted = headers['access-control-request-headers'] ?? 'authorization, content-type';
  // Names and commas; anything else is no list of header names.
  const names = /^[\w\-, ]{1,2000}$/.test(wanted) ? wanted : 'authorization, content-type';
  void reply.headers({ ...CORS_HEADERS, 'access-control-allow-headers': names });
}

/** Throws for a `*` that is not the first label of a host. */
export function originMatcher(origins: readonly string[]): (origin: string) => boolean {
  const exact = new Set(origins.filter((origin) => !origin.includes('*')));
  const patterns = origins
    .filter((origin) => origin.includes('*'))
    .map((origin) => {
      const [, scheme, host] = /^(https?):\/\/\*\.([\w-]+(?:\.[\w-]+)+(?::\d+)?)$/.exec(origin) ?? [];
      if (scheme === undefined || host === undefined) {
        throw new Error(
          `"${origin}" is not an allowed origin: a "*" stands for the first labels, as in https://*.example.com`,
        );
      }
      return new RegExp(`^${scheme}://[\\w-]+(\\.[\\w-]+)*\\.${host.replaceAll('.', '\\.')}$`);
    });
  return (origin) => exact.has(origin) || patterns.some((pattern) => pattern.test(origin));
}

function isPreflight(request: FastifyRequest): boolean {
  return request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
}
