import { isDeepStrictEqual } from 'node:util';
import { figure, inMiB, type Row } from '../report';
import type { PageSizes } from '../sizes';
import type { Bench } from '../support/bench';
import { startChild } from '../support/child';
import { compileGateway, startCompiledGateway } from '../support/compiled-gateway';
import { gatewayEnvironment, userToken, writeAccountsFile, type Mode } from '../support/deployment';
import { askOnce, createHttpLoad, type Endpoint, type HttpLoad, type Seen } from '../support/http-load';
import type { MemoryGatewayProgram } from '../support/memory-gateway-program';
import { startPagePeers } from '../support/peers';
import { cpuMs, residentBytes } from '../support/process-watch';

const DRIVERS = 50;
const CONNECTIONS = 20;
/** Users who take turns: so many that none asks for more than the gateway gives a user at once. */
const USERS = 400;

/** Seven fields of GPS and three of Driveri. */
const PAGE = `{ drivers(first: ${DRIVERS}) { nodes { id
  gps { gpsId firstName lastName email phone referenceId observedAt }
  driveri { driverId status observedAt } } } }`;

/** What issue 12 asks for, beside what the first version measured. */
const PEER_TARGETS: Readonly<Record<string, Pick<Row, 'target' | 'before'>>> = {
  'Hive Gateway, over REST': { target: '8; p99 0.2; memory 0.5', before: '1.06 to 1.9' },
  'Apollo Server, from memory': { target: '1.0', before: '0.13 to 0.2' },
  'Tailcall, over REST': { target: '1.0', before: 'about 0.17' },
};

/**
 * Pages of 50 drivers over 20 connections: the compiled gateway on both databases and, as its own
 * floor, without one; beside its peers, with the same drivers and the same query. They are loaded in turn, several times, so
 * that a busy machine is busy for all.
 */
export async function measurePages(
  bench: Bench,
  { roundMs, rounds }: PageSizes,
  profileDir?: string,
): Promise<Row[]> {
  const gateways = await startGateways(bench, profileDir);
  const [first] = gateways;
  const peers = await startPagePeers(await askOnce(first, PAGE), bench.newFolder(), bench.tell);
  const candidates = [...gateways, ...peers.running.map((peer) => ({ ...peer, ...NO_GATEWAY }))].map(
    (one) => ({ ...one, load: createHttpLoad(one, PAGE, CONNECTIONS) }),
  );
  try {
    await assertSameAnswers(candidates);
    for (const { load } of candidates) {
      await load.round(2 * roundMs);
      load.forget();
    }
    const cpuBefore = candidates.map(({ pid }) => cpuMs(pid));
    for (let round = 0; round < rounds; round += 1) {
      bench.tell(`pages, round ${round + 1} of ${rounds}`);
      for (const { load } of candidates) await load.round(roundMs);
    }
    const measured = candidates.map((one, index) => measuredOf(one, cpuBefore[index] ?? NaN));
    return [...rowsOf(measured), ...peers.missing.map(missingRow)];
  } catch (cause) {
    const said = gateways.map(({ name, output }) => `${name} has said last:\n${output()}`);
    throw new Error(`pages could not be measured\n${said.join('\n')}`, { cause });
  } finally {
    await Promise.all(candidates.map(({ load }) => load.close()));
    await Promise.all([...gateways.map((gateway) => gateway.stop()), peers.stop()]);
  }
}

interface Candidate extends Endpoint {
  readonly name: string;
  readonly pid: number;
  readonly isPeer: boolean;
  /** What it has logged last. */
  output(): string;
  stop(): Promise<void>;
}

const NO_GATEWAY = { tokens: [], isPeer: true, output: () => '', stop: async () => undefined };

/** The first one is what peers are compared with. */
async function startGateways(
  bench: Bench,
  profileDir?: string,
): Promise<readonly [Candidate, ...Candidate[]]> {
  compileGateway();
  const tokens = await Promise.all(Array.from({ length: USERS }, (_, n) => userToken(`user-${n}`, 'VIEWER')));
  const start = async (mode: Mode, name: string): Promise<Candidate> => {
    const place = await bench.readyPlace({ mode, fleets: { accounts: 1, drivers: DRIVERS } });
    writeAccountsFile(place);
    const gateway = await startCompiledGateway(gatewayEnvironment(place, 'all'), profileDir);
    const { pid, output, stop } = gateway;
    return { name, url: `${gateway.url}/graphql`, tokens, pid, isPeer: false, output, stop };
  };
  return [
    await start('postgres', 'gateway, Postgres'),
    await start('embedded', 'gateway, embedded database'),
    await startOnMemory(),
  ];
}

async function startOnMemory(): Promise<Candidate> {
  const child = await startChild<MemoryGatewayProgram>('test/bench/support/memory-gateway-program.ts');
  const endpoint = await child.methods.start(USERS);
  const { pid, stop } = child;
  return { name: 'gateway, from memory', ...endpoint, pid, isPeer: false, output: () => '', stop };
}

/** Who answers something else has less, or more, to do. */
async function assertSameAnswers(candidates: readonly Candidate[]): Promise<void> {
  const [expected] = await Promise.all(candidates.slice(0, 1).map((one) => askOnce(one, PAGE)));
  for (const one of candidates.filter(({ isPeer }) => isPeer)) {
    if (!isDeepStrictEqual(await askOnce(one, PAGE), expected)) {
      throw new Error(`${one.name} does not answer as the gateway does`);
    }
  }
}

interface Measured extends Seen {
  readonly name: string;
  readonly isPeer: boolean;
  readonly residentBytes: number;
  readonly cpuMsEach: number;
}

function measuredOf(candidate: Candidate & { readonly load: HttpLoad }, cpuBefore: number): Measured {
  const { name, isPeer, pid, load } = candidate;
  const seen = load.seen();
  const cpuMsEach = (cpuMs(pid) - cpuBefore) / seen.requests;
  return { name, isPeer, ...seen, residentBytes: residentBytes(pid), cpuMsEach };
}

function rowsOf(measured: readonly Measured[]): Row[] {
  const gateways = measured.filter(({ isPeer }) => !isPeer);
  return measured.map((one) => ({
    measure: `page of ${DRIVERS} over ${CONNECTIONS} connections`,
    mode: one.name,
    value: `${figure(one.perSecond)}/s; p50 ${figure(one.p50Ms)} ms; p99 ${figure(one.p99Ms)} ms; ${inMiB(one.residentBytes)}`,
    ...(one.isPeer ? besidePeer(gateways, one) : { ratio: '', target: '', before: '' }),
    note: `${figure(one.cpuMsEach)} ms of CPU time each${one.isPeer ? `; ${otherRatios(gateways, one)}` : ''}`,
  }));
}

function besidePeer(gateways: readonly Measured[], peer: Measured): Pick<Row, 'ratio' | 'target' | 'before'> {
  const [gateway] = gateways;
  if (gateway === undefined) throw new Error('nothing to compare with');
  const memory = figure(gateway.residentBytes / peer.residentBytes);
  return {
    ratio: `${figure(gateway.perSecond / peer.perSecond)}; p99 ${figure(gateway.p99Ms / peer.p99Ms)}; memory ${memory}`,
    target: PEER_TARGETS[peer.name]?.target ?? '',
    before: PEER_TARGETS[peer.name]?.before ?? '',
  };
}

function otherRatios(gateways: readonly Measured[], peer: Measured): string {
  return gateways
    .slice(1)
    .map(({ name, perSecond }) => `${name} ${figure(perSecond / peer.perSecond)}`)
    .join('; ');
}

function missingRow(reason: string): Row {
  return { measure: 'left out', mode: '', value: '', ratio: '', target: '', before: '', note: reason };
}
