import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isForHost } from './same-origin';
import { json, type WireReply } from './reply';
import { readRequest, type WireRequest } from './request';

/** Answers one call. A rejection is a defect of the emulation and becomes a 500 that says so. */
export type Respond = (request: WireRequest) => WireReply | Promise<WireReply>;

/** An open port. `close` breaks what is still under way and resolves when the port is free. */
export interface Listener {
  readonly port: number;
  readonly origin: string;
  close(): Promise<void>;
}

/** Opens `port` (0: any free one) and answers every call with `respond`. Rejects when the port cannot be had. */
export async function listen(host: string, port: number, respond: Respond): Promise<Listener> {
  const stopping = new AbortController();
  const server = createServer((incoming, outgoing) => {
    if (isForHost(host, incoming.headers.host)) void serve(incoming, outgoing, respond, stopping.signal);
    else refuse(incoming, outgoing);
  });
  // Longer than any client keeps an idle connection: the side that closes first must be the client's.
  server.keepAliveTimeout = 65_000;
  await opened(server, host, port);
  const actual = (server.address() as AddressInfo).port; // a listening TCP server has an AddressInfo
  return {
    port: actual,
    origin: `http://${hostInUrl(host)}:${actual}`,
    close: () => closed(server, stopping),
  };
}

/** Without reading its body: see `isForHost`. */
function refuse(incoming: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.on('error', () => outgoing.destroy());
  incoming.resume();
  send(outgoing, json(421, { error: 'The sandbox answers at localhost and 127.0.0.1 only' }));
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  respond: Respond,
  signal: AbortSignal,
): Promise<void> {
  outgoing.on('error', () => outgoing.destroy());
  const request = await readRequest(incoming, signal);
  if (request === 'broken') {
    outgoing.destroy();
    return;
  }
  if (request === 'bad-path') {
    send(outgoing, json(400, { error: 'The path has a malformed escape' }));
    return;
  }
  try {
    send(outgoing, await respond(request));
  } catch (cause) {
    if (signal.aborted) outgoing.destroy();
    else send(outgoing, json(500, { defect: cause instanceof Error ? cause.message : 'unknown' }));
  }
}

function send(outgoing: ServerResponse, reply: WireReply): void {
  switch (reply.kind) {
    case 'hang':
      return;
    case 'reset':
      outgoing.socket?.resetAndDestroy();
      return;
    case 'cut':
      sendHalf(outgoing, reply.answer.body);
      return;
    case 'answer': {
      const body = Buffer.from(reply.body);
      outgoing.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
      outgoing.end(body);
    }
  }
}

function sendHalf(outgoing: ServerResponse, whole: string | Uint8Array): void {
  const body = Buffer.from(whole);
  outgoing.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
  });
  outgoing.write(body.subarray(0, Math.floor(body.length / 2)), () => outgoing.destroy());
}

function opened(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closed(server: Server, stopping: AbortController): Promise<void> {
  stopping.abort();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
