import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { GatewayApi } from '../gateway-api';
import { answerTypeOf } from '../transports/answer-type';

/** What Fastify itself refuses, in the same form as everything else: never its own words, which repeat the request. */
const REFUSALS: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['BAD_REQUEST', 'The request is malformed.'],
  404: ['NOT_FOUND', 'There is nothing here.'],
  405: ['METHOD_NOT_ALLOWED', 'This method is not allowed here.'],
  406: ['NOT_ACCEPTABLE', 'None of the accepted formats can be answered.'],
  408: ['REQUEST_TIMEOUT', 'The request took too long to arrive.'],
  413: ['PAYLOAD_TOO_LARGE', 'The body is too large.'],
  414: ['URI_TOO_LONG', 'The address is too long.'],
  415: ['UNSUPPORTED_MEDIA_TYPE', 'The body is to be application/json.'],
  431: ['HEADERS_TOO_LARGE', 'The headers are too large.'],
};

/** Gives every failed request the form of a GraphQL answer, with a code and the request id. */
export function answerErrors(fastify: FastifyInstance, api: GatewayApi): void {
  fastify.setNotFoundHandler((request, reply) => refuse(request, reply, 404));
  fastify.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof GraphQLError) return answerGraphQLError(api, error, request, reply);
    const status = error.code === 'ERR_INVALID_URL' ? 400 : (error.statusCode ?? 500);
    if (status in REFUSALS) return refuse(request, reply, status);
    if (status < 500) return refuse(request, reply, 400);
    return reply.code(500).send({ errors: [api.show(error, request.id)] });
  });
}

function answerGraphQLError(
  api: GatewayApi,
  error: GraphQLError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const http = error.extensions['http'] as
    { readonly status: number; readonly headers: ReadonlyMap<string, string> } | undefined; // as `apiError` sets it
  reply.headers(Object.fromEntries(http?.headers ?? []));
  void reply.type(answerTypeOf(request.headers.accept) ?? 'application/json; charset=utf-8');
  return reply.code(http?.status ?? 500).send({ errors: [api.show(error, request.id)] });
}

/** Answers with a status of the table; the request is only named by its id. */
export function refuse(
  request: Pick<FastifyRequest, 'id'>,
  reply: Pick<FastifyReply, 'code'>,
  status: number,
): FastifyReply {
  return reply.code(status).send({ errors: [refusalOf(status, request.id)] });
}

function refusalOf(status: number, requestId: string): GraphQLFormattedError {
  const [code, message] = REFUSALS[status] ?? ['BAD_REQUEST', 'The request is malformed.'];
  return { message, extensions: { code, requestId } };
}
