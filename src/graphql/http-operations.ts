import { AsyncLocalStorage } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';
import {
  ApolloServer,
  type ApolloServerPlugin,
  type GraphQLRequestContext,
  type GraphQLRequestListener,
  HeaderMap,
} from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import { apiError } from './api-error';
import { DOCUMENT_LIMITS } from './document-limits';
import type { GatewayApi } from './gateway-api';
import { invalidKey } from './idempotency';
import type { ApiContext } from './request-context';

export interface HttpOperations {
  /** Answers one request on `/graphql`. */
  handle(request: FastifyRequest, reply: FastifyReply): Promise<unknown>;
  stop(): Promise<void>;
}

/** GraphQL over HTTP, by Apollo Server; what may run is decided by the API's own admission, as over every transport. */
export async function startHttpOperations(api: GatewayApi): Promise<HttpOperations> {
  // Apollo formats errors without saying of which request.
  const requests = new AsyncLocalStorage<string>();
  const apollo = new ApolloServer<ApiContext>({
    schema: api.schema,
    formatError: (_formatted, error) => api.show(error, requests.getStore() ?? 'none'),
    plugins: [
      admissionPlugin(api),
      // It costs half the throughput on lists; answers are never cached anyway.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
    // Validated in `admit`, after the limits: some of its rules take quadratic time.
    dangerouslyDisableValidation: true,
    parseOptions: { maxTokens: DOCUMENT_LIMITS.tokens },
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger: quietLogger(api),
  });
  await apollo.start();
  const handler = fastifyApolloHandler(apollo, {
    context: async (request) => {
      const identity = await api.identify(request.headers.authorization);
      api.limit(identity);
      // Apollo leaves empty headers out; who sends one means to be protected by it.
      if (request.headers['idempotency-key'] === '') throw invalidKey();
      return api.context(identity, request.id);
    },
  });
  return {
    handle: (request, reply) =>
      // The handler is a plain function that takes both: it uses neither `this` nor Fastify's instance.
      requests.run(request.id, async () => handler.call(request.server, request, reply) as Promise<unknown>),
    stop: () => apollo.stop(),
  };
}

function admissionPlugin(api: GatewayApi): ApolloServerPlugin<ApiContext> {
  return {
    async requestDidStart() {
      return createListener(api);
    },
  };
}

const ELSEWHERE =
  'Subscriptions run over WebSocket at /graphql, or over Server-Sent Events at /graphql/stream.';

type Finish = (result: FormattedExecutionResult) => Promise<void>;

/** Follows one request. */
function createListener(api: GatewayApi): GraphQLRequestListener<ApiContext> {
  const startedAt = performance.now();
  let refusals: readonly unknown[] = [];
  let finish: Finish | undefined;
  let rootFields = 0;
  return {
    async didResolveOperation({ document, request, contextValue }) {
      const { admitted, errors } = api.admission.admit({
        document,
        operationName: request.operationName,
        variables: request.variables ?? {},
        role: contextValue.identity.role,
      });
      if (errors !== null) {
        refusals = errors;
        api.metrics.refused('http');
        // Apollo takes one; the others are put beside it when the answer goes out.
        throw errors[0];
      }
      if (admitted.operation.operation === 'subscription') {
        api.metrics.refused('http');
        throw apiError('SUBSCRIPTION_NEEDS_STREAM', ELSEWHERE);
      }
      contextValue.cost = admitted.cost;
      rootFields = admitted.rootFields;
    },

    async responseForOperation(context) {
      const keyed = await beginKeyed(api, context, rootFields);
      if (keyed === undefined) return null;
      if (keyed.kind === 'run') {
        finish = keyed.finish;
        return null;
      }
      return keyed.kind === 'replay'
        ? answer(keyed.result, 200, [['idempotency-replayed', 'true']])
        : refusal(api, keyed.error, context.contextValue.requestId);
    },

    async willSendResponse({ request, response, contextValue, operation }) {
      if (response.body.kind !== 'single') return;
      const result = response.body.singleResult;
      if (response.http.status === 400 && isAnswer(result, request.http?.headers.get('accept'))) {
        response.http.status = 200;
      }
      if (refusals.length > 1) {
        result.errors = refusals.map((error) => api.show(error, contextValue.requestId));
      }
      await finish?.(result);
      if (contextValue.cost === undefined) return;
      result.extensions = { ...result.extensions, cost: contextValue.cost };
      const seconds = (performance.now() - startedAt) / 1000;
      if (operation) api.metrics.operationDone('http', operation.operation, !result.errors, seconds);
    },
  };
}

/**
 * GraphQL over HTTP, 6.4.1: as `application/json`, which proxies may answer as well, a well-formed request gets 200 whatever is
 * wrong with its document; only the newer media type says 400.
 */
function isAnswer(result: FormattedExecutionResult, accept: string | undefined): boolean {
  if (accept?.includes('application/graphql-response+json')) return false;
  return !result.errors?.some(({ extensions }) => extensions?.['code'] === 'BAD_REQUEST');
}

async function beginKeyed(api: GatewayApi, context: GraphQLRequestContext<ApiContext>, rootFields: number) {
  const { request, operation, source, contextValue } = context;
  const key = request.http?.headers.get('idempotency-key') ?? request.extensions?.['idempotencyKey'];
  if (key == null || operation?.operation !== 'mutation' || source === undefined) return undefined;
  return api.idempotency.begin({
    identity: contextValue.identity,
    key,
    source,
    operationName: request.operationName,
    variables: request.variables ?? {},
    rootFields,
  });
}

function refusal(
  api: GatewayApi,
  error: { readonly extensions: Record<string, unknown> },
  requestId: string,
) {
  // Set by `apiError` for every code that refuses a request.
  const http = error.extensions['http'] as { status: number; headers: ReadonlyMap<string, string> };
  return answer({ errors: [api.show(error, requestId)] }, http.status, [...http.headers]);
}

function answer(
  result: FormattedExecutionResult,
  status: number,
  headers: readonly (readonly [string, string])[],
) {
  const map = new HeaderMap();
  for (const [name, value] of headers) map.set(name, value);
  const { data, errors } = result;
  return {
    http: { status, headers: map },
    body: {
      kind: 'single' as const,
      singleResult: { ...(errors && { errors }), ...(data !== undefined && { data }) },
    },
  };
}

/** Apollo's own words; errors of operations are logged where they are shown, without what their messages may hold. */
function quietLogger({ logger }: GatewayApi) {
  const say = (message?: unknown) => logger.debug({ said: String(message) }, 'apollo server');
  return { debug: () => undefined, info: say, warn: say, error: say };
}
