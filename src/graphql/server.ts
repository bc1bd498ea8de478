import websocket from '@fastify/websocket';
import createFastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { AccountId } from '../driver/ids';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { Metrics } from '../platform/metrics';
import type { Secret } from '../platform/secret';
import type { GatewayQueries } from '../gateway/queries';
import type { GatewayCommands } from '../gateway/commands';
import type { IdempotentAnswers } from '../gateway/idempotent-answers';
import type { UserTally } from '../gateway/user-tally';
import type { WakeUps } from '../gateway/wake-ups';
import { createAccountFeeds, type AccountFeeds } from './live/account-feed';
import { createAdmission } from './admit/admission';
import { createApiMetrics } from './api-metrics';
import type { VerifyToken } from './admit/auth';
import { MAX_COST } from './admit/cost';
import { DOCUMENT_LIMITS } from './admit/document-limits';
import { createEventStreamOperations } from './transports/event-stream-operations';
import { printSubgraph, withFederation } from './schema/federation';
import { createGatewayApi, newRequestId, type GatewayApi } from './gateway-api';
import { serveGpsHook } from './transports/gps-hook';
import { startHttpOperations } from './transports/http-operations';
import { createIdempotency } from './admit/idempotency';
import { serveProbes, type ReadinessCheck } from './transports/probes';
import { createRateLimit } from './admit/rate-limit';
import type { ApiAccount } from './request-context';
import { loggableError } from './answers/loggable-error';
import { answerErrors, refuse } from './answers/request-errors';
import { buildPublicSchema } from './schema/schema';
import { createSharedAnswers } from './live/shared-answers';
import { createStreamSeats, type StreamSeats } from './admit/stream-seats';
import { createTrustedDocuments } from './admit/trusted-documents';
import { createUserLimits, shareUserLimits, type UserLimits, type UserLimitSizes } from './admit/user-limits';
import { protectAnswers } from './transports/web-security';
import { withTrustedText } from './transports/trusted-request';
import { wantsEventStream } from './transports/answer-type';
import { chooseSubprotocol, createWebSocketOperations } from './transports/websocket-operations';

/** An account as the API's server has to know it. */
export interface ServedAccount extends ApiAccount {
  /** What a webhook hint has to carry; without it, the account takes no hints. */
  readonly hookSecret: Secret | undefined;
}

/** Limits that a deployment, or a test, may want otherwise. */
export interface ApiLimits extends UserLimitSizes {
  readonly bodyBytes: number;
  readonly messageBytes: number;
  readonly operationsPerSocket: number;
  readonly initTimeoutMs: number;
  readonly keepAliveMs: number;
  /** How long a request, headers and body, may take to arrive. */
  readonly requestWithinMs: number;
}

export const API_LIMITS: ApiLimits = {
  requestsPerMinute: 1_200,
  requestBurst: 200,
  budgetPoints: 20_000,
  budgetPointsPerSecond: 1_000,
  executionsPerUser: 6,
  refreshesPerMinute: 10,
  bodyBytes: 256 * 1024,
  messageBytes: 256 * 1024,
  operationsPerSocket: 50,
  streamsPerUser: 20,
  initTimeoutMs: 5_000,
  keepAliveMs: 12_000,
  requestWithinMs: 30_000,
};

/** How long requests that run may take to finish once the server closes. */
const CLOSE_WITHIN_MS = 5_000;

export interface ApiServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly corsOrigins: readonly string[];
  readonly introspection: boolean;
  /** The only documents that may run, by id; without it, all that are valid. */
  readonly trustedDocuments?: ReadonlyMap<string, string> | undefined;
  readonly limits?: Partial<ApiLimits>;
  readonly queries: GatewayQueries;
  readonly commands: GatewayCommands;
  readonly wakeUps: WakeUps;
  readonly idempotentAnswers: IdempotentAnswers;
  /** Counts a user's limits over all processes; without it, this is the only one. */
  readonly userTally?: UserTally | undefined;
  /** Looked up at every request: accounts may come and go while the server runs. */
  readonly accounts: ReadonlyMap<AccountId, ServedAccount>;
  readonly verifyToken: VerifyToken;
  readonly readiness: readonly ReadinessCheck[];
  /** Probes and metrics listen here instead of beside the API. */
  readonly probes?: { readonly host: string; readonly port: number };
  /** Addresses, or the number, of proxies whose `X-Forwarded-*` headers are believed; none unless given. */
  readonly trustProxy?: number | string[];
  readonly logger: Logger;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Adds the routes of the console, with security headers of its own. */
  readonly console?: (fastify: FastifyInstance) => void | Promise<void>;
}

export interface ApiServer {
  /** Resolves when requests are taken; the URL has no slash at its end. */
  listen(): Promise<{ readonly url: string }>;
  /** Closes the sockets and streams of an account that `accounts` no longer has. */
  endStreams(account: AccountId): void;
  /** Ends subscriptions and sockets, finishes what runs, and stops. May be called twice. */
  close(): Promise<void>;
}

/** The front door: GraphQL over HTTP, WebSocket and SSE, webhook hints, probes and metrics. Takes no requests before `listen`. */
export async function createApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const limits = { ...API_LIMITS, ...options.limits };
  const feeds = createAccountFeeds(options);
  const users = createUserLimits(limits, options.clock);
  const api = createApi(options, limits, users, feeds);
  const seats = createStreamSeats(limits.streamsPerUser, api.clock, api.metrics);
  const http = await startHttpOperations(api);
  const fastify = createFastify({
    bodyLimit: limits.bodyBytes,
    // For a request to arrive; who sends a byte now and then would hold a connection for ever.
    requestTimeout: limits.requestWithinMs,
    http: {
      // Node exchanges both when the one for headers is longer, and its default is 60 s; and it looks every 30 s by default.
      headersTimeout: limits.requestWithinMs,
      connectionsCheckingInterval: Math.min(1_000, limits.requestWithinMs),
    },
    trustProxy: trustedProxies(options.trustProxy),
    genReqId: (request) => givenRequestId(request.headers['x-request-id']) ?? newRequestId(),
    // What cannot even be routed is answered like everything else.
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (_error, request, reply) => void refuse(request, reply, 400),
  });
  protectAnswers(fastify, options.corsOrigins);
  answerErrors(fastify, api);
  await fastify.register(websocket, {
    options: { maxPayload: limits.messageBytes, handleProtocols: chooseSubprotocol },
  });
  serveGraphQL(fastify, api, http.handle, seats, limits);
  const probes = options.probes ? createFastify() : fastify;
  serveProbes(probes, options.metrics, options.readiness);
  serveGpsHook(fastify, {
    secretOf: (account) => options.accounts.get(account)?.hookSecret,
    hint: (account) => options.commands.hint(account),
    knockLimit: createRateLimit({ what: 'hints', burst: 60, perMinute: 120, clock: options.clock }),
    hintLimit: createRateLimit({ what: 'hints', burst: 10, perMinute: 60, clock: options.clock }),
  });
  const shared =
    options.userTally && shareUserLimits(users, seats, { tally: options.userTally, logger: options.logger });
  if (options.console) await fastify.register(async (scope) => options.console?.(scope));
  return {
    async listen() {
      if (options.probes) await probes.listen(options.probes);
      const url = await fastify.listen({ host: options.host, port: options.port });
      return { url: url.replace(/\/$/, '') };
    },
    endStreams: (account) => seats.endAll(account),
    async close() {
      seats.close();
      await feeds.close();
      const impatient = setTimeout(() => fastify.server.closeAllConnections(), CLOSE_WITHIN_MS);
      await fastify.close();
      if (options.probes) await probes.close();
      clearTimeout(impatient);
      await shared?.stop();
      await http.stop();
    },
  };
}

function createApi(
  options: ApiServerOptions,
  limits: ApiLimits,
  users: UserLimits,
  feeds: AccountFeeds,
): GatewayApi {
  const { clock, logger } = options;
  const publicSchema = buildPublicSchema();
  const schema = withFederation(publicSchema);
  const trusted = options.trustedDocuments && createTrustedDocuments(options.trustedDocuments);
  return createGatewayApi({
    schema,
    admission: createAdmission(schema, {
      limits: DOCUMENT_LIMITS,
      maxCost: MAX_COST,
      introspection: options.introspection,
      trusted,
    }),
    trusted,
    sharedAnswers: createSharedAnswers(),
    budget: users.budget,
    idempotency: createIdempotency(options.idempotentAnswers, clock, logger),
    metrics: createApiMetrics(options.metrics, feeds),
    logger,
    clock,
    streamsPerUser: limits.streamsPerUser,
    verifyToken: options.verifyToken,
    hideSuggestions: !options.introspection,
    requestLimit: users.requests,
    services: {
      queries: options.queries,
      commands: options.commands,
      accounts: options.accounts,
      feeds,
      refreshLimit: users.refreshes,
      reportUnexpected: (error, requestId) =>
        logger.error({ requestId, error: loggableError(error) }, 'operation failed unexpectedly'),
      subgraphSdl: printSubgraph(publicSchema),
    },
  });
}

/** `/graphql` for HTTP, WebSocket and, by its accept header, SSE; `/graphql/stream` for SSE. */
function serveGraphQL(
  fastify: FastifyInstance,
  api: GatewayApi,
  handle: Awaited<ReturnType<typeof startHttpOperations>>['handle'],
  seats: StreamSeats,
  limits: ApiLimits,
): void {
  fastify.route({
    method: 'GET',
    url: '/graphql',
    handler: (request, reply) => handle(request, reply),
    wsHandler: createWebSocketOperations(api, seats, limits),
  });
  const stream = createEventStreamOperations(api, seats, limits);
  const hooks = {
    onRequest: (request: FastifyRequest) => checkToken(api, request),
    preHandler: async (request: FastifyRequest): Promise<void> => {
      request.body = withTrustedText(api.trusted, request.body);
    },
  };
  fastify.route({
    method: ['POST', 'PUT', 'DELETE', 'PATCH'],
    url: '/graphql',
    ...hooks,
    handler: (request, reply) =>
      request.method === 'POST' && wantsEventStream(request.headers.accept)
        ? stream(request, reply)
        : handle(request, reply),
  });
  fastify.post('/graphql/stream', hooks, stream);
}

/** Before the body is read: a caller without a good token cannot make the gateway read one. */
async function checkToken(api: GatewayApi, request: FastifyRequest): Promise<void> {
  await api.identify(request.headers.authorization);
}

/** Fastify asks by place: the nearest proxy is at 0. */
function trustedProxies(trusted: ApiServerOptions['trustProxy']) {
  if (typeof trusted !== 'number') return trusted ?? false;
  return (_address: string, hop: number): boolean => hop < trusted;
}

/** A caller's own id is taken when it is harmless in a log. */
function givenRequestId(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && /^[\w-]{8,64}$/.test(header) ? header : undefined;
}
