import { performance } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../../platform/metrics';

/** Something that has to work before traffic may come. Rejects when it does not. */
export interface ReadinessCheck {
  readonly name: string;
  check(): Promise<void>;
}

const CHECK_TIMEOUT_MS = 2_000;

/** Whether the process is ready is looked up at most so often: anybody may ask. */
const READY_FOR_MS = 1_000;

/** `/livez`: the process answers. `/readyz`: what it needs works, by name. `/metrics`: its numbers. None needs a token, none tells more. */
export function serveProbes(
  fastify: FastifyInstance,
  metrics: Metrics,
  checks: readonly ReadinessCheck[],
): void {
  fastify.get('/livez', async () => ({ status: 'ok' }));
  let latest: { readonly at: number; readonly results: ReturnType<typeof checkAll> } | undefined;
  fastify.get('/readyz', async (_request, reply) => {
    const now = performance.now();
    if (latest === undefined || now - latest.at >= READY_FOR_MS)
      latest = { at: now, results: checkAll(checks) };
    const results = await latest.results;
    const isReady = results.every(([, outcome]) => outcome === 'ok');
    return reply
      .code(isReady ? 200 : 503)
      .send({ status: isReady ? 'ok' : 'unavailable', checks: Object.fromEntries(results) });
  });
  fastify.get('/metrics', async (_request, reply) =>
    reply.header('content-type', metrics.contentType).send(await metrics.text()),
  );
}

function checkAll(checks: readonly ReadinessCheck[]) {
  return Promise.all(checks.map(async (one) => [one.name, await outcomeOf(one)] as const));
}

async function outcomeOf(check: ReadinessCheck): Promise<'ok' | 'failed'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'failed'>((resolve) => {
    timer = setTimeout(() => resolve('failed'), CHECK_TIMEOUT_MS);
  });
  const outcome = check.check().then(
    () => 'ok' as const,
    () => 'failed' as const,
  );
  return Promise.race([outcome, late]).finally(() => clearTimeout(timer));
}
