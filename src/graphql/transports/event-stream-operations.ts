import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { apiError } from '../answers/api-error';
import type { Identity } from '../admit/auth';
import type { GatewayApi } from '../gateway-api';
import { loggableError } from '../answers/loggable-error';
import { prepareStreamed, runOperation, type OperationRequest } from '../run-operation';
import type { StreamSeats } from '../admit/stream-seats';
import { writeUntilTaken } from './write-until-taken';

const body = z.object({
  query: z.string().min(1),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
});

/**
 * GraphQL over Server-Sent Events, distinct connections mode (graphql-sse's protocol): one POST, one operation, one stream of
 * `next` events and a `complete`. Written here because the library queues everything for a client that does not read: here, the
 * next answer is made when the last one has been taken.
 */
export function createEventStreamOperations(
  api: GatewayApi,
  seats: StreamSeats,
  { keepAliveMs }: { readonly keepAliveMs: number },
) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const identity = await api.identify(request.headers.authorization);
    const stream = createEventStream(request, reply, keepAliveMs);
    const seat = seats.take('sse', identity, () => stream.end());
    if (seat === null) {
      throw apiError('TOO_MANY_OPERATIONS', `A user has up to ${api.streamsPerUser} streams at a time.`, {
        limit: api.streamsPerUser,
      });
    }
    stream.whenClosed(seat);
    try {
      await answer(api, identity, request, stream);
    } catch (error) {
      // The answer has begun: nobody can be told any more.
      api.logger.warn({ requestId: request.id, error: loggableError(error) }, 'event stream failed');
    } finally {
      seat();
      stream.end();
    }
  };
}

async function answer(
  api: GatewayApi,
  identity: Identity,
  request: FastifyRequest,
  stream: EventStream,
): Promise<void> {
  const parsed = body.safeParse(request.body);
  const context = api.context(identity, request.id);
  const { operation, errors } = parsed.success
    ? prepareStreamed(api, 'sse', context, toStreamedRequest(request, parsed.data))
    : { operation: null, errors: [badBody()] };
  stream.start();
  if (operation === null) {
    await stream.next(JSON.stringify({ errors: errors.map((error) => api.show(error, request.id)) }));
    return stream.complete();
  }
  const results = await runOperation(api, operation);
  if (!(Symbol.asyncIterator in results)) {
    await stream.next(JSON.stringify(results));
    return stream.complete();
  }
  stream.whenClosed(() => void results.return?.());
  for await (const { text } of results) await stream.next(text);
  await stream.complete();
}

function toStreamedRequest(
  { headers }: FastifyRequest,
  { extensions, ...asked }: z.output<typeof body>,
): OperationRequest {
  const idempotencyKey = headers['idempotency-key'] ?? extensions?.['idempotencyKey'];
  return { ...asked, idempotencyKey, traceParent: headers['traceparent'] };
}

interface EventStream {
  start(): void;
  /** Resolves when the client has taken it, or is gone. */
  next(text: string): Promise<void>;
  complete(): Promise<void>;
  /** At once when the client is gone already: while an operation was being prepared. */
  whenClosed(act: () => void): void;
  end(): void;
}

function createEventStream(request: FastifyRequest, reply: FastifyReply, keepAliveMs: number): EventStream {
  const { raw } = reply;
  let timer: NodeJS.Timeout | undefined;

  const write = (text: string): Promise<void> => writeUntilTaken(raw, text);

  return {
    start() {
      // Headers that hooks have set so far go along: from here on Fastify is out of it.
      reply.hijack();
      raw.writeHead(200, {
        // None of ours is undefined.
        ...(reply.getHeaders() as Readonly<Record<string, string>>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // One operation each: kept open, it would hold up the server's close.
        connection: 'close',
        'x-accel-buffering': 'no',
        'x-request-id': request.id,
      });
      raw.write(':\n\n');
      timer = setInterval(() => raw.write(':\n\n'), keepAliveMs);
      raw.once('close', () => clearInterval(timer));
    },
    next: (text) => write(`event: next\ndata: ${text}\n\n`),
    complete: () => write('event: complete\ndata: \n\n'),
    whenClosed: (act) => void (raw.destroyed ? act() : raw.once('close', act)),
    end() {
      clearInterval(timer);
      if (timer !== undefined) raw.end();
    },
  };
}

function badBody() {
  return apiError(
    'OPERATION_NOT_FOUND',
    'The body is to be a JSON object with "query", and perhaps "operationName", "variables" and "extensions".',
  );
}
