import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';

/** With more than this waiting to be sent, a socket is not listened to. */
export const MAX_UNSENT_BYTES = 1024 * 1024;

type Sender = Pick<WebSocket, 'readyState' | 'OPEN' | 'bufferedAmount' | 'send' | 'pause' | 'resume'>;

/**
 * Sends over one socket; resolves when the system has taken the text, so that a client that does not read holds its own operations
 * up, and nobody else's. Every message is answered, if only by a pong or an error: from a client that asks and asks and does not
 * read, nothing more is read either, until it has. (Its pongs are not seen meanwhile; keep-alive ends what goes on too long.)
 */
export function createSocketSender(socket: Sender): (text: string) => Promise<void> {
  return (text) =>
    new Promise((resolve, reject) => {
      if (socket.readyState !== socket.OPEN) return resolve();
      socket.send(text, (error) => {
        if (socket.bufferedAmount <= MAX_UNSENT_BYTES) socket.resume();
        if (error) reject(error);
        else resolve();
      });
      if (socket.bufferedAmount > MAX_UNSENT_BYTES) socket.pause();
    });
}

/** Takes texts past graphql-ws, which makes the text of every message anew. */
export interface TextHandOver {
  /** A payload that stands for the text in a `next` message. */
  put(text: string): Readonly<Record<string, number>>;
  /** The message with its text in the payload's place; any other message as it is. */
  fill(message: string): string;
}

/** Nobody outside knows it: no payload of a client can pass for one of ours. */
const KEY = randomUUID();
const HANDED_OVER = new RegExp(`\\{"${KEY}":(\\d+)\\}\\}$`);

/** For one socket. What is put is filled in once, when graphql-ws sends the message. */
export function createTextHandOver(): TextHandOver {
  const waiting = new Map<number, string>();
  let count = 0;
  return {
    put(text) {
      count += 1;
      waiting.set(count, text);
      return { [KEY]: count };
    },
    fill(message) {
      if (waiting.size === 0) return message;
      const found = HANDED_OVER.exec(message);
      const place = Number(found?.[1]);
      const text = waiting.get(place);
      if (!found || text === undefined) return message;
      waiting.delete(place);
      return `${message.slice(0, found.index)}${text}}`;
    },
  };
}
