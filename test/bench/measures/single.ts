import { figure, percentile, statementCells, type Row } from '../report';
import type { Sizes } from '../sizes';
import type { Bench, ReadyGateway } from '../support/bench';
import { stamp } from '../support/clock';
import { idleRate, pause, untilQuiet, type Mode } from '../support/deployment';
import type { PortalRequest } from '../support/portals-program';
import { statementsBetween, withoutIdle, type StatementCount } from '../support/statement-kinds';
import { countsByName } from './import';

/** Long enough for the reads that confirm a write: they belong to its change. */
const CONFIRMED_AFTER_MS = 250;

/** Single edits through the API, one after the other: what each costs, and how soon it is in Driveri. */
export async function measureSingle(_bench: Bench, gateway: ReadyGateway, sizes: Sizes): Promise<Row[]> {
  return rowsOf(gateway.deployment.mode, await editDrivers(gateway, sizes));
}

interface Edited {
  /** From the answer until the write reaches Driveri, without what the portals took of that time; in ms. */
  readonly latencies: readonly number[];
  /** The same with the portals' own time. */
  readonly whole: readonly number[];
  /** What the portals took, in ms. */
  readonly portals: readonly number[];
  readonly answers: readonly number[];
  /** Without an idle gateway's in the same time. */
  readonly statements: StatementCount;
  readonly requests: readonly PortalRequest[];
}

async function editDrivers({ deployment, portals }: ReadyGateway, sizes: Sizes): Promise<Edited> {
  const { drivers } = await deployment.ask<{
    drivers: { nodes: readonly { readonly id: string; readonly driveriDriverId: string }[] };
  }>('query ($first: Int!) { drivers(first: $first) { nodes { id driveriDriverId } } }', {
    first: Math.min(100, sizes.singleChanges + WARM_UP),
  });
  const warm = drivers.nodes.slice(0, WARM_UP);
  for (const one of warm) await editOne({ deployment, portals }, one);
  const idle = await idleRate(deployment, sizes.watchIdleMs);
  const before = await deployment.statements();
  const countedFrom = performance.now();
  const edits: Edit[] = [];
  for (const one of drivers.nodes.slice(WARM_UP)) edits.push(await editOne({ deployment, portals }, one));
  await untilQuiet(deployment, idle);
  const all = statementsBetween(before, await deployment.statements());
  const seconds = (performance.now() - countedFrom) / 1000;
  return {
    latencies: edits.map(({ whole, inPortals }) => whole - inPortals),
    whole: edits.map(({ whole }) => whole),
    portals: edits.map(({ inPortals }) => inPortals),
    answers: edits.map(({ answerMs }) => answerMs),
    statements: withoutIdle(all, idle, seconds),
    requests: edits.flatMap(({ requests }) => requests),
  };
}

const WARM_UP = 3;

interface Edit {
  readonly whole: number;
  readonly inPortals: number;
  readonly answerMs: number;
  readonly requests: readonly PortalRequest[];
}

async function editOne(
  { deployment, portals }: Pick<ReadyGateway, 'deployment' | 'portals'>,
  { id, driveriDriverId }: { readonly id: string; readonly driveriDriverId: string },
): Promise<Edit> {
  await portals.takeRequests();
  const lastName = `Edited ${driveriDriverId}`;
  const askedAt = stamp();
  const { updateDriver } = await deployment.ask<{ updateDriver: { userErrors: readonly unknown[] } }>(
    'mutation ($input: UpdateDriverInput!) { updateDriver(input: $input) { userErrors { message } } }',
    { input: { id, lastName } },
  );
  const answeredAt = stamp();
  if (updateDriver.userErrors.length > 0) throw new Error(JSON.stringify(updateDriver.userErrors));
  const { firstAt } = await portals.mirrored([[driveriDriverId, lastName]], 60_000);
  await pause(CONFIRMED_AFTER_MS);
  const requests = await portals.takeRequests();
  return {
    // The write may overtake the answer on its way to the client.
    whole: Math.max(0, firstAt - answeredAt),
    inPortals: busyMs(requests, answeredAt, firstAt),
    answerMs: answeredAt - askedAt,
    requests,
  };
}

/** For how much of the time from `from` to `to` a portal had a request under way. */
export function busyMs(requests: readonly PortalRequest[], from: number, to: number): number {
  let busy = 0;
  let end = from;
  for (const { startedAt, finishedAt } of [...requests].sort((a, b) => a.startedAt - b.startedAt)) {
    const start = Math.max(startedAt, end);
    const stop = Math.min(finishedAt, to);
    if (stop <= start) continue;
    busy += stop - start;
    end = stop;
  }
  return busy;
}

function rowsOf(mode: Mode, edited: Edited): Row[] {
  const { latencies, whole, portals, answers, statements, requests } = edited;
  const count = latencies.length;
  const each = (total: number): string => figure(total / count);
  const both = (values: readonly number[]): string =>
    `${figure(percentile(values, 0.5))} / ${figure(percentile(values, 0.95))}`;
  const of = (portal: PortalRequest['portal']) => requests.filter((one) => one.portal === portal);
  return [
    {
      measure: "mutation's answer to Driveri, p50 / p95, ms over the portals' own time",
      mode,
      value: both(latencies),
      ratio: `${figure(percentile(whole, 0.5) / percentile(answers, 0.5))} of the mutation`,
      target: mode.startsWith('redis') ? '8 / 25' : '',
      before: mode.startsWith('redis') ? '23 to 43 / 60 to 109' : '',
      note: `${count} edits; with the portals' time ${both(whole)}, which is ${both(portals)}; the mutation itself ${both(answers)}`,
    },
    {
      measure: '  statements per single change, mutation included',
      mode,
      ...statementCells(statements, count),
      target: '40',
      before: '102 to 119',
    },
    {
      measure: '  Driveri requests per single change',
      mode,
      value: each(of('driveri').length),
      ratio: '',
      target: '2',
      before: '2',
      note: countsByName(of('driveri')),
    },
    {
      measure: '  GPS requests per single change',
      mode,
      value: each(of('gps').length),
      ratio: '',
      target: '2',
      before: '3',
      note: countsByName(of('gps')),
    },
  ];
}
