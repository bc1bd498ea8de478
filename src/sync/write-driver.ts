import type { AbsenceProof } from '../driver/absence-proof';
import { readDriverInput } from '../driver/driver-input';
import type { GpsDriver, GpsDriverChanges } from '../driver/gps-driver';
import { type DriverId, type DriverKey, type GpsId, readDriverId } from '../driver/ids';
import { PortalError } from '../driver/portal-error';
import { gpsName } from './gps-changes';
import type { Actor, CommandResult, DriverInputFields, UserError } from './gateway-commands';
import { recordGone, recordReading } from './ingest-gps';
import { noteFailure, noteSuccess } from './portal-health';
import { accountOf, type SyncAccount, type SyncContext } from './sync-context';
import type { NewEvent } from './sync-store';
import { NOT_FOUND, refuse, refusedError, staleError, toUserError } from './write-errors';

/*
 * Every write to GPS goes: mark → write → read back into the roster → release → enqueue (design, 3.2). Marked before the
 * write: a crash after GPS accepted must not lose the change. After an unknown outcome the mark stays open, and what became
 * of the write is found out when it expires.
 */

/** Creates a driver in GPS; when it returns, GPS and the roster have it, and it is on its way to Driveri. */
export async function createDriver(
  context: SyncContext,
  actor: Actor,
  input: DriverInputFields,
): Promise<CommandResult<DriverKey>> {
  const account = accountOf(context, actor.account);
  const { value, errors } = readDriverInput(input, 'create');
  const problems = [...errors.map(toUserError), ...(await takenErrors(context, account, value, null))];
  if (problems.length > 0 || value.lastName === undefined) return refuse(problems);
  const lastName = value.lastName;
  const groups = await checkGroups(account, input.groups);
  if (groups.errors.length > 0) return refuse(groups.errors);
  const mark = await putMark(context, account, null);
  const written = await writing(context, account, mark, () =>
    account.gps.createDriver({ ...value, lastName }),
  );
  if ('refused' in written) return refuse([refusedError(written.refused)]);
  const { gpsId, undeleted } = written.result;
  const joined = await joinGroups(account, gpsId, groups.names, []);
  await readBack(context, account, actor, gpsId, mark, {
    type: 'GPS_DRIVER_CREATED',
    message: undeleted ? 'Brought back in GPS: a deleted driver had this Ref ID' : 'Created in GPS',
  });
  return keyed(context, account, gpsId, joined);
}

/** Changes a driver in GPS. With a `version` that is not the current one: CONFLICT, with the current driver, and no write. */
export async function updateDriver(
  context: SyncContext,
  actor: Actor,
  key: DriverKey,
  version: string | null,
  input: DriverInputFields,
): Promise<CommandResult<DriverKey>> {
  const account = accountOf(context, actor.account);
  const found = await findGps(context, account, key);
  if ('error' in found) return refuse([{ ...found.error, field: ['input', 'id'] }]);
  const { value, errors } = readDriverInput(input, 'update');
  const problems = [...errors.map(toUserError), ...(await takenErrors(context, account, value, found.gpsId))];
  if (problems.length > 0) return refuse(problems);
  if (version !== null && version !== found.version) return refuse([staleError()], key);
  const groups = await checkGroups(account, input.groups);
  if (groups.errors.length > 0) return refuse(groups.errors);
  const mark = await putMark(context, account, found.gpsId);
  if (Object.keys(value).length > 0) {
    const written = await writing(context, account, mark, () => account.gps.updateDriver(found.gpsId, value));
    if ('refused' in written) return refuse([refusedError(written.refused)], key);
  }
  const joined =
    input.groups == null ? [] : await joinGroups(account, found.gpsId, groups.names, found.groups);
  await readBack(context, account, actor, found.gpsId, mark, {
    type: 'GPS_DRIVER_UPDATED',
    message: 'Changed in GPS',
  });
  return keyed(context, account, found.gpsId, joined, input.groups == null ? null : groups.names);
}

/** Deletes a driver from GPS; while the sync is on, the removal from Driveri follows, and is allowed at once. */
export async function deleteDriver(
  context: SyncContext,
  actor: Actor,
  key: DriverKey,
): Promise<CommandResult<DriverKey>> {
  const account = accountOf(context, actor.account);
  const found = await findGps(context, account, key);
  if ('error' in found) return refuse([found.error]);
  const mark = await putMark(context, account, found.gpsId);
  const written = await writing(context, account, mark, () => account.gps.deleteDriver(found.gpsId));
  if ('refused' in written) return refuse([{ ...refusedError(written.refused), field: ['id'] }]);
  const now = context.clock.now();
  const proof: AbsenceProof = { kind: 'DeletedHere', at: now, actor: actor.userId };
  await context.store.transaction(account.id, async (tx) => {
    await recordGone(tx, [{ gpsId: found.gpsId, proof }], now);
    await tx.work.release(mark);
    await tx.work.touch([found.gpsId], now);
    const reachable = await noteSuccess(tx, now, 'gps');
    const event: NewEvent = {
      type: 'GPS_DRIVER_DELETED',
      at: now,
      actor: actor.userId,
      gpsId: found.gpsId,
      message: `${found.name} was deleted from GPS`,
    };
    await tx.events.append([event, ...reachable]);
    await tx.drivers.refresh([found.gpsId], [], now);
  });
  await enqueue(context, account, found.gpsId);
  return { value: key, userErrors: [] };
}

/** The DriverID that another driver already wants: one DriverID, one driver. */
async function takenErrors(
  context: SyncContext,
  account: SyncAccount,
  value: GpsDriverChanges,
  self: GpsId | null,
): Promise<readonly UserError[]> {
  const wanted: DriverId | null = readDriverId(value.driverId);
  if (wanted === null) return [];
  return context.store.transaction(account.id, async (tx) => {
    const others = (await tx.rosters.wantersOf(wanted)).filter((id) => id !== self);
    if (others.length === 0) return [];
    const drivers = await tx.rosters.gpsDrivers(others);
    const names = [...drivers.values()].map(gpsName).join(', ');
    return [
      {
        code: 'DRIVER_ID_TAKEN',
        message: `The DriverID ${wanted} is wanted by ${names} already. Choose another one, or change theirs first.`,
        field: ['input', 'driveriDriverId'],
      },
    ];
  });
}

async function checkGroups(
  account: SyncAccount,
  asked: readonly string[] | null | undefined,
): Promise<{ readonly names: readonly string[]; readonly errors: readonly UserError[] }> {
  const names = [...new Set(asked ?? [])];
  if (names.length === 0) return { names, errors: [] };
  const known = new Set((await account.gps.listGroups()).map((group) => group.name));
  const unknown = names.filter((name) => !known.has(name));
  const errors = unknown.map((name) => ({
    code: 'UNKNOWN_GROUP',
    message: `GPS has no driver group called ${JSON.stringify(name)}. There are: ${[...known].join(', ')}.`,
    field: ['input', 'groups'],
  }));
  return { names, errors };
}

/** Joins and leaves groups. A failure does not undo the driver: it is told beside it. */
async function joinGroups(
  account: SyncAccount,
  gpsId: GpsId,
  wanted: readonly string[],
  current: readonly string[],
): Promise<readonly UserError[]> {
  const errors: UserError[] = [];
  const attempt = async (name: string, change: () => Promise<void>): Promise<void> => {
    try {
      await change();
    } catch (error) {
      if (!(error instanceof PortalError)) throw error;
      errors.push({
        code: 'GROUP_NOT_CHANGED',
        message: `The driver is saved, but the group ${name} could not be changed: ${error.message}`,
        field: ['input', 'groups'],
      });
    }
  };
  for (const name of wanted.filter((group) => !current.includes(group))) {
    await attempt(name, () => account.gps.joinGroup(gpsId, name));
  }
  for (const name of current.filter((group) => !wanted.includes(group))) {
    await attempt(name, () => account.gps.leaveGroup(gpsId, name));
  }
  return errors;
}

type Found =
  | { readonly error: UserError }
  | {
      readonly gpsId: GpsId;
      readonly version: string;
      readonly groups: readonly string[];
      readonly name: string;
    };

async function findGps(context: SyncContext, account: SyncAccount, key: DriverKey): Promise<Found> {
  return context.store.transaction(account.id, async (tx) => {
    const driver = await tx.drivers.byKey(key);
    if (driver === null) return { error: NOT_FOUND };
    const row = driver.gpsId === null ? null : await tx.rosters.gpsDriver(driver.gpsId);
    if (driver.gpsId === null || row === null || row.presence === 'gone') {
      return {
        error: {
          code: 'NOT_IN_GPS',
          message: `${driver.fullName} is only in Driveri. The gateway writes to GPS: create the driver there with the DriverID ${driver.driverId ?? ''} to take them over.`,
          field: ['id'],
        },
      };
    }
    return { gpsId: driver.gpsId, version: row.version, groups: row.groups, name: driver.fullName };
  });
}

function putMark(context: SyncContext, account: SyncAccount, gpsId: GpsId | null): Promise<string> {
  const now = context.clock.now();
  const { markMs, requestTimeoutMs } = context.settings;
  // A write and its reading back, twice over for groups: whoever takes longer may be told of twice, never not at all.
  const writerUntil = now + 4 * requestTimeoutMs;
  return context.store.transaction(account.id, (tx) =>
    tx.work.mark(gpsId, { now, expiresAt: now + markMs, writerUntil }),
  );
}

/** What became of a write: GPS has carried it out, or does not accept what it was sent, for certain without an effect. */
type Written<Result> = { readonly result: Result } | { readonly refused: PortalError };

/**
 * A write that failed for certain takes its mark back; one whose outcome nobody knows leaves it, and whoever sees the driver
 * tells. What GPS does not accept is the caller's to correct, and answered; other failures are thrown.
 */
async function writing<Result>(
  context: SyncContext,
  account: SyncAccount,
  mark: string,
  write: () => Promise<Result>,
): Promise<Written<Result>> {
  try {
    return { result: await write() };
  } catch (error) {
    if (error instanceof PortalError) {
      const isUndone = error.outcome === 'none';
      await context.store.transaction(account.id, (tx) =>
        isUndone ? tx.work.release(mark) : tx.work.leave(mark),
      );
      await noteFailure(context, account.id, error);
      if (isUndone && error.kind === 'rejected') return { refused: error };
    }
    throw error;
  }
}

async function readBack(
  context: SyncContext,
  account: SyncAccount,
  actor: Actor,
  gpsId: GpsId,
  mark: string,
  told: { readonly type: NewEvent['type']; readonly message: string },
): Promise<void> {
  const reading = await readWritten(context, account, gpsId);
  const now = context.clock.now();
  await context.store.transaction(account.id, async (tx) => {
    if (reading === null) return tx.work.leave(mark);
    const seen = await recordReading(tx, account, reading, now);
    const changes = seen.find((event) => event.gpsId === gpsId)?.changes ?? [];
    await tx.work.release(mark);
    await tx.work.touch([gpsId], now);
    await tx.drivers.refresh([gpsId], [], now);
    const reachable = await noteSuccess(tx, now, 'gps');
    await tx.events.append([{ ...told, at: now, actor: actor.userId, gpsId, changes }, ...reachable]);
  });
  await enqueue(context, account, gpsId);
}

/** The driver as GPS has it after our write; null when it cannot be read now: then the mark stays, and the poll finds it. */
async function readWritten(
  context: SyncContext,
  account: SyncAccount,
  gpsId: GpsId,
): Promise<{ readonly driver: GpsDriver; readonly sentAt: number } | null> {
  try {
    const reading = await account.gps.readDriver(gpsId);
    return reading.found === 'driver' ? reading : null;
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    await noteFailure(context, account.id, error);
    return null;
  }
}

async function keyed(
  context: SyncContext,
  account: SyncAccount,
  gpsId: GpsId,
  warnings: readonly UserError[],
  groups: readonly string[] | null = null,
): Promise<CommandResult<DriverKey>> {
  const key = await context.store.transaction(account.id, async (tx) => {
    if (groups !== null && warnings.length === 0) await tx.rosters.setDriverGroups(gpsId, groups);
    return tx.drivers.keyOfGps(gpsId);
  });
  return { value: key, userErrors: warnings };
}

async function enqueue(context: SyncContext, account: SyncAccount, gpsId: GpsId): Promise<void> {
  const state = await context.store.read(account.id, (tx) => tx.account.read());
  if (state.enabled) await context.queue.enqueue({ account: account.id, gpsId, priority: 'live' });
}
