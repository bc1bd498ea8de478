import { generateFleet } from '../../../src/sandbox/fleet';
import { figure, statementCells, type Row } from '../report';
import type { Sizes } from '../sizes';
import type { Bench, ReadyGateway } from '../support/bench';
import { idleRate, untilQuiet, type Mode } from '../support/deployment';
import type { EmptyJobsQueue } from '../support/empty-jobs-program';
import type { ImportRow, Mirrored, PortalRequest } from '../support/portals-program';
import { statementsBetween, withoutIdle, type StatementCount } from '../support/statement-kinds';

const WITHIN_MS = 1_800_000;

/**
 * A spreadsheet import in GPS, seen by the gateway through one hint: first it changes drivers of the fleet, then it adds as
 * many new ones. From the hint to Driveri's answer to the last write; statements and requests until the gateway is quiet again.
 */
export async function measureImport(bench: Bench, gateway: ReadyGateway, sizes: Sizes): Promise<Row[]> {
  const { mode } = gateway.deployment;
  const imports: Imported[] = [];
  const empty: number[] = [];
  const queue = await emptyQueue(bench, mode);
  for (const [what, rows] of [
    ['changed', changedRows(sizes)],
    ['new', newRows(sizes)],
  ] as const) {
    empty.push(await bench.emptyJobs.perSecond(queue, sizes.imported));
    imports.push(await runImport(gateway, what, rows, sizes.watchIdleMs));
  }
  return imports.flatMap((one, index) => rowsOf(mode, sizes, empty[index] ?? NaN, one));
}

interface Imported {
  readonly what: string;
  readonly hintedAt: number;
  readonly mirrored: Mirrored;
  /** Without an idle gateway's in the same time. */
  readonly statements: StatementCount;
  readonly redisCommands: number;
  readonly requests: readonly PortalRequest[];
  readonly longestBlockMs: number;
}

async function runImport(
  { deployment, portals }: ReadyGateway,
  what: string,
  drivers: readonly ImportRow[],
  watchIdleMs: number,
): Promise<Imported> {
  const idle = await idleRate(deployment, watchIdleMs);
  await portals.takeRequests();
  for (const { methods } of deployment.processes) await methods.settle();
  const before = await deployment.statements();
  const redisBefore = await deployment.redisCommands();
  const countedFrom = performance.now();
  const hintedAt = await portals.importDrivers(drivers);
  await deployment.hint();
  const expected = drivers.map(
    ({ driveriDriverId = '', lastname = '' }) => [driveriDriverId, lastname] as const,
  );
  const mirrored = await portals.mirrored(expected, WITHIN_MS);
  await untilQuiet(deployment, idle);
  const all = statementsBetween(before, await deployment.statements());
  const seconds = (performance.now() - countedFrom) / 1000;
  const blocks = await Promise.all(deployment.processes.map(({ methods }) => methods.longestBlockMs()));
  return {
    what,
    hintedAt,
    mirrored,
    statements: withoutIdle(all, idle, seconds),
    redisCommands: (await deployment.redisCommands()) - redisBefore,
    requests: await portals.takeRequests(),
    longestBlockMs: Math.max(...blocks),
  };
}

function rowsOf(mode: Mode, sizes: Sizes, emptyPerSecond: number, imported: Imported): Row[] {
  const { what, hintedAt, mirrored, statements, redisCommands, requests, longestBlockMs } = imported;
  const count = sizes.imported;
  const perSecond = (count * 1000) / (mirrored.lastAt - hintedAt);
  const afterFirst = (count * 1000) / (mirrored.lastAt - mirrored.firstAt);
  const each = (total: number): string => figure(total / count);
  const of = (portal: PortalRequest['portal']) => requests.filter((one) => one.portal === portal);
  return [
    {
      measure: `import, ${count} ${what} among ${sizes.fleet}: drivers/s`,
      mode,
      value: figure(perSecond),
      ratio: `${figure(perSecond / emptyPerSecond)} of empty jobs`,
      target: mode.startsWith('redis') ? '400; 0.35' : '0.35',
      before: '18 to 25; 0.014 to 0.07',
      note: `empty jobs ${figure(emptyPerSecond)}/s; from the first write on ${figure(afterFirst)}/s; event loop blocked for ${figure(longestBlockMs)} ms at most`,
    },
    {
      measure: `  statements per driver, bulk (${what})`,
      mode,
      ...statementCells(statements, count, redisCommands),
      target: '8',
      before: '68 to 75',
    },
    {
      measure: `  Driveri requests per driver, bulk (${what})`,
      mode,
      value: each(of('driveri').length),
      ratio: '',
      target: '1.1',
      before: '1.4 to 2.0',
      note: countsByName(of('driveri')),
    },
    {
      measure: `  GPS requests per driver, bulk (${what})`,
      mode,
      value: each(of('gps').length),
      ratio: '',
      target: '',
      before: '',
      note: countsByName(of('gps')),
    },
  ];
}

/** How often each operation was called, most often first. */
export function countsByName(requests: readonly PortalRequest[]): string {
  const counts = new Map<string, number>();
  for (const { name } of requests) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

async function emptyQueue(bench: Bench, mode: Mode): Promise<EmptyJobsQueue> {
  switch (mode) {
    case 'embedded':
      return { database: { kind: 'embedded', dataDir: bench.newFolder() } };
    case 'postgres':
      return { database: { kind: 'postgres', url: await bench.servers.createDatabase() } };
    case 'redis, 1 worker':
    case 'redis, 2 workers':
      return { redisUrl: bench.servers.redisUrl };
  }
}

function changedRows({ fleet, imported }: Sizes): readonly ImportRow[] {
  const { gps } = generateFleet({ drivers: fleet, seed: 7, differing: 0 });
  return (gps?.drivers ?? []).slice(-imported).map(({ id = 0, lastname, driveriDriverId = '' }) => ({
    id,
    lastname: `${lastname ?? ''} Jr`,
    driveriDriverId,
  }));
}

function newRows({ imported }: Sizes): readonly ImportRow[] {
  return Array.from({ length: imported }, (_, index) => ({
    firstname: 'New',
    lastname: `Import${index}`,
    email: `new.${index}@example.com`,
    refId: `N${index}`,
    driveriDriverId: `N${String(index).padStart(6, '0')}`,
    groups: ['North'],
  }));
}
