import type { FastifyRequest } from 'fastify';
import type { FormattedExecutionResult, GraphQLError } from 'graphql';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer, type Context, type Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { apiError } from '../answers/api-error';
import type { Identity } from '../admit/auth';
import { newRequestId, type GatewayApi } from '../gateway-api';
import { loggableError } from '../answers/loggable-error';
import { prepareStreamed, runOperation, type AnswerText, type PreparedOperation } from '../run-operation';
import { createSocketSender, createTextHandOver, type TextHandOver } from './socket-sender';
import type { StreamSeats } from '../admit/stream-seats';
import { withTrustedText } from './trusted-request';

export interface SocketLimits {
  readonly operationsPerSocket: number;
  readonly initTimeoutMs: number;
  readonly keepAliveMs: number;
}

/** Close codes beside those of graphql-transport-ws. */
const TOO_MANY_SOCKETS = 4429;
const TRY_AGAIN_LATER = 1013;
const GOING_AWAY = 1001;

/** Before its token is checked, a client sends its `connection_init`, and nothing else. */
const MAX_INIT_BYTES = 16 * 1024;

const SUBPROTOCOL = 'Use the subprotocol graphql-transport-ws (library graphql-ws).';

/** Takes any subprotocol, so that a client with another one can be told which to use: a refused handshake tells nothing. */
export function chooseSubprotocol(offered: ReadonlySet<string>): string | false {
  if (offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL)) return GRAPHQL_TRANSPORT_WS_PROTOCOL;
  return [...offered][0] ?? false;
}

/** A client that misses two pings in a row is gone. */
interface Connection {
  readonly socket: WebSocket;
  identity: Identity | undefined;
  leave: (() => void) | undefined;
  readonly handOver: TextHandOver;
}

type SocketContext = Context<Record<string, unknown>, Connection>;

/** GraphQL over WebSocket (graphql-transport-ws), by graphql-ws. Gives the function that serves one socket. */
export function createWebSocketOperations(
  api: GatewayApi,
  seats: StreamSeats,
  limits: SocketLimits,
): (socket: WebSocket, request: FastifyRequest) => void {
  // What was admitted, between two hooks of graphql-ws: it hands on only what `execute` is called with.
  const prepared = new WeakMap<object, PreparedOperation>();

  const server: Server<Connection> = makeServer<Record<string, unknown>, Connection>({
    connectionInitWaitTimeout: limits.initTimeoutMs,
    onConnect: (context) => connect(api, seats, context),

    onSubscribe(context, _id, payload) {
      const { identity } = context.extra;
      if (identity === undefined)
        return [apiError('UNAUTHENTICATED', 'The connection is not authenticated.')];
      if (Object.keys(context.subscriptions).length > limits.operationsPerSocket) {
        return [tooManyOperations(limits.operationsPerSocket)];
      }
      const operationContext = api.context(identity, newRequestId());
      // Sockets have no headers for each operation: there these are extensions.
      const { idempotencyKey, traceparent: traceParent } = payload.extensions ?? {};
      const { operation, errors } = prepareStreamed(api, 'websocket', operationContext, {
        ...withTrustedText(api.trusted, payload),
        idempotencyKey,
        traceParent,
      });
      // Only errors of GraphQL's own class are an answer to graphql-ws; admission has no others.
      if (operation === null) return errors as GraphQLError[];
      const args = { schema: api.schema, document: operation.document, contextValue: operationContext };
      prepared.set(operationContext, operation);
      return {
        ...args,
        operationName: payload.operationName ?? null,
        variableValues: payload.variables ?? {},
      };
    },

    // Results are already as the caller may see them; what is text already is put in when the message is sent.
    execute: (args) => run(args.contextValue),
    subscribe: (args) => run(args.contextValue),
    onNext: (context, _id, _payload, _args, result) => {
      const given = result as FormattedExecutionResult | AnswerText; // what `run` gives
      return 'text' in given ? context.extra.handOver.put(given.text) : given;
    },
    onError: (_context, _id, _payload, errors) => errors.map((error) => api.show(error, newRequestId())),
    onClose: (context) => context.extra.leave?.(),
  });

  async function run(context: unknown) {
    const operation = prepared.get(context as object); // what `onSubscribe` has made
    if (!operation) throw new Error('An operation that was not admitted is not run');
    return (await runOperation(api, operation)) as never; // formatted errors instead of GraphQLErrors: see onNext
  }

  return (socket) => serve(api, server, socket, limits);
}

/** Lets a connection in until its token expires. It is closed with a code that says why otherwise. */
async function connect(api: GatewayApi, seats: StreamSeats, context: SocketContext): Promise<boolean> {
  const connection = context.extra;
  const { socket } = connection;
  const params = context.connectionParams ?? {};
  let identity: Identity;
  try {
    identity = await api.identify(params['authorization'] ?? params['Authorization']);
  } catch (error) {
    const { extensions } = api.show(error, newRequestId());
    const isRefused = extensions?.['code'] === 'UNAUTHENTICATED';
    socket.close(
      isRefused ? CloseCode.Unauthorized : TRY_AGAIN_LATER,
      isRefused ? 'Unauthorized' : 'Try again later',
    );
    return false;
  }
  if (socket.readyState !== socket.OPEN) return false;
  const seat = seats.take('websocket', identity, (why) =>
    socket.close(why === 'Going away' ? GOING_AWAY : CloseCode.Forbidden, why),
  );
  if (seat === null) {
    socket.close(TOO_MANY_SOCKETS, 'Too many sockets');
    return false;
  }
  connection.identity = identity;
  connection.leave = seat;
  return true;
}

/** Connects a socket to graphql-ws: every message is answered or closes this socket only, and nothing is written to the console. */
function serve(api: GatewayApi, server: Server<Connection>, socket: WebSocket, limits: SocketLimits): void {
  const handOver = createTextHandOver();
  const connection: Connection = { socket, identity: undefined, leave: undefined, handOver };
  const send = createSocketSender(socket);
  const closed = server.opened(
    {
      protocol: socket.protocol,
      send: (text) => send(handOver.fill(text)),
      close: (code, reason) =>
        socket.close(code, code === CloseCode.SubprotocolNotAcceptable ? SUBPROTOCOL : reason),
      onMessage: (take) => {
        let early = 0;
        socket.on('message', (message: Buffer) => {
          if (connection.identity === undefined) {
            early += 1;
            if (message.length > MAX_INIT_BYTES) return socket.close(1009, 'Message is too large');
            if (early > 1) return socket.close(CloseCode.Unauthorized, 'Unauthorized');
          }
          take(String(message)).catch((error: unknown) => {
            if (socket.readyState !== socket.OPEN) return;
            api.logger.debug({ error: loggableError(error) }, 'socket message failed');
            socket.close(CloseCode.InternalServerError, 'Internal server error');
          });
        });
      },
    },
    connection,
  );
  const stopPinging = keepAlive(socket, limits.keepAliveMs);
  // Among them a message that is too large: ws closes the socket itself, with 1009.
  socket.on('error', () => undefined);
  socket.once('close', (code, reason) => {
    stopPinging();
    closed(code, String(reason)).catch((error: unknown) =>
      api.logger.debug({ error: loggableError(error) }, 'socket did not close cleanly'),
    );
  });
}

function keepAlive(socket: WebSocket, everyMs: number): () => void {
  let isAlive = true;
  socket.on('pong', () => (isAlive = true));
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    if (socket.readyState === socket.OPEN) socket.ping();
  }, everyMs);
  return () => clearInterval(timer);
}

function tooManyOperations(limit: number): GraphQLError {
  return apiError('TOO_MANY_OPERATIONS', `A socket has up to ${limit} operations at a time.`, { limit });
}
