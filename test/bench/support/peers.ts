import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../support/servers';
import { startProgram, untilReady, type Command, type Program } from './program';

/** A program that the gateway is measured beside. */
export interface Peer {
  readonly name: string;
  /** With its path. */
  readonly url: string;
  readonly pid: number;
}

/** Running peers, and a line for each that is left out. */
export interface Peers<Kind extends Peer = Peer> {
  readonly running: readonly Kind[];
  readonly missing: readonly string[];
  stop(): Promise<void>;
}

const FOLDER = path.join(__dirname, '..', 'peers');
const INSTALL_WITHIN_MS = 600_000;
const run = promisify(execFile);

/**
 * Starts Apollo Server, Hive Gateway and Tailcall, each answering the bench's query with `answer`, in the same shape; the latter
 * two over two REST servers. What cannot be installed or started is left out, with its reason.
 */
export async function startPagePeers(
  answer: unknown,
  folder: string,
  tell: (line: string) => void,
): Promise<Peers> {
  const notInstalled = await installPeers(tell);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'drivers.json');
  writeFileSync(file, JSON.stringify(answer));
  const programs: Program[] = [];
  const start: StartPeer = async (command, url) => {
    const program = await startProgram({ ...command, cwd: FOLDER });
    programs.push(program);
    await untilReady(program, () => answers(url), 50);
    return { url, pid: program.pid };
  };
  const gps = await startRest('gps', file, start);
  const driveri = await startRest('driveri', file, start);
  const running: Peer[] = [];
  const missing: string[] = [];
  for (const [name, startPeer] of Object.entries(PAGE_PEERS)) {
    try {
      running.push({ name, ...(await startPeer({ file, folder, gps, driveri, start })) });
    } catch (error) {
      missing.push(`${name} is left out: ${notInstalled ?? firstLine(error)}`);
    }
  }
  return {
    running,
    missing,
    stop: async () => void (await Promise.all(programs.map((program) => program.stop()))),
  };
}

/** Starts graphql-ws alone, with the gateway's shape of events. */
export async function startGraphqlWs(tell: (line: string) => void): Promise<Peers<AnnouncingPeer>> {
  const notInstalled = await installPeers(tell);
  if (notInstalled !== undefined) tell(notInstalled); // it may be found among the project's own packages
  const port = String(await freePort());
  const program = await startProgram({
    program: process.execPath,
    args: ['graphql-ws-server.mjs', port],
    cwd: FOLDER,
  });
  await untilReady(program, () => answers(`http://127.0.0.1:${port}/`), 50);
  const announce = async (count: number): Promise<void> => {
    await fetch(`http://127.0.0.1:${port}/announce/${count}`, { method: 'POST' });
  };
  const peer = {
    name: `graphql-ws ${versionOf('graphql-ws')} alone`,
    url: `ws://127.0.0.1:${port}/graphql`,
    pid: program.pid,
    announce,
  };
  return { running: [peer], missing: [], stop: () => program.stop() };
}

/** A peer that tells its subscribers of so many events. */
export interface AnnouncingPeer extends Peer {
  announce(count: number): Promise<void>;
}

type StartPeer = (command: Command, url: string) => Promise<Omit<Peer, 'name'>>;

interface Given {
  /** With the answer. */
  readonly file: string;
  readonly folder: string;
  readonly gps: string;
  readonly driveri: string;
  readonly start: StartPeer;
}

/** Logs of single requests are off everywhere, as in the gateway. */
const PAGE_PEERS: Readonly<Record<string, (given: Given) => Promise<Omit<Peer, 'name'>>>> = {
  async 'Apollo Server, from memory'({ file, start }) {
    const port = String(await freePort());
    const args = ['apollo-server.mjs', port, file];
    const env = { NODE_ENV: 'production' };
    return start({ program: process.execPath, args, env }, `http://127.0.0.1:${port}/`);
  },
  async 'Hive Gateway, over REST'({ folder, gps, driveri, start }) {
    const port = String(await freePort());
    const supergraph = path.join(folder, 'supergraph.graphql');
    const env = { GPS_URL: gps, DRIVERI_URL: driveri, NODE_ENV: 'production', LOG_LEVEL: 'warn' };
    await run(bin('mesh-compose'), ['-c', 'mesh.config.mjs', '-o', supergraph], {
      cwd: FOLDER,
      env: { ...process.env, ...env },
    });
    const args = ['supergraph', supergraph, '--host', '127.0.0.1', '--port', port];
    const url = `http://127.0.0.1:${port}/graphql`;
    return start({ program: bin('hive-gateway'), args, env }, url);
  },
  async 'Tailcall, over REST'({ folder, gps, driveri, start }) {
    const port = String(await freePort());
    const file = path.join(folder, 'tailcall.graphql');
    const text = readFileSync(path.join(FOLDER, 'tailcall.graphql'), 'utf8')
      .replace('port: 4000', `port: ${port}`)
      .replace('http://gps', gps)
      .replace('http://driveri', driveri);
    writeFileSync(file, text);
    // It tells its makers about its use unless told otherwise.
    const env = { TAILCALL_TRACKER: 'false', TC_TRACKER: 'false', TAILCALL_LOG_LEVEL: 'error' };
    const url = `http://127.0.0.1:${port}/graphql`;
    return start({ program: bin('tailcall'), args: ['start', file], env }, url);
  },
};

async function startRest(portal: 'gps' | 'driveri', file: string, start: StartPeer): Promise<string> {
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  await start({ program: process.execPath, args: ['rest-server.mjs', portal, port, file] }, url);
  return url;
}

let installed: Promise<string | undefined> | undefined;

/** Installs the peers where they, or this version of them, are not there yet; a reason when that is not possible. */
function installPeers(tell: (line: string) => void): Promise<string | undefined> {
  installed ??= install(tell);
  return installed;
}

async function install(tell: (line: string) => void): Promise<string | undefined> {
  const lock = readFileSync(path.join(FOLDER, 'package-lock.json'), 'utf8');
  const marker = path.join(FOLDER, 'node_modules', '.installed-lock.json');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lock) return undefined;
  tell('installing the peers (test/bench/peers), once');
  try {
    await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: FOLDER, timeout: INSTALL_WITHIN_MS });
    writeFileSync(marker, lock);
    return undefined;
  } catch (error) {
    return `the peers could not be installed (${firstLine(error)})`;
  }
}

const bin = (name: string): string => path.join(FOLDER, 'node_modules', '.bin', name);

/** Of a package as this folder finds it. */
function versionOf(name: string): string {
  const file = require.resolve(name, { paths: [FOLDER] });
  const folder = file.slice(0, file.lastIndexOf(`${path.sep}${path.normalize(name)}${path.sep}`));
  const { version } = JSON.parse(readFileSync(path.join(folder, name, 'package.json'), 'utf8')) as {
    readonly version: string;
  }; // every package has one
  return version;
}

/** True when the smallest query is answered there; the REST servers answer everything. */
async function answers(url: string): Promise<true | undefined> {
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: '{"query":"{ __typename }"}' });
    await response.arrayBuffer();
    return response.ok || undefined;
  } catch {
    return undefined;
  }
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n').slice(0, 3).join(' ').trim();
