import { performance } from 'node:perf_hooks';
import { Pool } from 'undici';
import { startPostgres } from '../support/servers';
import { startChild } from './support/child';
import {
  attacks,
  type AttackName,
  type AttackTally,
  type NeighbourAttacker,
} from './support/neighbour-attacks';
import type { NeighbourAddress, NeighbourServer } from './support/neighbour-server';

/**
 * One caller beside another: the victim of one tenant asks for a page, twenty times a second, while one attacker of another
 * tenant does its worst in one way after the other, with the limits of a default configuration:
 *
 *     npm run bench:neighbours                          every attack, on the embedded database
 *     npm run bench:neighbours -- --postgres            on a Postgres of the run's own
 *     npm run bench:neighbours -- largest-page sockets  only these attacks
 *     npm run bench:neighbours -- --quick               short rounds
 *
 * Gateway, attacker and victim are processes of their own. Before and after each attack the victim is measured alone. What must
 * hold is the ratio: its p50 at most doubles.
 */
const ASK_EVERY_MS = 50;
const PAGE = '{ drivers(first: 10) { nodes { id fullName gps { gpsId firstName lastName } } } }';

interface Options {
  readonly names: readonly AttackName[];
  readonly isPostgres: boolean;
  readonly roundMs: number;
}

async function main(options: Options): Promise<void> {
  const postgres = options.isPostgres ? await startPostgres() : undefined;
  const server = await startChild<NeighbourServer>('test/bench/support/neighbour-server.ts');
  const attacker = await startChild<NeighbourAttacker>('test/bench/support/neighbour-attacks.ts');
  try {
    const address = await server.methods.start(postgres?.url ?? null);
    const ask = createVictim(address);
    await ask(options.roundMs); // what is compiled at first is not measured
    say(
      `Node ${process.version}; ${postgres ? 'Postgres' : 'embedded database'}; the victim's latencies in ms; target: p50 at most 2.00`,
    );
    say(row(['attack', 'p50 alone', 'beside', 'ratio', 'p99 alone', 'beside', 'ratio', 'attacker']));
    for (const name of options.names) say(row(await measure(name, address, attacker.methods, ask, options)));
  } finally {
    await attacker.stop();
    await server.stop();
    await postgres?.stop();
  }
}

async function measure(
  name: AttackName,
  address: NeighbourAddress,
  attacker: {
    start(name: AttackName, address: NeighbourAddress): Promise<void>;
    stop(): Promise<AttackTally>;
  },
  ask: (forMs: number) => Promise<readonly number[]>,
  { roundMs }: Options,
): Promise<readonly string[]> {
  const before = await ask(roundMs);
  await attacker.start(name, address);
  const beside = await ask(2 * roundMs);
  const { answered, refused, failed } = await attacker.stop();
  const alone = [...before, ...(await ask(roundMs))];
  const cells = [0.5, 0.99].flatMap((part) => {
    const [quiet, loud] = [at(alone, part), at(beside, part)];
    return [quiet.toFixed(1), loud.toFixed(1), (loud / quiet).toFixed(2)];
  });
  return [name, ...cells, `${answered} answered, ${refused} refused, ${failed} broken off`];
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

const at = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(part * (values.length - 1))] ?? 0;

const WIDTHS = [22, 10, 8, 7, 10, 8, 7, 0];
const row = (cells: readonly string[]): string =>
  cells
    .map((cell, index) => (index === 0 ? cell.padEnd(WIDTHS[0] ?? 0) : cell.padStart(WIDTHS[index] ?? 0)))
    .join(' ');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

function optionsOf(args: readonly string[]): Options {
  const all = Object.keys(attacks) as AttackName[]; // its own keys
  const wanted = args.filter((arg) => !arg.startsWith('--'));
  const wrong = [
    ...wanted.filter((name) => !(name in attacks)),
    ...args.filter((arg) => arg.startsWith('--') && !['--quick', '--postgres'].includes(arg)),
  ];
  if (wrong.length > 0) {
    throw new Error(
      `unknown: ${wrong.join(', ')}; attacks are ${all.join(', ')}, options --quick and --postgres`,
    );
  }
  return {
    names: all.filter((name) => wanted.length === 0 || wanted.includes(name)),
    isPostgres: args.includes('--postgres'),
    roundMs: args.includes('--quick') ? 1_000 : 4_000,
  };
}

main(optionsOf(process.argv.slice(2))).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
