import type { DriverKey, GpsId } from '../driver/ids';
import { approveRun, cancelRun, rejectItems } from './approve-run';
import type { Actor, CommandResult, GatewayCommands, UserError } from './gateway-commands';
import { recordReading } from './ingest-gps';
import { detectDrift } from './detect-drift';
import { startRun } from './start-run';
import { accountOf, type SyncContext } from './sync-context';
import { hintChannel } from './sync-worker';
import { turnOff, turnOn } from './toggle-sync';
import { undoRemoval } from './undo-removal';
import type { WakeUps } from './wake-ups';
import { createDriver, deleteDriver, updateDriver } from './write-driver';
import type { RunId } from '../driver/ids';

/** The verbs of the API, bound to their context. */
export function createGatewayCommands(
  context: SyncContext,
  wakeUps: Pick<WakeUps, 'publish'>,
): GatewayCommands {
  return {
    createDriver: (actor, input) => createDriver(context, actor, input),
    updateDriver: (actor, key, version, input) => updateDriver(context, actor, key, version, input),
    deleteDriver: (actor, key) => deleteDriver(context, actor, key),
    refreshDriver: (actor, key) => refreshDriver(context, actor, key),
    setDriverSync: (actor, enabled, reviewed) =>
      enabled ? turnOn(context, actor, reviewed) : turnOff(context, actor),
    resyncDrivers: (actor, keys, dryRun) => resyncDrivers(context, actor, keys, dryRun),
    approveSyncRun: (actor, run, items) => approveRun(context, actor, run, items),
    rejectSyncRunItems: (actor, run, items) => rejectItems(context, actor, run, items),
    cancelSyncRun: (actor, run) => cancelRun(context, actor, run),
    undoRemoval: (actor, seq, force) => undoRemoval(context, actor, seq, force),
    hint: (account) => wakeUps.publish(hintChannel(account)),
  };
}

async function resyncDrivers(
  context: SyncContext,
  actor: Actor,
  keys: readonly DriverKey[] | null,
  dryRun: boolean,
): Promise<CommandResult<RunId>> {
  const { id } = accountOf(context, actor.account);
  return context.store.transaction(id, async (tx) => {
    const state = await tx.account.lockExclusive();
    const refuse = (error: UserError): CommandResult<RunId> => ({ value: null, userErrors: [error] });
    if (!state.enabled && !dryRun) {
      return refuse({
        code: 'SYNC_OFF',
        message: 'Driver Sync is off: only dryRun: true is possible, to see what turning it on would do.',
        field: ['dryRun'],
      });
    }
    const scope: GpsId[] = [];
    for (const [index, key] of (keys ?? []).entries()) {
      const driver = await tx.drivers.byKey(key);
      if (driver === null) {
        return refuse({
          code: 'NOT_FOUND',
          message: 'There is no such driver.',
          field: ['driverIds', String(index)],
        });
      }
      if (driver.gpsId !== null) scope.push(driver.gpsId);
    }
    const request = {
      kind: 'RESYNC' as const,
      dryRun,
      scope: keys === null ? null : scope,
      requestedBy: actor.userId,
    };
    const run = await startRun(tx, request, context.clock.now());
    if (!run.isNew) {
      return refuse({
        code: 'RUN_ACTIVE',
        message: 'A run is active already. Wait for its end, or cancel it.',
        field: ['dryRun'],
      });
    }
    return { value: run.id, userErrors: [] };
  });
}

/** Reads one driver from both portals now; what differs from what we knew is recorded and marked like any sighting. */
async function refreshDriver(
  context: SyncContext,
  actor: Actor,
  key: DriverKey,
): Promise<CommandResult<DriverKey>> {
  const account = accountOf(context, actor.account);
  const driver = await context.store.read(account.id, (tx) => tx.drivers.byKey(key));
  if (driver === null) {
    return {
      value: null,
      userErrors: [{ code: 'NOT_FOUND', message: 'There is no such driver.', field: ['id'] }],
    };
  }
  const [gps, driveri] = await Promise.all([
    driver.gpsId === null ? null : account.gps.readDriver(driver.gpsId),
    driver.driverId === null ? null : account.driveri.readDriver(driver.driverId),
  ]);
  const now = context.clock.now();
  await context.store.transaction(account.id, async (tx) => {
    const events = [];
    if (gps?.found === 'driver') {
      events.push(...(await recordReading(tx, account, gps, now)));
    }
    if (driveri !== null && driver.driverId !== null) {
      if (driveri.driver === null) await tx.rosters.dropDriveri([driver.driverId], driveri.sentAt);
      else await tx.rosters.saveDriveri([driveri.driver], driveri.sentAt);
      events.push(...(await detectDrift(tx, account, [driver.driverId], now)).events);
    }
    await tx.drivers.refresh(
      driver.gpsId === null ? [] : [driver.gpsId],
      driver.driverId === null ? [] : [driver.driverId],
      now,
    );
    await tx.events.append(events);
  });
  return { value: key, userErrors: [] };
}
