/**
 * graphql-ws alone, with the gateway's shape of events from memory: `node graphql-ws-server.mjs <port>`.
 * `POST /announce/100` announces so many events to all subscribers.
 */
import { EventEmitter, on } from 'node:events';
import { createServer } from 'node:http';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

const [, , port] = process.argv;
const schema = buildSchema(`
  enum SyncEventType { GPS_DRIVER_UPDATED }
  type SyncEvent { cursor: String! type: SyncEventType! at: String! message: String! }
  type Query { none: Int }
  type Subscription { syncEvents: SyncEvent! }`);
const emitter = new EventEmitter().setMaxListeners(0);

schema.getSubscriptionType().getFields().syncEvents.subscribe = async function* () {
  for await (const [seq] of on(emitter, 'event')) {
    yield {
      syncEvents: {
        cursor: String(seq),
        type: 'GPS_DRIVER_UPDATED',
        at: new Date(1_764_288_000_000 + seq).toISOString(),
        message: `Event ${seq}`,
      },
    };
  }
};

const http = createServer((request, response) => {
  const count = Number(/^\/announce\/(\d+)$/.exec(request.url)?.[1] ?? 0);
  response.end();
  for (let seq = 1; seq <= count; seq += 1) emitter.emit('event', seq);
});
useServer({ schema }, new WebSocketServer({ server: http, path: '/graphql' }));
http.listen(Number(port), '127.0.0.1');
