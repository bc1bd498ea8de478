import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** A server of this test run only. */
export interface Server {
  readonly url: string;
  /** Ends it as a power cut would, and brings it back on the same port: Postgres with its data, Redis empty. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/** A server's program is not on this machine. */
export class ServerMissing extends Error {}

const READY_WITHIN_MS = 30_000;

/**
 * Runs a program until its standard input ends: when the test run dies, however hard, the server goes, too, and so does its
 * directory. A line of input is a signal to end the program with, before it is started again; a line of output says that it has ended.
 * $1: the signal that stops it, $2: its directory, then the program.
 */
const KEEPER = `signal=$1; directory=$2; shift 2
"$@" >"$directory/log" 2>&1 &
child=$!
while read -r crash; do
  kill -"$crash" "$child" 2>/dev/null
  wait "$child"
  echo ended
  "$@" >>"$directory/log" 2>&1 &
  child=$!
done
kill -"$signal" "$child" 2>/dev/null
wait "$child"
rm -rf "$directory"`;

/** Starts an empty Redis that keeps nothing on disk, on a free port (or on the one given, to bring one back). */
export async function startRedis(options: { port?: number } = {}): Promise<Server> {
  const program = findProgram('redis-server', ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']);
  const directory = mkdtempSync(path.join(os.tmpdir(), 'gateway-redis-'));
  const port = options.port ?? (await freePort());
  const keeper = keep('TERM', directory, [
    program,
    ...[
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      directory,
      '--save',
      '',
      '--appendonly',
      'no',
    ],
  ]);
  const answers = () => pingRedis(port);
  await untilReady(keeper, 'redis-server', answers);
  return {
    url: `redis://127.0.0.1:${port}`,
    crash: () => crash(keeper, 'KILL', 'redis-server', answers),
    stop: () => stop(keeper),
  };
}

// Not with ioredis: a timer of its disconnect() keeps a short test run from ending for two seconds.
async function pingRedis(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [answer]: unknown[] = await once(socket, 'data');
    if (String(answer) !== '+PONG\r\n') throw new Error(`Redis answered ${String(answer)}`);
  } finally {
    socket.destroy();
  }
}

/** Starts an empty Postgres cluster without fsync, on a free port. Postgres refuses to run as root: then it runs as `postgres`. */
export async function startPostgres(): Promise<Server> {
  const initdb = findProgram('initdb', postgresDirectories());
  const account = unprivilegedAccount();
  const directory = mkdtempSync(path.join(os.tmpdir(), 'gateway-postgres-'));
  if (account) chownSync(directory, account.uid, account.gid);
  const data = path.join(directory, 'data');
  execFileSync(
    initdb,
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: directory,
      ...account,
    },
  );
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    fsync: 'off',
    max_connections: 200,
    unix_socket_directories: '',
  };
  const keeper = keep(
    'INT',
    directory,
    [
      path.join(path.dirname(initdb), 'postgres'),
      ...['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    ],
    account,
  );
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const answers = async () => {
    const client = new Client(url);
    client.on('error', () => undefined);
    await client.connect();
    await client.end();
  };
  await untilReady(keeper, 'postgres', answers);
  return { url, crash: () => crash(keeper, 'QUIT', 'postgres', answers), stop: () => stop(keeper) };
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  try {
    return { uid: idOf('-u'), gid: idOf('-g') };
  } catch {
    throw new ServerMissing('Postgres does not run as root, and there is no user "postgres"');
  }
}

function postgresDirectories(): string[] {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  return [
    ...versions.map((version) => path.join(debian, version, 'bin')),
    '/usr/local/bin',
    '/opt/homebrew/bin',
  ];
}

function findProgram(name: string, likely: readonly string[]): string {
  const directories = [...(process.env['PATH'] ?? '').split(path.delimiter), ...likely];
  const found = directories.map((directory) => path.join(directory, name)).find((file) => existsSync(file));
  if (found === undefined) throw new ServerMissing(`${name} is not installed`);
  return found;
}

function keep(
  signal: string,
  directory: string,
  command: readonly string[],
  account?: Account,
): ChildProcess {
  return spawn('/bin/sh', ['-c', KEEPER, 'sh', signal, directory, ...command], {
    stdio: ['pipe', 'pipe', 'ignore'],
    cwd: directory,
    ...account,
  });
}

/** QUIT is Postgres' immediate shutdown: no checkpoint, recovery from the log at the next start. */
async function crash(
  keeper: ChildProcess,
  signal: 'KILL' | 'QUIT',
  name: string,
  answers: () => Promise<void>,
): Promise<void> {
  if (keeper.stdin === null || keeper.stdout === null) throw new Error('a keeper has both ends');
  const ended = once(keeper.stdout, 'data');
  keeper.stdin.write(`${signal}\n`);
  await ended;
  await untilReady(keeper, name, answers);
}

async function stop(keeper: ChildProcess): Promise<void> {
  if (keeper.exitCode !== null) return;
  const exited = once(keeper, 'exit');
  keeper.stdin?.end();
  await exited;
}

async function untilReady(keeper: ChildProcess, name: string, answers: () => Promise<void>): Promise<void> {
  const giveUpAt = Date.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      return await answers();
    } catch (cause) {
      if (Date.now() < giveUpAt && keeper.exitCode === null) {
        await sleep(50);
        continue;
      }
      await stop(keeper);
      throw new Error(`${name} does not answer`, { cause });
    }
  }
}

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has an AddressInfo; a string is a pipe's.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
