import { until } from '../../support/until';
import type { Deployment } from './deployment';

/** How a run ended, and when, in epoch ms. */
export interface EndedRun {
  readonly status: string;
  readonly finishedAt: number;
}

/** Turns Driver Sync on for an account and waits for its INITIAL run: every pair of drivers is linked then. */
export async function turnOn(deployment: Deployment, account = 0): Promise<void> {
  await untilRead(deployment, account);
  const { setDriverSync } = await deployment.ask<{
    setDriverSync: { run: { id: string }; userErrors: readonly unknown[] };
  }>('mutation { setDriverSync(enabled: true) { run { id } userErrors { code message } } }', {}, account);
  if (setDriverSync.userErrors.length > 0) throw new Error(JSON.stringify(setDriverSync.userErrors));
  const { status } = await untilRunEnded(deployment, setDriverSync.run.id, account);
  if (status !== 'SUCCEEDED') throw new Error(`the INITIAL run ended as ${status}`);
}

/** Waits until both portals have been read completely. */
export async function untilRead(deployment: Deployment, account = 0): Promise<void> {
  await until(
    'both portals are read',
    async () => {
      const { driverSync } = await deployment.ask<{
        driverSync: { health: { gpsObservedAt: string | null; driveriObservedAt: string | null } };
      }>('{ driverSync { health { gpsObservedAt driveriObservedAt } } }', {}, account);
      return driverSync.health.gpsObservedAt !== null && driverSync.health.driveriObservedAt !== null;
    },
    300_000,
    100,
  );
}

/** Waits for the end of a run, for up to an hour. */
export function untilRunEnded(deployment: Deployment, id: string, account = 0): Promise<EndedRun> {
  return until(
    'the run has ended',
    async () => {
      const { syncRun } = await deployment.ask<{ syncRun: { status: string; finishedAt: string | null } }>(
        'query ($id: ID!) { syncRun(id: $id) { status finishedAt } }',
        { id },
        account,
      );
      const { status, finishedAt } = syncRun;
      return finishedAt === null ? null : { status, finishedAt: Date.parse(finishedAt) };
    },
    3_600_000,
    200,
  );
}
