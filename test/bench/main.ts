import { mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { inspect } from 'node:util';
import { measureFleets } from './measures/fleets';
import { measureIdle } from './measures/idle';
import { measureImport } from './measures/import';
import { attacksNamed, measureNeighbours } from './measures/neighbours';
import { measurePages } from './measures/pages';
import { measureProjection } from './measures/projection';
import { measureRun } from './measures/run';
import { measureSingle } from './measures/single';
import { measureStart } from './measures/start';
import { measureStatements } from './measures/statements';
import { measureSubscribers } from './measures/subscribers';
import { toTable, type Row } from './report';
import { FULL, QUICK, type AllSizes, type Sizes } from './sizes';
import { startBench, type Bench, type ReadyGateway } from './support/bench';
import { MODES, type Mode } from './support/deployment';
import type { AttackName } from './support/neighbour-attacks';
import type { PortalFleets } from './support/portals-program';

/*
 * What the gateway costs, on servers and portals of the run's own. All figures are counts, or ratios to something else that was
 * measured in the same run: a time of one machine says little about another.
 *
 *   npm run bench                            everything
 *   npm run bench -- engine                  a group, or single measures by name:
 *     engine   run, single, import, idle              the sync, in every mode of deployment
 *     api      pages, subscribers, fleets, start      the API beside its peers (test/bench/peers, installed by the first run)
 *     tenants  neighbours                             a caller beside an attacker of another tenant
 *     store    statements, projection                 parts of the store
 *   npm run bench -- api --quick             a smoke run, with rough figures
 *   npm run bench -- run --drivers=20000     a fleet of another size, and no bigger one
 *   npm run bench -- --mode=postgres         only modes whose name begins like this: embedded, postgres, redis
 *   npm run bench -- neighbours --attack=log only attacks whose name begins like this
 *   npm run bench -- pages --profile=reports CPU profiles of the gateway's processes (pages, fleets) in that folder
 */

type EngineMeasure = (bench: Bench, gateway: ReadyGateway, sizes: Sizes) => Promise<Row[]>;

/** Measures that share a ready gateway. */
const ENGINE: Readonly<Record<string, EngineMeasure>> = {
  run: measureRun,
  single: measureSingle,
  import: measureImport,
  idle: measureIdle,
};

type Measure = (bench: Bench, options: Options) => Promise<Row[]>;

/** Measures that start what they need. */
const OTHERS: Readonly<Record<string, Measure>> = {
  pages: (bench, { sizes, profileDir }) => measurePages(bench, sizes.pages, profileDir),
  subscribers: (bench, { sizes }) => measureSubscribers(bench, sizes.subscribers),
  fleets: (bench, { sizes, profileDir }) => measureFleets(bench, sizes.fleets, profileDir),
  start: (bench, { sizes }) => measureStart(bench, sizes.start),
  neighbours: (bench, { sizes, modes, attacks }) =>
    onDatabases(modes, (mode) => measureNeighbours(bench, mode, attacks, sizes.neighbours)),
  statements: (_bench, { sizes }) => measureStatements(sizes.statements),
  projection: (bench, { sizes, modes }) =>
    onDatabases(modes, (mode) => measureProjection(bench, mode, sizes.projection)),
};

const GROUPS: Readonly<Record<string, readonly string[]>> = {
  engine: Object.keys(ENGINE),
  api: ['pages', 'subscribers', 'fleets', 'start'],
  tenants: ['neighbours'],
  store: ['statements', 'projection'],
};

async function main(args: readonly string[]): Promise<void> {
  const options = optionsOf(args);
  const startedAt = performance.now();
  const tell = (line: string): void => {
    process.stderr.write(`[${((performance.now() - startedAt) / 1000).toFixed(0)} s] ${line}\n`);
  };
  const bench = await startBench(tell);
  const rows: Row[] = [];
  try {
    await measureEngine(bench, options, rows);
    for (const [name, measure] of Object.entries(OTHERS)) {
      if (!options.names.includes(name)) continue;
      tell(name);
      rows.push(...(await measure(bench, options)));
    }
  } finally {
    // What was measured before a failure is worth reading.
    process.stdout.write(`${heading(options.isQuick)}\n\n${toTable(rows)}\n`);
    await bench.stop();
  }
  tell('done');
}

async function measureEngine(bench: Bench, { names, modes, sizes }: Options, rows: Row[]): Promise<void> {
  for (const stage of stagesOf(
    names.filter((name) => name in ENGINE),
    sizes.engine,
  )) {
    for (const mode of modes) {
      await bench.withGateway({ mode, ...stage.given }, async (gateway) => {
        for (const name of stage.names) {
          bench.tell(`${name}, ${mode}, ${stage.sizes.fleet} drivers`);
          rows.push(...((await ENGINE[name]?.(bench, gateway, stage.sizes)) ?? []));
        }
      });
    }
  }
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

/** On either database that is wanted: how many processes there are does not matter. */
async function onDatabases(
  modes: readonly Mode[],
  measure: (mode: 'embedded' | 'postgres') => Promise<Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const mode of modes)
    if (mode === 'embedded' || mode === 'postgres') rows.push(...(await measure(mode)));
  return rows;
}

function heading(isQuick: boolean): string {
  const quick = isQuick ? ' A quick run: small fleets, rough figures.' : '';
  return `Node ${process.version}, ${cpus().length} cores; all that is measured, and what measures, shares them.${quick}`;
}

interface Options {
  readonly names: readonly string[];
  readonly modes: readonly Mode[];
  readonly sizes: AllSizes;
  readonly attacks: readonly AttackName[];
  readonly profileDir: string | undefined;
  readonly isQuick: boolean;
}

function optionsOf(args: readonly string[]): Options {
  const valuesOf = (option: string): string[] =>
    args.filter((arg) => arg.startsWith(`--${option}=`)).map((arg) => arg.slice(option.length + 3));
  const wanted = args.filter((arg) => !arg.startsWith('--'));
  const wantedModes = valuesOf('mode');
  const all = Object.values(GROUPS).flat();
  const wrong = [
    ...wanted.filter((name) => !all.includes(name) && !(name in GROUPS)),
    ...wantedModes.filter((prefix) => !MODES.some((mode) => mode.startsWith(prefix))),
    ...args.filter(
      (arg) => arg.startsWith('--') && !/^--(quick|(mode|attack|profile)=.+|drivers=[1-9]\d*)$/.test(arg),
    ),
  ];
  if (wrong.length > 0) {
    throw new Error(
      `unknown: ${wrong.join(', ')}; groups are ${Object.keys(GROUPS).join(', ')}, measures ${all.join(', ')}, options --quick, --drivers=<number>, --mode=${MODES.join(' | ')}, --attack=<name> and --profile=<folder>`,
    );
  }
  const names = wanted.flatMap((name) => GROUPS[name] ?? [name]);
  const drivers = Number(valuesOf('drivers')[0] ?? 0);
  const isQuick = args.includes('--quick');
  const sizes = isQuick ? QUICK : FULL;
  const [profileDir] = valuesOf('profile');
  if (profileDir !== undefined) mkdirSync(profileDir, { recursive: true });
  return {
    names: all.filter((name) => names.length === 0 || names.includes(name)),
    modes: MODES.filter(
      (mode) => wantedModes.length === 0 || wantedModes.some((prefix) => mode.startsWith(prefix)),
    ),
    sizes: {
      ...sizes,
      engine: { ...sizes.engine, ...(drivers > 0 && { fleet: drivers, bigFleet: null }) },
    },
    attacks: attacksNamed(valuesOf('attack')),
    profileDir,
    isQuick,
  };
}

// Servers and children end with this process; its folder goes with its exit.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

main(process.argv.slice(2)).then(
  // What a failed measure has left open must not keep this process.
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${inspect(error)}\n`); // its cause as well
    process.exit(1);
  },
);
