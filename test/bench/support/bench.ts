import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PortalAccess } from '../../support/gateway-process';
import { startBenchServers, type BenchServers } from './bench-servers';
import { startChild, type Child } from './child';
import { pause, startDeployment, type Deployment, type DeploymentOptions, type Mode } from './deployment';
import type { EmptyJobsProgram } from './empty-jobs-program';
import type { ListsProgram } from './lists-program';
import type { PortalFleets, PortalsProgram } from './portals-program';
import { turnOn } from './turn-on';

/** A gateway whose accounts are on and in sync, as after months of use, and the portals that it mirrors. */
export interface ReadyGateway {
  readonly deployment: Deployment;
  readonly portals: Child<PortalsProgram>['methods'];
  /** The first account's. */
  readonly access: PortalAccess;
}

/** What all measures of one run share. */
export interface Bench {
  readonly servers: BenchServers;
  readonly emptyJobs: Child<EmptyJobsProgram>['methods'];
  readonly lists: Child<ListsProgram>['methods'];
  /** A folder that is empty and goes with the run. */
  newFolder(): string;
  /** Starts a ready gateway in front of portals in their first state, hands it to `work`, and stops it. */
  withGateway<Result>(
    given: { readonly mode: Mode; readonly fleets: PortalFleets; readonly polls?: 'default' },
    work: (gateway: ReadyGateway) => Promise<Result>,
  ): Promise<Result>;
  /** What a ready gateway is started from: a database of its own, and portals in their first state. */
  readyPlace(given: { readonly mode: Mode; readonly fleets: PortalFleets }): Promise<DeploymentOptions>;
  /** A line for the person who waits. */
  tell(line: string): void;
  stop(): Promise<void>;
}

/** Starts the servers and the portals of a run. `tell` gets a line for each slow preparation. */
export async function startBench(tell: (line: string) => void): Promise<Bench> {
  const folder = mkdtempSync(path.join(tmpdir(), 'gateway-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  let folders = 0;
  const newFolder = (): string => path.join(folder, String(++folders));
  const servers = await startBenchServers();
  const [portals, emptyJobs, lists] = await Promise.all([
    startChild<PortalsProgram>('test/bench/support/portals-program.ts'),
    startChild<EmptyJobsProgram>('test/bench/support/empty-jobs-program.ts'),
    startChild<ListsProgram>('test/bench/support/lists-program.ts'),
  ]);
  const prepared = new Map<string, Promise<Prepared>>();
  const readyPlace: Bench['readyPlace'] = async ({ mode, fleets }) => {
    const access = await portals.methods.open(fleets);
    const kind = mode === 'embedded' ? 'embedded' : 'postgres';
    const key = `${kind}, ${fleets.accounts} account(s) with ${fleets.drivers} drivers`;
    if (!prepared.has(key)) prepared.set(key, prepare(key, kind, { access, servers, newFolder, tell }));
    const place = await copyOf(await prepared.get(key), servers, newFolder());
    await portals.methods.open(fleets);
    return { mode, access, servers, ...place };
  };
  return {
    servers,
    emptyJobs: emptyJobs.methods,
    lists: lists.methods,
    newFolder,
    readyPlace,
    tell,
    async withGateway({ polls, ...given }, work) {
      const place = await readyPlace(given);
      const deployment = await startDeployment({ ...place, ...(polls === undefined ? {} : { polls }) });
      try {
        const [first] = place.access;
        if (first === undefined) throw new Error('a bench needs an account');
        await untilLoggedIn(deployment);
        return await work({ deployment, portals: portals.methods, access: first });
      } finally {
        await deployment.stop();
      }
    },
    async stop() {
      await Promise.all([portals, emptyJobs, lists].map((child) => child.stop()));
      await servers.stop();
    },
  };
}

/** The portals have started anew and forgot the session: the account logs in again half a minute after the last time. */
async function untilLoggedIn(deployment: Deployment): Promise<void> {
  const { drivers } = await deployment.ask<{ drivers: { nodes: readonly { readonly id: string }[] } }>(
    '{ drivers(first: 1) { nodes { id } } }',
    {},
  );
  const end = performance.now() + 40_000;
  for (;;) {
    try {
      await deployment.ask('mutation ($id: ID!) { refreshDriver(id: $id) { userErrors { message } } }', {
        id: drivers.nodes[0]?.id,
      });
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
      await pause(1_000);
    }
  }
}

/** A database in which every account is on and every driver is linked: made once, then copied. */
type Prepared = Pick<DeploymentOptions, 'databaseUrl' | 'dataDir'>;

async function prepare(
  key: string,
  mode: 'embedded' | 'postgres',
  {
    access,
    servers,
    newFolder,
    tell,
  }: Pick<DeploymentOptions, 'access' | 'servers'> & {
    readonly newFolder: () => string;
    readonly tell: (line: string) => void;
  },
): Promise<Prepared> {
  const startedAt = performance.now();
  const databaseUrl = mode === 'postgres' ? await servers.createDatabase() : '';
  const place = { databaseUrl, dataDir: newFolder() };
  const deployment = await startDeployment({ mode, access, servers, ...place });
  try {
    const waiting = access.map((_, index) => index);
    const turnOnNext = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        await turnOn(deployment, next);
    };
    await Promise.all(Array.from({ length: 8 }, turnOnNext));
  } finally {
    await deployment.stop();
  }
  tell(`prepared: ${key}, INITIAL run included, in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  return place;
}

async function copyOf(
  prepared: Prepared | undefined,
  servers: BenchServers,
  dataDir: string,
): Promise<Prepared> {
  if (prepared === undefined) throw new Error('nothing was prepared');
  if (prepared.databaseUrl !== '') {
    return { databaseUrl: await servers.createDatabase(prepared.databaseUrl), dataDir };
  }
  cpSync(prepared.dataDir, dataDir, { recursive: true });
  return { databaseUrl: '', dataDir };
}
