import { performance } from 'node:perf_hooks';
import { Pool } from 'undici';
import { figure, percentile, type Row } from '../report';
import type { NeighbourSizes } from '../sizes';
import type { Bench } from '../support/bench';
import { startChild, type Child } from '../support/child';
import type { Mode } from '../support/deployment';
import { attacks, type AttackName, type NeighbourAttacker } from '../support/neighbour-attacks';
import type { NeighbourAddress, NeighbourServer } from '../support/neighbour-server';

const ASK_EVERY_MS = 50;
const PAGE = '{ drivers(first: 10) { nodes { id fullName gps { gpsId firstName lastName } } } }';

/**
 * One caller beside another: the victim of one tenant asks for a page, twenty times a second, while one attacker of another
 * tenant does its worst in one way after the other, with the limits of a default configuration. Gateway, attacker and victim are
 * processes of their own. Before and after each attack the victim is measured alone. What must hold is the ratio.
 */
export async function measureNeighbours(
  bench: Bench,
  mode: Mode,
  names: readonly AttackName[],
  { roundMs }: NeighbourSizes,
): Promise<Row[]> {
  const server = await startChild<NeighbourServer>('test/bench/support/neighbour-server.ts');
  const attacker = await startChild<NeighbourAttacker>('test/bench/support/neighbour-attacks.ts');
  try {
    const address = await server.methods.start(
      mode === 'postgres' ? await bench.servers.createDatabase() : null,
    );
    const ask = createVictim(address);
    await ask(roundMs); // what is compiled at first is not measured
    const rows: Row[] = [];
    for (const name of names) {
      bench.tell(`neighbours, ${mode}: ${name}`);
      rows.push(rowOf(mode, await measure(name, address, attacker.methods, ask, roundMs)));
    }
    return rows;
  } finally {
    await attacker.stop();
    await server.stop();
  }
}

interface Beside {
  readonly name: AttackName;
  /** The victim's latencies in ms. */
  readonly alone: readonly number[];
  readonly beside: readonly number[];
  /** What became of the attacker's requests. */
  readonly tally: string;
}

async function measure(
  name: AttackName,
  address: NeighbourAddress,
  attacker: Child<NeighbourAttacker>['methods'],
  ask: (forMs: number) => Promise<readonly number[]>,
  roundMs: number,
): Promise<Beside> {
  const before = await ask(roundMs);
  await attacker.start(name, address);
  const beside = await ask(2 * roundMs);
  const { answered, refused, failed } = await attacker.stop();
  const alone = [...before, ...(await ask(roundMs))];
  return { name, alone, beside, tally: `${answered} answered, ${refused} refused, ${failed} broken off` };
}

/** Asks at fixed times, whether or not the last answer has come: a slow answer must not make the others fewer. */
function createVictim({ url, victim }: NeighbourAddress): (forMs: number) => Promise<readonly number[]> {
  const pool = new Pool(url, { connections: 10, pipelining: 1 });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${victim}` };
  const body = JSON.stringify({ query: PAGE });
  const askOnce = async (): Promise<number> => {
    const askedAt = performance.now();
    const response = await pool.request({ path: '/graphql', method: 'POST', headers, body });
    const text = await response.body.text();
    if (response.statusCode !== 200) throw new Error(`the victim was refused: ${text.slice(0, 200)}`);
    return performance.now() - askedAt;
  };
  return async (forMs) => {
    const asked: Promise<number>[] = [];
    const startedAt = performance.now();
    for (let n = 0; n * ASK_EVERY_MS < forMs; n += 1) {
      const due = startedAt + n * ASK_EVERY_MS - performance.now();
      if (due > 0) await new Promise((resolve) => setTimeout(resolve, due));
      asked.push(askOnce());
    }
    return Promise.all(asked);
  };
}

function rowOf(mode: Mode, { name, alone, beside, tally }: Beside): Row {
  const [quiet, loud] = [percentile(alone, 0.5), percentile(beside, 0.5)];
  const [quiet99, loud99] = [percentile(alone, 0.99), percentile(beside, 0.99)];
  return {
    measure: `a victim's page beside ${name}: p50`,
    mode,
    value: `${figure(loud)} ms`,
    ratio: `${figure(loud / quiet)} of alone`,
    target: '2.0',
    before: '',
    note: `alone ${figure(quiet)} ms; p99 ${figure(loud99)} of ${figure(quiet99)} ms; attacker: ${tally}`,
  };
}

/** The attacks whose names begin like one of these; all of them when none is given. */
export function attacksNamed(prefixes: readonly string[]): readonly AttackName[] {
  const all = Object.keys(attacks) as AttackName[]; // its own keys
  const isUnknown = (prefix: string): boolean => !all.some((name) => name.startsWith(prefix));
  const unknown = prefixes.filter(isUnknown);
  if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(', ')}; attacks are ${all.join(', ')}`);
  return all.filter((name) => prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix)));
}
