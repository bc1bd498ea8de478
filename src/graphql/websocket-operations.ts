import type { FastifyRequest } from 'fastify';
import type { FormattedExecutionResult, GraphQLError } from 'graphql';
import { CloseCode, makeServer, type Context, type Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { apiError } from './api-error';
import type { Identity } from './auth';
import { newRequestId, type GatewayApi } from './gateway-api';
import { loggableError } from './loggable-error';
import { prepareOperation, runOperation, type PreparedOperation } from './run-operation';
import { createSocketSender } from './socket-sender';
import type { StreamSeats } from './stream-seats';

export interface SocketLimits {
  readonly operationsPerSocket: number;
  readonly initTimeoutMs: number;
  readonly keepAliveMs: number;
}

/** Close codes beside those of graphql-transport-ws. */
const TOO_MANY_SOCKETS = 4429;
const TRY_AGAIN_LATER = 1013;

/** A client that misses two pings in a row is gone. */
interface Connection {
  readonly socket: WebSocket;
  identity: Identity | undefined;
  leave: (() => void) | undefined;
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
      // Sockets have no headers for each operation: there the key is an extension.
      const idempotencyKey = payload.extensions?.['idempotencyKey'];
      const { operation, errors } = prepareOperation(api, 'websocket', operationContext, {
        ...payload,
        idempotencyKey,
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

    // Results are already as the caller may see them; `onNext` hands them on as they are.
    execute: (args) => run(args.contextValue),
    subscribe: (args) => run(args.contextValue),
    onNext: (_context, _id, _payload, _args, result) => result as FormattedExecutionResult,
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
  const seat = seats.take('websocket', identity, () => socket.close(CloseCode.Forbidden, 'Token expired'));
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
  const connection: Connection = { socket, identity: undefined, leave: undefined };
  const closed = server.opened(
    {
      protocol: socket.protocol,
      send: createSocketSender(socket),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (take) => {
        socket.on('message', (message) => {
          take(String(message)).catch((error: unknown) => {
            if (socket.readyState !== socket.OPEN) return;
            api.logger.warn({ error: loggableError(error) }, 'socket message failed');
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
      api.logger.warn({ error: loggableError(error) }, 'socket did not close cleanly'),
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
