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
