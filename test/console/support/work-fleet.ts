import type { GivenGateway } from '../../support/given-gateway';
import { until } from '../../support/until';

/** Drivers in GPS with the DriverIDs `D-1`, `D-2` and so on; Driveri has none of them yet. */
export function putDrivers(gateway: GivenGateway, count: number): void {
  for (let number = 1; number <= count; number += 1)
    gateway.sandbox.gps.insert({
      firstname: `First${number}`,
      lastname: `Driver${String(number).padStart(2, '0')}`,
      email: `driver${number}@example.com`,
      refId: `R-${number}`,
      driveriDriverId: `D-${number}`,
    });
}

/** Gives the first drivers other DriverIDs all at once, and waits until a guard holds them. */
export async function renumber(gateway: GivenGateway, count: number, prefix: string): Promise<void> {
  for (const driver of gateway.sandbox.gps.drivers().slice(0, count))
    gateway.sandbox.gps.edit(driver.id, { driveriDriverId: `${prefix}-${driver.id}` });
  await until(
    'so many changes are held',
    async () => ((await heldCount(gateway)) >= count ? true : null),
    60_000,
  );
}

/** How many changes wait for a person. */
export async function heldCount(gateway: GivenGateway): Promise<number> {
  const { heldItems } = await gateway.ask<{ heldItems: { totalCount: number } }>(
    '{ heldItems(first: 1) { totalCount } }',
  );
  return heldItems.totalCount;
}

/** Starts a resync and waits for its end. Gives its id. */
export async function resync(gateway: GivenGateway, dryRun = false): Promise<string> {
  const { resyncDrivers } = await gateway.ask<{ resyncDrivers: { run: { id: string } } }>(
    'mutation ($dryRun: Boolean!) { resyncDrivers(dryRun: $dryRun) { run { id } } }',
    { dryRun },
  );
  const { id } = resyncDrivers.run;
  await until(
    'the run is over',
    async () => {
      const { syncRun } = await gateway.ask<{ syncRun: { status: string } }>(
        'query ($id: ID!) { syncRun(id: $id) { status } }',
        { id },
      );
      return ['PLANNING', 'RUNNING'].includes(syncRun.status) ? null : syncRun.status;
    },
    60_000,
  );
  return id;
}
