import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import { apiError } from '../answers/api-error';
import { httpHeadOf } from '../answers/http-head';
import { userOf, type GatewayApi } from '../gateway-api';
import { budgetHeaders } from '../admit/budget';
import { invalidKey } from '../admit/idempotency';
import type { ApiContext } from '../request-context';
import { answerOperation, prepareOperation, type OperationRequest, type Outcome } from '../run-operation';
import { answerTypeOf } from './answer-type';

/** Answers a POST with one operation as JSON; undefined for any other request, which Apollo Server answers. */
export type PostOperations = (
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<FastifyReply> | undefined;

/**
 * The road that nearly every request takes: a POST with one operation as JSON. Answers are the same as Apollo Server's, in body,
 * status and headers; a test compares them. What Apollo does besides (a hash of the document, a second parse, header maps,
 * plugin hooks) takes longer than a page of drivers.
 */
export function createPostOperations(api: GatewayApi): PostOperations {
  return (request, reply) => {
    const operation = readOperation(request);
    const type = operation && answerTypeOf(request.headers.accept);
    return type ? answerPost(api, operation, request, reply.type(type)) : undefined;
  };
}

async function answerPost(
  api: GatewayApi,
  operation: OperationRequest,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  let context: ApiContext;
  try {
    const identity = await api.identify(request.headers.authorization);
    api.limit(identity);
    if (operation.idempotencyKey === '') throw invalidKey();
    context = api.context(identity, request.id);
  } catch (error) {
    return send(reply, {
      result: { errors: [api.show(error, request.id)] },
      head: httpHeadOf([error], true),
    });
  }
  const { result, head } = await answerAdmitted(api, context, operation);
  void reply.headers(budgetHeaders(api.budget.state(userOf(context.identity))));
  const isAccepted = head.status === 400 && isAnswer(result, request.headers.accept);
  return send(reply, { result, head: isAccepted ? { ...head, status: 200 } : head });
}

async function answerAdmitted(
  api: GatewayApi,
  context: ApiContext,
  operation: OperationRequest,
): Promise<Outcome> {
  const { operation: prepared, errors } = prepareOperation(api, 'http', context, operation);
  if (prepared !== null && prepared.operation.operation !== 'subscription') {
    return answerOperation(api, prepared);
  }
  const refusals = errors ?? [subscriptionNeedsStream(api)];
  return {
    result: { errors: refusals.map((error) => api.show(error, context.requestId)) },
    head: httpHeadOf(refusals, true),
  };
}

function send(reply: FastifyReply, { result: { errors, data, extensions }, head }: Outcome): FastifyReply {
  for (const [name, value] of head.headers) void reply.header(name, value);
  return reply.code(head.status ?? 200).send(JSON.stringify({ errors, data, extensions }));
}

/** Refuses a subscription where a single answer is given. */
export function subscriptionNeedsStream(api: GatewayApi) {
  api.metrics.refused('http');
  return apiError(
    'SUBSCRIPTION_NEEDS_STREAM',
    'Subscriptions run over WebSocket at /graphql, or over Server-Sent Events at /graphql/stream.',
  );
}

/**
 * GraphQL over HTTP, 6.4.1: as `application/json`, which proxies may answer as well, a well-formed request gets 200 whatever is
 * wrong with its document; only the newer media type says 400.
 */
export function isAnswer(result: FormattedExecutionResult, accept: string | undefined): boolean {
  if (accept?.includes('application/graphql-response+json')) return false;
  return !result.errors?.some(({ extensions }) => extensions?.['code'] === 'BAD_REQUEST');
}

/** One operation in the plain form; undefined for everything that is malformed, or has more to it. */
function readOperation({ method, headers, body }: FastifyRequest): OperationRequest | undefined {
  if (method !== 'POST' || !headers['content-type']?.startsWith('application/json')) return undefined;
  if (!isRecord(body) || typeof body['query'] !== 'string') return undefined;
  const { query, operationName, variables, extensions } = body;
  if (operationName != null && typeof operationName !== 'string') return undefined;
  if (variables != null && !isRecord(variables)) return undefined;
  if (extensions != null && (!isRecord(extensions) || extensions['persistedQuery'] !== undefined))
    return undefined;
  // Without a query Apollo has an answer of its own.
  if (query === '') return undefined;
  const idempotencyKey = headers['idempotency-key'] ?? extensions?.['idempotencyKey'];
  return { query, operationName, variables, idempotencyKey, traceParent: headers['traceparent'] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}
