import { figure, inMiB, percentile, type Row } from '../report';
import type { Sizes } from '../sizes';
import type { Bench, ReadyGateway } from '../support/bench';
import { pause, type Mode } from '../support/deployment';
import { watchMemory } from '../support/process-watch';
import { statementsBetween, workOf } from '../support/statement-kinds';
import { untilRunEnded } from '../support/turn-on';

/** Full runs over a fleet in which nothing differs, beside downloading and parsing the same two lists. */
export async function measureRun(
  bench: Bench,
  gateway: ReadyGateway,
  { fleet, repeats }: Sizes,
): Promise<Row[]> {
  // The first one compiles code and fills caches: it shows how the process grows, and its time is not counted.
  const first = await fullRun(gateway, bench.lists);
  const runs: FullRun[] = [];
  for (let count = 0; count < repeats; count += 1) runs.push(await fullRun(gateway, bench.lists));
  return rowsOf(gateway.deployment.mode, fleet, first, runs);
}

interface FullRun {
  readonly runMs: number;
  readonly downloadMs: number;
  /** The most that JavaScript and buffers of a working process held above what they held before, after a collection. */
  readonly extraBytes: number;
  /** What they still held above that afterwards, after another. */
  readonly keptBytes: number;
  /** Peak of its resident memory above what it was before. */
  readonly residentBytes: number;
  readonly longestBlockMs: number;
  readonly statements: number;
  readonly requests: number;
}

async function fullRun(
  { deployment, portals, access }: ReadyGateway,
  lists: Bench['lists'],
): Promise<FullRun> {
  const downloadMs = await lists.download(access);
  const workers = deployment.processes.slice(0, deployment.processes.length > 1 ? -1 : 1);
  const before = await Promise.all(workers.map(({ methods }) => methods.settle()));
  const watches = workers.map(({ pid }) => watchMemory(pid));
  await portals.takeRequests();
  const statementsBefore = await deployment.statements();
  const askedAt = Date.now();
  const { resyncDrivers } = await deployment.ask<{ resyncDrivers: { run: { id: string } } }>(
    'mutation { resyncDrivers { run { id } userErrors { message } } }',
  );
  // By the gateway's own stamp: how often the bench looks does not matter.
  const { status, finishedAt } = await untilRunEnded(deployment, resyncDrivers.run.id);
  if (status !== 'SUCCEEDED') throw new Error(`the run ended as ${status}`);
  await pause(500); // what follows a run (clearing up) may block, too
  const statements = workOf(statementsBetween(statementsBefore, await deployment.statements()));
  const blocks = await Promise.all(workers.map(({ methods }) => methods.longestBlockMs()));
  const resident = watches.map((watch) => watch.peakBytes());
  const peaks = await Promise.all(workers.map(({ methods }) => methods.mostHeldBytes()));
  for (const watch of watches) watch.stop();
  const after = await Promise.all(workers.map(({ methods }) => methods.settle()));
  const above = (bytes: readonly number[], of: 'rssBytes' | 'heldBytes'): number =>
    Math.max(...bytes.map((value, index) => value - (before[index]?.[of] ?? 0)));
  return {
    runMs: finishedAt - askedAt,
    downloadMs,
    extraBytes: above(peaks, 'heldBytes'),
    keptBytes: above(
      after.map(({ heldBytes }) => heldBytes),
      'heldBytes',
    ),
    residentBytes: above(resident, 'rssBytes'),
    longestBlockMs: Math.max(...blocks),
    statements,
    requests: (await portals.takeRequests()).length,
  };
}

function rowsOf(mode: Mode, drivers: number, first: FullRun, runs: readonly FullRun[]): Row[] {
  const middle = (of: (run: FullRun) => number): number => percentile(runs.map(of), 0.5);
  const worst = (of: (run: FullRun) => number): number => Math.max(...runs.map(of));
  const runMs = middle((run) => run.runMs);
  const downloadMs = middle((run) => run.downloadMs);
  const size = drivers.toLocaleString('en');
  return [
    {
      measure: `full run, nothing differing, ${size} drivers`,
      mode,
      value: `${figure(runMs)} ms`,
      ratio: `${figure(runMs / downloadMs)} of both lists`,
      target: '1.5',
      before: drivers >= 50_000 ? '2.6 to 6' : '3.5 to 5',
      note: `downloading and parsing both lists ${figure(downloadMs)} ms; ${figure(middle((run) => run.statements))} statements with the bench's own looks; ${middle((run) => run.requests)} portal requests`,
    },
    {
      measure: `  extra memory, ${size} drivers`,
      mode,
      value: inMiB(middle((run) => run.extraBytes)),
      ratio: '',
      target: 'under 100 MB',
      before: '',
      note: `peak of heap and buffers above what they were after a collection, garbage included; kept after another ${inMiB(middle((run) => run.keptBytes))}; resident memory of the process's first run above before ${inMiB(first.residentBytes)}`,
    },
    {
      measure: `  longest event loop block, ${size} drivers`,
      mode,
      value: `${figure(worst((run) => run.longestBlockMs))} ms`,
      ratio: '',
      target: '100 ms',
      before: drivers >= 50_000 ? '2.5 to 6 s' : '',
    },
  ];
}
