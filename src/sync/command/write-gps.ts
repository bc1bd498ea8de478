import { setTimeout as sleep } from 'node:timers/promises';
import { readDriverId, type DriverKey, type GpsId } from '../../driver/ids';
import type { GpsDriver, GpsDriverChanges } from '../../driver/gps-driver';
import { driverVersion } from '../../driver/driver-version';
import { PortalError } from '../../driver/ports/portal-error';
import type { Actor, CommandResult, UserError } from '../../gateway/commands';
import { noteFailure, noteSuccess } from '../account/portal-health';
import { gpsName } from '../observe/gps-changes';
import { recordGpsDriver } from '../observe/record-reading';
import type { NewEvent } from '../ports/event-log';
import type { Observation } from '../ports/roster-store';
import type { SyncTransaction } from '../ports/sync-store';
import { callOwner, type SyncAccount, type SyncContext } from '../sync-context';
import { BUSY, NOT_FOUND, refuse, staleError, takenByWriter, type WantedDriverId } from './write-errors';

/*
 * Every write to GPS goes: mark → write → read back through the door → release → the owner is called. Marked before the write:
 * a crash after GPS accepted must not lose the change. After an unknown outcome the mark stays open, and what became of the
 * write is found out when it expires. Version and DriverID are checked in the transaction that puts the mark (R9), so that of
 * two edits with one version, or two creates with one DriverID, only one gets that far.
 */

/** A mark that was put. */
export interface Mark {
  readonly id: string;
}

/** How long a write waits for another writer of the same driver. */
const WAIT_FOR_WRITER_MS = 20_000;
const LOOK_EVERY_MS = 50;

/** What has to hold when the mark is put. */
export interface MarkRequest {
  readonly gpsId: GpsId | null;
  /** The DriverID that the driver will want; null when the write does not change it. */
  readonly wanted: WantedDriverId | null;
  /** Null: the edit is made whatever the driver's version is. */
  readonly version: string | null;
}

/** Puts a mark once no other writer has the driver; or says what the caller has to put right. */
export async function putMark(
  context: SyncContext,
  account: SyncAccount,
  request: MarkRequest,
): Promise<{ readonly mark: Mark } | { readonly errors: readonly UserError[] }> {
  const startedAt = performance.now();
  for (;;) {
    const result = await context.store.transaction(account.id, (tx) => tryMark(tx, context, request));
    if (result !== 'busy') return result;
    if (performance.now() - startedAt > WAIT_FOR_WRITER_MS) return { errors: [BUSY] };
    await sleep(LOOK_EVERY_MS);
  }
}

async function tryMark(
  tx: SyncTransaction,
  context: SyncContext,
  request: MarkRequest,
): Promise<{ readonly mark: Mark } | { readonly errors: readonly UserError[] } | 'busy'> {
  const { gpsId, wanted, version } = request;
  const now = context.clock.now();
  const { markMs, requestTimeoutMs } = context.settings;
  const put = await tx.marks.put({
    gpsId,
    driverId: wanted?.driverId ?? null,
    now,
    expiresAt: now + markMs,
    // A write and its reading back, twice over for groups: a slower writer may be recorded twice, never not at all.
    writerUntil: now + 4 * requestTimeoutMs,
  });
  if (put.state === 'busy') return 'busy';
  if (put.state === 'taken') return { errors: wanted === null ? [BUSY] : [takenByWriter(wanted)] };
  const errors: UserError[] = [];
  if (version !== null && gpsId !== null) {
    const known = (await tx.rosters.lockGps([gpsId])).get(gpsId);
    if (known === undefined || driverVersion(known.entry.version, known.groups) !== version)
      errors.push(staleError());
  }
  errors.push(...(await takenErrors(tx, request)));
  if (errors.length === 0) return { mark: { id: put.id } };
  await tx.marks.release([put.id]);
  return { errors };
}

/** The DriverID that another driver already wants, by its own field or by the fallback: one DriverID, one driver. */
async function takenErrors(
  tx: SyncTransaction,
  { wanted, gpsId }: MarkRequest,
): Promise<readonly UserError[]> {
  if (wanted === null) return [];
  const others = (await tx.rosters.wantersOf(wanted.driverId)).filter((id) => id !== gpsId);
  if (others.length === 0) return [];
  const drivers = await tx.rosters.gpsDrivers(others);
  const names = [...drivers.values()].map(({ driver }) => gpsName(driver)).join(', ');
  return [
    {
      code: 'DRIVER_ID_TAKEN',
      message: `${names} has the DriverID ${wanted.driverId} already. Choose another one, or change theirs first.`,
      field: ['input', wanted.field],
    },
  ];
}

/** The DriverID that a driver with these fields will want; null when they do not say. */
export function wantedOf(
  fields: GpsDriverChanges,
  account: SyncAccount,
  isNew: boolean,
): WantedDriverId | null {
  const own = readDriverId(fields.driverId);
  if (own !== null) return { driverId: own, field: 'driveriDriverId' };
  const other = isNew && account.fallback === 'reference-id' ? readDriverId(fields.referenceId) : null;
  return other === null ? null : { driverId: other, field: 'referenceId' };
}

/** A driver that is to be written, as we know it. */
export interface FoundDriver {
  readonly gpsId: GpsId;
  readonly groups: readonly string[];
  readonly name: string;
}

/** Finds the GPS driver behind a key; or says why there is none to write to. */
export async function findGps(
  context: SyncContext,
  account: SyncAccount,
  key: DriverKey,
): Promise<FoundDriver | { readonly error: UserError }> {
  const driver = await context.store.readOnce(account.id, (tx) => tx.drivers.byKey(key));
  if (driver === null) return { error: NOT_FOUND };
  const { gpsId, gps, fullName, driverId } = driver;
  if (gpsId !== null && gps !== null) return { gpsId, groups: gps.groups, name: fullName };
  return {
    error: {
      code: 'NOT_IN_GPS',
      message: `${fullName} is only in Driveri. The gateway writes to GPS: to take the driver over, create it there with the DriverID ${driverId ?? ''}.`,
      field: ['id'],
    },
  };
}

/** What became of a write: GPS has carried it out, or does not accept what it was sent, for certain without an effect. */
export type Written<Result> = { readonly result: Result } | { readonly refused: PortalError };

/**
 * A write that failed for certain takes its mark back; one with unknown outcome leaves it, and the next reading of the driver
 * tells. What GPS does not accept is the caller's to correct, and answered; other failures are thrown.
 */
export async function writing<Result>(
  context: SyncContext,
  account: SyncAccount,
  mark: Mark,
  write: () => Promise<Result>,
): Promise<Written<Result>> {
  try {
    return { result: await write() };
  } catch (error) {
    if (error instanceof PortalError) {
      const isUndone = error.outcome === 'none';
      await context.store.transaction(account.id, (tx) =>
        isUndone ? tx.marks.release([mark.id]) : tx.marks.leave(mark.id),
      );
      await noteFailure(context, account.id, error);
      if (!isUndone) await callOwner(context, account.id);
      if (isUndone && error.kind === 'rejected') return { refused: error };
    }
    throw error;
  }
}

/** What is recorded of a write, with the driver as GPS has it now. */
export interface WriteRecord {
  readonly type: NewEvent['type'];
  readonly message: string;
  /** The groups that the driver is in now; null: they were not changed. */
  readonly groups: readonly string[] | null;
}

/**
 * Reads the driver back through the door, releases the mark, writes the event and calls the owner. Null when GPS accepted the
 * write and it cannot be read back now: the mark stays, and the next reading finds it.
 */
export async function readBack(
  context: SyncContext,
  account: SyncAccount,
  actor: Actor,
  gpsId: GpsId,
  mark: Mark,
  record: WriteRecord,
): Promise<DriverKey | null> {
  const reading = await readWritten(context, account, gpsId);
  if (reading === null) {
    await context.store.transaction(account.id, (tx) => tx.marks.leave(mark.id));
    await callOwner(context, account.id);
    return null;
  }
  const key = await context.store.transaction(account.id, async (tx) => {
    const now = context.clock.now();
    const seen = await recordGpsDriver(tx, account, reading.driver, reading.seen, now, { urgent: true });
    const changes = seen.events.find((event) => event.gpsId === gpsId)?.changes ?? [];
    if (record.groups !== null) await tx.rosters.setDriverGroups(gpsId, [...record.groups].sort());
    await tx.marks.release([mark.id]);
    // The mark made the driver due at its expiry; now that the outcome is known it is due at once, news or not.
    if (!seen.touched.includes(gpsId)) await tx.work.touch([gpsId], now, { urgent: true });
    await tx.drivers.refresh([gpsId], [], now);
    const reachable = await noteSuccess(tx, now, 'gps');
    const { type, message } = record;
    await tx.events.append([{ type, message, at: now, actor: actor.userId, gpsId, changes }, ...reachable]);
    return tx.drivers.keyOfGps(gpsId);
  });
  await callOwner(context, account.id);
  return key;
}

async function readWritten(
  context: SyncContext,
  account: SyncAccount,
  gpsId: GpsId,
): Promise<{ readonly driver: GpsDriver; readonly seen: Observation } | null> {
  try {
    const ticket = await context.store.drawTicket();
    const reading = await account.gps.readDriver(gpsId);
    return reading.found === 'driver'
      ? { driver: reading.driver, seen: { ticket, at: reading.sentAt } }
      : null;
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    await noteFailure(context, account.id, error);
    return null;
  }
}

/** GPS accepted the write, and it could not be read back. */
export const outcomeUnknown = (value: DriverKey | null): CommandResult<DriverKey> =>
  refuse(
    [
      {
        code: 'OUTCOME_UNKNOWN',
        message:
          'GPS accepted the change, but could not be read afterwards. Do not send it again: the gateway finds out what GPS has, and shows it within two minutes.',
      },
    ],
    value,
  );
