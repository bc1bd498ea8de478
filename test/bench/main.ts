import { cpus } from 'node:os';
import { measureIdle } from './measures/idle';
import { measureImport } from './measures/import';
import { measureRun } from './measures/run';
import { measureSingle } from './measures/single';
import { toTable, type Row } from './report';
import { FULL, QUICK, type Sizes } from './sizes';
import { startBench, type Bench, type ReadyGateway } from './support/bench';
import { MODES, type Mode } from './support/deployment';
import type { PortalFleets } from './support/portals-program';

/*
 * What the engine costs (the table of issue 10): every mode in one run, on servers and portals of the run's own. All figures
 * are counts, or ratios to the same work without the gateway's part; a time of one machine says little about another.
 *
 *   npm run bench                            everything
 *   npm run bench -- import single           only these measures: import, single, run, idle
 *   npm run bench -- --quick                 a smoke run with small fleets
 *   npm run bench -- run --drivers=20000     a fleet of another size, and no bigger one
 *   npm run bench -- --mode=postgres         only modes whose name begins like this: embedded, postgres, redis
 */

type Measure = (bench: Bench, gateway: ReadyGateway, sizes: Sizes) => Promise<Row[]>;

const MEASURES: Readonly<Record<string, Measure>> = {
  run: measureRun,
  single: measureSingle,
  import: measureImport,
  idle: measureIdle,
};

async function main(args: readonly string[]): Promise<void> {
  const { names, modes, sizes, isQuick } = optionsOf(args);
  const startedAt = performance.now();
  const tell = (line: string): void => {
    process.stderr.write(`[${((performance.now() - startedAt) / 1000).toFixed(0)} s] ${line}\n`);
  };
  const bench = await startBench(tell);
  const rows: Row[] = [];
  try {
    for (const stage of stagesOf(names, sizes)) {
      for (const mode of modes) {
        await bench.withGateway({ mode, ...stage.given }, async (gateway) => {
          for (const name of stage.names) {
            tell(`${name}, ${mode}, ${stage.sizes.fleet} drivers`);
            rows.push(...((await MEASURES[name]?.(bench, gateway, stage.sizes)) ?? []));
          }
        });
      }
    }
  } finally {
    // What was measured before a failure is worth reading.
    process.stdout.write(`${heading(isQuick)}\n\n${toTable(rows)}\n`);
    await bench.stop();
  }
  tell('done');
}

/** Measures that share a gateway, in this order: a full run finds nothing that differs, an import changes much. */
interface Stage {
  readonly names: readonly string[];
  readonly sizes: Sizes;
  readonly given: { readonly fleets: PortalFleets; readonly polls?: 'default' };
}

function stagesOf(names: readonly string[], sizes: Sizes): readonly Stage[] {
  const ofFleet = (wanted: readonly string[], drivers: number): Stage => ({
    names: wanted,
    sizes: { ...sizes, fleet: drivers },
    given: { fleets: { accounts: 1, drivers } },
  });
  const idle: Stage = {
    names: ['idle'],
    sizes: { ...sizes, fleet: sizes.driversOfIdle },
    given: { fleets: { accounts: sizes.idleAccounts, drivers: sizes.driversOfIdle }, polls: 'default' },
  };
  const withoutIdle = names.filter((name) => name !== 'idle');
  return [
    ...(withoutIdle.length > 0 ? [ofFleet(withoutIdle, sizes.fleet)] : []),
    ...(names.includes('run') && sizes.bigFleet !== null ? [ofFleet(['run'], sizes.bigFleet)] : []),
    // Last: the portals keep their ports only while their number grows.
    ...(names.includes('idle') ? [idle] : []),
  ];
}

function heading(isQuick: boolean): string {
  const quick = isQuick ? ' A quick run: small fleets, rough figures.' : '';
  return `Node ${process.version}, ${cpus().length} cores; portals, servers and gateways share them.${quick}`;
}

interface Options {
  readonly names: readonly string[];
  readonly modes: readonly Mode[];
  readonly sizes: Sizes;
  readonly isQuick: boolean;
}

function optionsOf(args: readonly string[]): Options {
  const isQuick = args.includes('--quick');
  const drivers = Number(args.find((arg) => arg.startsWith('--drivers='))?.slice(10) ?? 0);
  const wanted = args.filter((arg) => !arg.startsWith('--'));
  const wantedModes = args.filter((arg) => arg.startsWith('--mode=')).map((arg) => arg.slice(7));
  const wrong = [
    ...wanted.filter((name) => !(name in MEASURES)),
    ...wantedModes.filter((prefix) => !MODES.some((mode) => mode.startsWith(prefix))),
    ...args.filter((arg) => arg.startsWith('--') && !/^--(quick|mode=.+|drivers=[1-9]\d*)$/.test(arg)),
  ];
  if (wrong.length > 0) {
    throw new Error(
      `unknown: ${wrong.join(', ')}; measures are ${Object.keys(MEASURES).join(', ')}, options are --quick, --drivers=<number> and --mode=${MODES.join(' | ')}`,
    );
  }
  return {
    names: Object.keys(MEASURES).filter((name) => wanted.length === 0 || wanted.includes(name)),
    modes: MODES.filter(
      (mode) => wantedModes.length === 0 || wantedModes.some((prefix) => mode.startsWith(prefix)),
    ),
    sizes: { ...(isQuick ? QUICK : FULL), ...(drivers > 0 && { fleet: drivers, bigFleet: null }) },
    isQuick,
  };
}

// Servers and children end with this process; its folder goes with its exit.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
