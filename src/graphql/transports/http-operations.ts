import { AsyncLocalStorage } from 'node:async_hooks';
import {
  ApolloServer,
  type ApolloServerPlugin,
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
import type { GraphQLError } from 'graphql';
import { apiError } from '../answers/api-error';
import { DOCUMENT_LIMITS } from '../admit/document-limits';
import { budgetHeaders } from '../admit/budget';
import { userOf, type GatewayApi } from '../gateway-api';
import { invalidKey } from '../admit/idempotency';
import type { ApiContext } from '../request-context';
import { answerOperation, prepareOperation, type PreparedOperation } from '../run-operation';
import { createPostOperations, isAnswer, subscriptionNeedsStream } from './post-operations';

export interface HttpOperations {
  /** Answers one request on `/graphql`. */
  handle(request: FastifyRequest, reply: FastifyReply): Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * GraphQL over HTTP. POSTs with one operation as JSON are answered directly; everything else (GET, malformed requests) by Apollo
 * Server. What may run is decided by the API's own admission, as over every transport.
 */
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
    // Documents are kept by admission, compiled.
    documentStore: null,
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
  const post = createPostOperations(api);
  return {
    async handle(request, reply) {
      const refusal = refusalOf(request);
      if (refusal) throw refusal;
      const answered = post(request, reply);
      if (answered) return answered;
      // The handler is a plain function that takes both: it uses neither `this` nor Fastify's instance.
      return requests.run(request.id, async () => handler.call(request.server, request, reply));
    },
    stop: () => apollo.stop(),
  };
}

/** For requests that work elsewhere, and not here: says what to change. */
function refusalOf({ method, headers, body }: FastifyRequest): GraphQLError | undefined {
  if (Array.isArray(body)) return apiError('BATCHING_NOT_SUPPORTED', BATCH);
  if (method !== 'GET' || 'apollo-require-preflight' in headers || 'x-apollo-operation-name' in headers)
    return undefined;
  return headers['content-type']?.startsWith('application/json')
    ? undefined
    : apiError('GET_NEEDS_HEADER', GET);
}

const BATCH = 'Send one operation in each request: batches are not answered here.';
const GET =
  'Send the operation by POST as application/json, or add the header "apollo-require-preflight: true" to a GET.';

function admissionPlugin(api: GatewayApi): ApolloServerPlugin<ApiContext> {
  return {
    async requestDidStart() {
      return createListener(api);
    },
  };
}

/** Follows one request. */
function createListener(api: GatewayApi): GraphQLRequestListener<ApiContext> {
  let refusals: readonly unknown[] = [];
  let prepared: PreparedOperation | undefined;
  return {
    async didResolveOperation({ source, request, contextValue }) {
      const { operation, errors } = prepareOperation(api, 'http', contextValue, {
        query: source,
        operationName: request.operationName,
        variables: request.variables,
        idempotencyKey:
          request.http?.headers.get('idempotency-key') ?? request.extensions?.['idempotencyKey'],
        traceParent: request.http?.headers.get('traceparent'),
      });
      if (errors !== null) {
        refusals = errors;
        // Apollo takes one; the others are put beside it when the answer goes out.
        throw errors[0];
      }
      if (operation.operation.operation === 'subscription') throw subscriptionNeedsStream(api);
      prepared = operation;
    },

    async responseForOperation() {
      if (prepared === undefined) return null;
      const { result, head } = await answerOperation(api, prepared);
      return {
        http: {
          ...(head.status !== undefined && { status: head.status }),
          headers: toHeaderMap(head.headers),
        },
        body: { kind: 'single', singleResult: result },
      };
    },

    async willSendResponse({ request, response, contextValue }) {
      const budget = budgetHeaders(api.budget.state(userOf(contextValue.identity)));
      for (const [name, value] of Object.entries(budget)) response.http.headers.set(name, value);
      if (response.body.kind !== 'single') return;
      const result = response.body.singleResult;
      if (response.http.status === 400 && isAnswer(result, request.http?.headers.get('accept'))) {
        response.http.status = 200;
      }
      if (refusals.length > 1) {
        result.errors = refusals.map((error) => api.show(error, contextValue.requestId));
      }
    },
  };
}

function toHeaderMap(headers: readonly (readonly [string, string])[]): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of headers) map.set(name, value);
  return map;
}

/** Apollo's own words; errors of operations are logged where they are shown, without what their messages may hold. */
function quietLogger({ logger }: GatewayApi) {
  const say = (message?: unknown) => logger.debug({ said: String(message) }, 'apollo server');
  return { debug: () => undefined, info: say, warn: say, error: say };
}
