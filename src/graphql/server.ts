import websocket from '@fastify/websocket';
import createFastify, { type FastifyInstance } from 'fastify';
import { handleProtocols } from 'graphql-ws';
import type { AccountId } from '../driver/ids';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { Metrics } from '../platform/metrics';
import type { Secret } from '../platform/secret';
import type { ApiQueries } from '../sync/api-queries';
import type { GatewayCommands } from '../sync/gateway-commands';
import type { IdempotentAnswers } from '../sync/idempotent-answers';
import type { WakeUps } from '../sync/wake-ups';
import { createAccountFeeds, type AccountFeeds } from './account-feed';
import { createAdmission } from './admission';
import { createApiMetrics } from './api-metrics';
import type { VerifyToken } from './auth';
import { MAX_COST } from './cost';
import { DOCUMENT_LIMITS } from './document-limits';
import { createEventStreamOperations } from './event-stream-operations';
import { printSubgraph, withFederation } from './federation';
import { createGatewayApi, newRequestId, type GatewayApi } from './gateway-api';
import { serveGpsHook } from './gps-hook';
import { startHttpOperations } from './http-operations';
import { createIdempotency } from './idempotency';
import { serveProbes, type ReadinessCheck } from './probes';
import { createRateLimit } from './rate-limit';
import type { ApiAccount } from './request-context';
import { answerErrors, refuse } from './request-errors';
import { buildPublicSchema } from './schema';
import { createStreamSeats } from './stream-seats';
import { protectAnswers } from './web-security';
import { createWebSocketOperations } from './websocket-operations';

/** An account as the API's server has to know it. */
export interface ServedAccount extends ApiAccount {
  /** What a webhook hint has to carry; without it, the account takes no hints. */
  readonly hookSecret: Secret | undefined;
}

/** Limits that a deployment, or a test, may want otherwise. */
export interface ApiLimits {
  readonly requestsPerMinute: number;
  readonly requestBurst: number;
  readonly refreshesPerMinute: number;
  readonly bodyBytes: number;
  readonly messageBytes: number;
  readonly operationsPerSocket: number;
  /** Sockets and event streams together. */
  readonly streamsPerUser: number;
  readonly initTimeoutMs: number;
  readonly keepAliveMs: number;
}

export const API_LIMITS: ApiLimits = {
  requestsPerMinute: 1_200,
  requestBurst: 200,
  refreshesPerMinute: 10,
  bodyBytes: 256 * 1024,
  messageBytes: 256 * 1024,
  operationsPerSocket: 50,
  streamsPerUser: 20,
  initTimeoutMs: 5_000,
  keepAliveMs: 12_000,
};

const REQUEST_WITHIN_MS = 30_000;

/** How long requests that run may take to finish once the server closes. */
const CLOSE_WITHIN_MS = 5_000;

export interface ApiServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly corsOrigins: readonly string[];
  readonly introspection: boolean;
  readonly limits?: Partial<ApiLimits>;
  readonly queries: ApiQueries;
  readonly commands: GatewayCommands;
  readonly wakeUps: WakeUps;
  readonly idempotentAnswers: IdempotentAnswers;
  readonly accounts: ReadonlyMap<AccountId, ServedAccount>;
  readonly verifyToken: VerifyToken;
  readonly readiness: readonly ReadinessCheck[];
  readonly logger: Logger;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Adds the routes of the console, with security headers of its own. */
  readonly console?: (fastify: FastifyInstance) => void | Promise<void>;
}

export interface ApiServer {
  /** Resolves when requests are taken; the URL has no slash at its end. */
  listen(): Promise<{ readonly url: string }>;
  /** Ends subscriptions and sockets, finishes what runs, and stops. May be called twice. */
  close(): Promise<void>;
}

/** The front door: GraphQL over HTTP, WebSocket and SSE, webhook hints, probes and metrics. Takes no requests before `listen`. */
export async function createApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const limits = { ...API_LIMITS, ...options.limits };
  const feeds = createAccountFeeds(options);
  const api = createApi(options, limits, feeds);
  const http = await startHttpOperations(api);
  const fastify = createFastify({
    bodyLimit: limits.bodyBytes,
    // For a request to arrive; who sends a byte now and then would hold a connection for ever.
    requestTimeout: REQUEST_WITHIN_MS,
    genReqId: (request) => givenRequestId(request.headers['x-request-id']) ?? newRequestId(),
    // What cannot even be routed is answered like everything else.
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (_error, request, reply) => void refuse(request, reply, 400),
  });
  protectAnswers(fastify, options.corsOrigins);
  answerErrors(fastify, api);
  await fastify.register(websocket, { options: { maxPayload: limits.messageBytes, handleProtocols } });
  serveGraphQL(fastify, api, http.handle, limits);
  serveProbes(fastify, options.metrics, options.readiness);
  serveGpsHook(fastify, {
    secretOf: (account) => options.accounts.get(account)?.hookSecret,
    hint: (account) => options.commands.hint(account),
    knockLimit: createRateLimit({ what: 'hints', burst: 60, perMinute: 120, clock: options.clock }),
    hintLimit: createRateLimit({ what: 'hints', burst: 10, perMinute: 60, clock: options.clock }),
  });
  if (options.console) await fastify.register(async (scope) => options.console?.(scope));
  return {
    async listen() {
      const url = await fastify.listen({ host: options.host, port: options.port });
      return { url: url.replace(/\/$/, '') };
    },
    async close() {
      await feeds.close();
      const impatient = setTimeout(() => fastify.server.closeAllConnections(), CLOSE_WITHIN_MS);
      await fastify.close();
      clearTimeout(impatient);
      await http.stop();
    },
  };
}

function createApi(options: ApiServerOptions, limits: ApiLimits, feeds: AccountFeeds): GatewayApi {
  const { clock, logger } = options;
  const publicSchema = buildPublicSchema();
  const schema = withFederation(publicSchema);
  return createGatewayApi({
    schema,
    admission: createAdmission(schema, {
      limits: DOCUMENT_LIMITS,
      maxCost: MAX_COST,
      introspection: options.introspection,
    }),
    idempotency: createIdempotency(options.idempotentAnswers, clock, logger),
    metrics: createApiMetrics(options.metrics, feeds),
    logger,
    clock,
    streamsPerUser: limits.streamsPerUser,
    verifyToken: options.verifyToken,
    hideSuggestions: !options.introspection,
    requestLimit: createRateLimit({
      what: 'requests',
      burst: limits.requestBurst,
      perMinute: limits.requestsPerMinute,
      clock,
    }),
    services: {
      queries: options.queries,
      commands: options.commands,
      accounts: options.accounts,
      feeds,
      refreshLimit: createRateLimit({
        what: 'fresh reads',
        burst: limits.refreshesPerMinute,
        perMinute: limits.refreshesPerMinute,
        clock,
      }),
      subgraphSdl: printSubgraph(publicSchema),
    },
  });
}

/** `/graphql` for HTTP and WebSocket, `/graphql/stream` for SSE. */
function serveGraphQL(
  fastify: FastifyInstance,
  api: GatewayApi,
  handle: Awaited<ReturnType<typeof startHttpOperations>>['handle'],
  limits: ApiLimits,
): void {
  const seats = createStreamSeats(limits.streamsPerUser, api.clock, api.metrics);
  fastify.route({
    method: 'GET',
    url: '/graphql',
    handler: (request, reply) => handle(request, reply),
    wsHandler: createWebSocketOperations(api, seats, limits),
  });
  fastify.route({
    method: ['POST', 'PUT', 'DELETE', 'PATCH'],
    url: '/graphql',
    handler: (request, reply) => handle(request, reply),
  });
  fastify.post('/graphql/stream', createEventStreamOperations(api, seats, limits));
}

/** A caller's own id is taken when it is harmless in a log. */
function givenRequestId(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && /^[\w-]{8,64}$/.test(header) ? header : undefined;
}
