import { figure, type Row } from '../report';
import type { Sizes } from '../sizes';
import type { Bench, ReadyGateway } from '../support/bench';
import { pause, untilSteady, type Deployment } from '../support/deployment';
import { allOf, perOne, statementsBetween, workOf } from '../support/statement-kinds';

/** Many accounts that are on and have nothing to do, with the product's own polls: what they cost a second. */
export async function measureIdle(_bench: Bench, gateway: ReadyGateway, sizes: Sizes): Promise<Row[]> {
  const { deployment, portals } = gateway;
  // The first look of a process at its accounts is no idling.
  await untilSteady(deployment);
  await portals.takeRequests();
  const cpuBefore = await cpuMs(deployment);
  const before = await deployment.statements();
  const redisBefore = await deployment.redisCommands();
  const startedAt = performance.now();
  await pause(sizes.idleMs);
  const seconds = (performance.now() - startedAt) / 1000;
  const statements = perOne(statementsBetween(before, await deployment.statements()), seconds);
  const redisCommands = (await deployment.redisCommands()) - redisBefore;
  const cpuAfter = await cpuMs(deployment);
  const shares = cpuAfter.map((after, index) => (after - (cpuBefore[index] ?? 0)) / (seconds * 10));
  const requests = await portals.takeRequests();
  const percent = (share: number): string => `${figure(share)} %`;
  const row: Row = {
    measure: `${sizes.idleAccounts} idle accounts: statements/s; share of a core`,
    mode: deployment.mode,
    value: `${figure(allOf(statements))}; ${percent(shares.reduce((sum, one) => sum + one, 0))}`,
    ratio: `${figure(workOf(statements))} without BEGIN/COMMIT`,
    target: '50; 5 %',
    before: '1,810; 27 %',
    note: `over ${figure(seconds)} s; queue ${figure(statements.queue)}/s; Redis commands ${figure(redisCommands / seconds)}/s; by process ${shares.map(percent).join(', ')} (the API's last); portal requests ${figure(requests.length / seconds)}/s`,
  };
  return [row];
}

function cpuMs(deployment: Deployment): Promise<number[]> {
  return Promise.all(deployment.processes.map(async ({ methods }) => (await methods.usage()).cpuMs));
}
