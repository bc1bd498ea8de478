import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** One request that a hook got. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A webhook's receiver on this machine. */
export interface Hook {
  readonly url: string;
  readonly received: Received[];
  /** What it answers; 200 at first. */
  answer: { status: number; text?: string; headers?: Record<string, string> };
  close(): Promise<void>;
}

/** Starts a receiver of webhooks. */
export async function startHook(): Promise<Hook> {
  const received: Received[] = [];
  const hook = { answer: { status: 200 } as Hook['answer'] };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, text: Buffer.concat(chunks).toString('utf8') });
      const { status, text = '', headers = {} } = hook.answer;
      response.writeHead(status, headers).end(text);
    });
  });
  const port = await listening(server);
  return Object.assign(hook, {
    url: `http://127.0.0.1:${port}/hooks/a-secret-path`,
    received,
    close: () => closing(server),
  });
}

/** A mail server on this machine. */
export interface MailBox {
  readonly url: string;
  readonly mails: string[];
  /** What it refuses every recipient with; null: it takes the mail. */
  refusal: string | null;
  close(): Promise<void>;
}

/** Starts a mail server that takes mail from anybody. */
export async function startMailBox(): Promise<MailBox> {
  const mails: string[] = [];
  const box = { refusal: null as string | null };
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: (_address, _session, done) =>
      done(box.refusal === null ? null : Object.assign(new Error(box.refusal), { responseCode: 550 })),
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString('utf8'));
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const { port } = smtp.server.address() as AddressInfo; // a TCP server that listens has one
  return Object.assign(box, {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    close: () => new Promise<void>((resolve) => smtp.close(resolve)),
  });
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port; // a TCP server that listens has one
}

function closing(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
