import { cpSync } from 'node:fs';
import path from 'node:path';
import { figure, inMiB, percentile, type Row } from '../report';
import type { StartSizes } from '../sizes';
import type { Bench } from '../support/bench';
import { compileGateway, startCompiledGateway, type CompiledGateway } from '../support/compiled-gateway';
import { pause } from '../support/deployment';
import { residentBytes } from '../support/process-watch';
import { startProgram, untilReady, type Program } from '../support/program';

/** As `store/embedded/embedded-database.ts` has them. */
const START_PARAMETERS = ['-c', 'shared_buffers=16MB', '-c', 'max_connections=10'];

/**
 * `npm start` with nothing set: the embedded database and the sandbox. Time to ready and memory at rest, with a new data
 * directory and with the same one again; beside it Node alone, and PGlite alone on a copy of that directory.
 */
export async function measureStart(bench: Bench, { rounds, idleMs }: StartSizes): Promise<Row[]> {
  compileGateway();
  const seen = { compile: [] as number[], new: [] as Start[], existing: [] as Start[] };
  let directory = '';
  for (let round = 0; round < rounds; round += 1) {
    bench.tell(`start, round ${round + 1} of ${rounds}`);
    directory = bench.newFolder();
    seen.compile.push(compileGateway());
    seen.new.push(await startOnce(directory, idleMs));
    seen.existing.push(await startOnce(directory, idleMs));
  }
  const compileMs = percentile(seen.compile, 0.5);
  const node = await restingBytes();
  const plain = await restingBytes(copyOfDatabase(directory, bench.newFolder()));
  const modest = await restingBytes(copyOfDatabase(directory, bench.newFolder()), START_PARAMETERS);
  const pglite = `Node alone ${inMiB(node)}; with PGlite and its defaults ${inMiB(plain)}, started as the gateway starts it ${inMiB(modest)}`;
  return [
    rowOf('existing', seen.existing, { compileMs, target: '3 s; 350 MB', before: '8 to 12 s; 372 to 421' }),
    rowOf('new', seen.new, { compileMs, target: '6 s', before: '14 to 16 s; 534 to 564' }),
    {
      measure: '  memory of PGlite alone, above that of Node alone',
      mode: 'embedded',
      value: inMiB(modest - node),
      ratio: `${figure((modest - node) / restOf(seen.existing))} of the gateway`,
      target: '',
      before: '',
      note: pglite,
    },
  ];
}

interface Start {
  readonly readyAfterMs: number;
  readonly restBytes: number;
}

async function startOnce(dataDir: string, idleMs: number): Promise<Start> {
  const gateway: CompiledGateway = await startCompiledGateway({
    DATA_DIR: dataDir,
    PORT: '0',
    SANDBOX_GPS_PORT: '0',
    SANDBOX_DRIVERI_PORT: '0',
    // What the developer's shell has must not count.
    ...Object.fromEntries(
      ['DATABASE_URL', 'REDIS_URL', 'ACCOUNTS_FILE', 'AUTH_SECRET', 'AUTH_JWKS_URL', 'NODE_ENV'].map(
        (name) => [name, ''],
      ),
    ),
  });
  await pause(idleMs);
  const restBytes = residentBytes(gateway.pid);
  await gateway.stop();
  return { readyAfterMs: gateway.readyAfterMs, restBytes };
}

async function restingBytes(directory?: string, parameters: readonly string[] = []): Promise<number> {
  const program: Program = await startProgram({
    program: process.execPath,
    args: [
      path.join(__dirname, '..', 'support', 'bare-pglite.cjs'),
      ...(directory === undefined ? [] : [directory, ...parameters]),
    ],
  });
  await untilReady(program, (output) => output.includes('ready') || undefined);
  const bytes = residentBytes(program.pid);
  await program.stop();
  return bytes;
}

function copyOfDatabase(dataDir: string, copy: string): string {
  cpSync(path.join(dataDir, 'database'), copy, { recursive: true });
  return copy;
}

const restOf = (starts: readonly Start[]): number =>
  percentile(
    starts.map(({ restBytes }) => restBytes),
    0.5,
  );

function rowOf(
  what: string,
  starts: readonly Start[],
  { compileMs, target, before }: Pick<Row, 'target' | 'before'> & { readonly compileMs: number },
): Row {
  const ready = starts.map(({ readyAfterMs }) => readyAfterMs);
  const rests = starts.map(({ restBytes }) => restBytes);
  return {
    measure: `start with ${what === 'new' ? 'a new' : 'an existing'} data directory: ready; memory at rest`,
    mode: 'embedded',
    value: `${figure((percentile(ready, 0.5) + compileMs) / 1000)} s; ${inMiB(percentile(rests, 0.5))}`,
    ratio: '',
    target,
    before,
    note: `${starts.length} starts: ready after ${figure(Math.min(...ready))} to ${figure(Math.max(...ready))} ms, and ${figure(compileMs)} ms to find nothing to compile; ${inMiB(Math.min(...rests))} to ${inMiB(Math.max(...rests))}`,
  };
}
