import type { DriveriDriver } from '../../driver/driveri-driver';
import type { GpsDriver } from '../../driver/gps-driver';
import type { DriverId, GpsId } from '../../driver/ids';
import type { AbsenceProof } from '../../driver/absence-proof';
import type { NewEvent } from '../ports/event-log';
import type { GpsRosterRow, KnownDriveriDriver, KnownGpsDriver, Observation } from '../ports/roster-store';
import type { SyncTransaction } from '../ports/sync-store';
import type { SyncAccount } from '../sync-context';
import { detectDrift } from './detect-drift';
import { gpsChanges, gpsName } from './gps-changes';
import { rosterRow, withKnownDriverId } from './gps-version';
import { proposeRemovals } from './propose-removals';

/*
 * The door: every way in which a portal's word arrives ends here (listing, changed-since, direct read, read-back,
 * `refreshDriver`). Differing rows are locked in the order of their ids, compared again, and stored where the ticket is higher
 * (R14, R16). What was *before* is the locked row, whatever the caller had looked at. Drivers that the difference concerns are
 * touched in the same transaction.
 */

/** How a reading came about. */
export interface ReadingOptions {
  /** Part of a listing whose last transaction decides about a mass change: nothing becomes due before that. */
  readonly unjudged?: boolean;
  /** A person waits for it. */
  readonly urgent?: boolean;
}

/** What a reading showed that is new. */
export interface Reading {
  /** Drivers that there is a reason to look at. */
  readonly touched: readonly GpsId[];
  readonly events: readonly NewEvent[];
}

const NOTHING: Reading = { touched: [], events: [] };

/** In a transaction: stores GPS drivers that were seen, and touches them and those that share an identity with them. */
export async function recordGps(
  tx: SyncTransaction,
  rows: readonly GpsRosterRow[],
  seen: Observation,
  now: number,
  options: ReadingOptions = {},
): Promise<Reading> {
  if (rows.length === 0) return NOTHING;
  const before = await tx.rosters.lockGps(rows.map((row) => row.driver.gpsId));
  const told = options.unjudged === true ? rows : rows.map((row) => keepKnown(before, row));
  const news = told.filter((row) => isGpsNews(before.get(row.driver.gpsId), row, seen));
  if (news.length === 0) return NOTHING;
  const ids = news.map((row) => row.driver.gpsId);
  await tx.rosters.saveGps(news, seen);
  const isKnown = (id: GpsId): boolean => before.get(id)?.entry.presence === 'present';
  await tx.removals.voidOf(
    ids.filter((id) => before.has(id) && !isKnown(id)),
    now,
  );
  const identities = [...new Set(news.flatMap((row) => movedIdentities(before.get(row.driver.gpsId), row)))];
  const concerned = await tx.rosters.concernedBy(identities);
  const touched = [...new Set([...ids, ...concerned])];
  await touchSeen(tx, { ids, touched, isKnown }, now, options);
  await tx.drivers.refresh(touched, identities, now);
  return { touched, events: news.map((row) => sightingEvent(before.get(row.driver.gpsId), row, now)) };
}

async function touchSeen(
  tx: SyncTransaction,
  seen: {
    readonly ids: readonly GpsId[];
    readonly touched: readonly GpsId[];
    readonly isKnown: (id: GpsId) => boolean;
  },
  now: number,
  { unjudged = false, urgent = false }: ReadingOptions,
): Promise<void> {
  if (!unjudged) return tx.work.touch(seen.touched, now, { urgent });
  const changed = seen.ids.filter(seen.isKnown);
  const counted = new Set(changed);
  await tx.work.touchUnjudged(changed, 'changed', now);
  await tx.work.touchUnjudged(
    seen.touched.filter((id) => !counted.has(id)),
    'new',
    now,
  );
}

/** Drivers as direct reads have shown them. */
export function recordGpsDrivers(
  tx: SyncTransaction,
  account: SyncAccount,
  drivers: readonly GpsDriver[],
  seen: Observation,
  now: number,
): Promise<Reading> {
  return recordGps(
    tx,
    drivers.map((driver) => rosterRow(driver, account.fallback)),
    seen,
    now,
  );
}

/** One driver as a direct read has shown it. */
export function recordGpsDriver(
  tx: SyncTransaction,
  account: SyncAccount,
  driver: GpsDriver,
  seen: Observation,
  now: number,
  options: ReadingOptions = {},
): Promise<Reading> {
  return recordGps(tx, [rosterRow(driver, account.fallback)], seen, now, options);
}

/** Of one driver alone, a DriverID that was not told is no news: the one that is known stays. */
function keepKnown(before: ReadonlyMap<GpsId, KnownGpsDriver>, row: GpsRosterRow): GpsRosterRow {
  const last = before.get(row.driver.gpsId)?.entry.driverId ?? null;
  return row.driver.driverId.state === 'unknown' && last !== null ? withKnownDriverId(row, last) : row;
}

function isGpsNews(known: KnownGpsDriver | undefined, row: GpsRosterRow, seen: Observation): boolean {
  if (known === undefined) return true;
  const { entry } = known;
  if (entry.ticket > seen.ticket) return false;
  return entry.version !== row.version || entry.presence !== 'present';
}

/** DriverIDs for which a sighting may decide something for another driver: the old and the new one, or the one that is back. */
function movedIdentities(known: KnownGpsDriver | undefined, row: GpsRosterRow): readonly DriverId[] {
  const after = wantedText(row.driver, row.fallbackId);
  const was = known === undefined ? null : wantedText(known.driver, known.entry.fallbackId);
  if (known?.entry.presence === 'present' && was === after) return [];
  return [was, after].filter((id) => id !== null);
}

function wantedText(driver: GpsDriver, fallbackId: DriverId | null): DriverId | null {
  return driver.driverId.state === 'known' ? driver.driverId.value : fallbackId;
}

function sightingEvent(known: KnownGpsDriver | undefined, row: GpsRosterRow, at: number): NewEvent {
  const { gpsId } = row.driver;
  const name = gpsName(row.driver);
  if (known === undefined) return { type: 'GPS_DRIVER_CREATED', at, gpsId, message: `${name} is new in GPS` };
  const changes = gpsChanges(known.driver, row.driver);
  switch (known.entry.presence) {
    case 'gone':
      return { type: 'GPS_DRIVER_CREATED', at, gpsId, changes, message: `${name} is back in GPS` };
    case 'missing':
      return {
        type: 'GPS_DRIVER_UPDATED',
        at,
        gpsId,
        changes,
        message: `${name} was missing and is seen again in GPS`,
      };
    case 'present':
      return { type: 'GPS_DRIVER_UPDATED', at, gpsId, changes, message: `${name} was changed in GPS` };
  }
}

/**
 * In a transaction: these drivers are proven gone. A linked one gets a removal proposed; drivers that want its DriverID are
 * touched. Answers the drivers that count as gone now: one with a newer observation does not.
 */
export async function recordGone(
  tx: SyncTransaction,
  gone: readonly { readonly gpsId: GpsId; readonly proof: AbsenceProof }[],
  seen: Observation,
  now: number,
): Promise<readonly GpsId[]> {
  const marked = new Set(await tx.rosters.markGone(gone, seen));
  const proven = gone.filter(({ gpsId }) => marked.has(gpsId));
  const links = await proposeRemovals(tx, proven, now);
  const concerned = await tx.rosters.concernedBy(links.map((link) => link.driverId));
  const ids = proven.map(({ gpsId }) => gpsId);
  await tx.work.touch([...new Set([...ids, ...concerned])], now);
  await tx.drivers.refresh(ids, [], now);
  return ids;
}

/** The event that says that GPS no longer has a driver. */
export function goneEvent(gpsId: GpsId, at: number, actor: string | null = null): NewEvent {
  return { type: 'GPS_DRIVER_DELETED', at, gpsId, actor, message: 'The driver is gone from GPS' };
}

/** What a reading of Driveri showed. */
export interface DriveriReadingNews extends Reading {
  /** DriverIDs that the roster did not have. */
  readonly strangers: number;
  /** Rows that an observation with a higher ticket had stored already: the watermark may not pass them. */
  readonly outdated: number;
}

/** How a reading of Driveri came about. */
export interface DriveriReadingOptions {
  /** The first complete listing: nothing is news. */
  readonly isBaseline?: boolean;
  /** Until when a read may still show what stood before a write of ours (R17); ms. */
  readonly graceMs: number;
  readonly urgent?: boolean;
}

/**
 * In a transaction: stores Driveri drivers that were seen. A DriverID that came, or a status that changed, touches every driver
 * that wants or has it; any other edit is drift: an event, and left to the daily run (or overridden at once, if the account is
 * set so).
 */
export async function recordDriveri(
  tx: SyncTransaction,
  account: SyncAccount,
  drivers: readonly DriveriDriver[],
  seen: Observation,
  now: number,
  options: DriveriReadingOptions,
): Promise<DriveriReadingNews> {
  if (drivers.length === 0) return { ...NOTHING, strangers: 0, outdated: 0 };
  const before = await tx.rosters.lockDriveri(drivers.map((driver) => driver.driverId));
  const outdated = drivers.filter(
    (driver) => (before.get(driver.driverId)?.ticket ?? 0) > seen.ticket,
  ).length;
  const differing = drivers.filter((driver) => isDriveriNews(before.get(driver.driverId), driver, seen));
  if (differing.length === 0) return { ...NOTHING, strangers: 0, outdated };
  const recent = await tx.intents.recentOf(
    differing.map((driver) => driver.driverId),
    now - LATE_WRITE_MS,
  );
  const news = differing.filter(
    (driver) => !isLagging(before.get(driver.driverId), driver, recent, now - options.graceMs),
  );
  await tx.rosters.saveDriveri(news, seen);
  if (options.isBaseline === true) {
    await tx.drivers.refresh(
      [],
      news.map((driver) => driver.driverId),
      now,
    );
    return { ...NOTHING, strangers: 0, outdated };
  }
  const moved = news.filter((driver) => movesIdentity(before.get(driver.driverId)?.driver, driver));
  const touched = await tx.rosters.concernedBy(moved.map((driver) => driver.driverId));
  await tx.work.touch(touched, now, { urgent: options.urgent ?? false });
  await tx.drivers.refresh(
    touched,
    news.map((driver) => driver.driverId),
    now,
  );
  const drift = await detectDrift(tx, account, news, recent, now);
  return {
    touched: [...touched, ...drift.touched],
    events: drift.events,
    strangers: news.filter((driver) => !before.has(driver.driverId)).length,
    outdated,
  };
}

/** R13: a write of ours may land so late. */
const LATE_WRITE_MS = 3_600_000;

/** In a transaction: Driveri, asked for these DriverIDs, has no such driver. Drivers that want or have one are touched. */
export async function recordDriveriAbsent(
  tx: SyncTransaction,
  ids: readonly DriverId[],
  seen: Observation,
  now: number,
  urgent = false,
): Promise<readonly GpsId[]> {
  const known = await tx.rosters.lockDriveri(ids);
  const dropped = ids.filter((id) => (known.get(id)?.ticket ?? Infinity) <= seen.ticket);
  await tx.rosters.dropDriveri(ids, seen);
  if (dropped.length === 0) return [];
  const touched = await tx.rosters.concernedBy(dropped);
  await tx.work.touch(touched, now, { urgent });
  await tx.drivers.refresh(touched, dropped, now);
  return touched;
}

function isDriveriNews(
  known: KnownDriveriDriver | undefined,
  driver: DriveriDriver,
  seen: Observation,
): boolean {
  if (known === undefined) return true;
  return known.ticket <= seen.ticket && !sameDriver(known.driver, driver);
}

/**
 * R17: a reading that is behind is no news: its date of change is older than the row's, or it shows exactly what stood before a
 * write of ours that was recorded within the grace period.
 */
function isLagging(
  known: KnownDriveriDriver | undefined,
  driver: DriveriDriver,
  recent: RecentWrites,
  graceSince: number,
): boolean {
  if (known === undefined) return false;
  const { updatedDate } = known.driver;
  if (updatedDate !== null && driver.updatedDate !== null && driver.updatedDate < updatedDate) return true;
  return (recent.get(driver.driverId) ?? []).some(
    (write) => write.createdAt >= graceSince && write.before !== null && sameDriver(write.before, driver),
  );
}

type RecentWrites = Awaited<ReturnType<SyncTransaction['intents']['recentOf']>>;

function sameDriver(a: DriveriDriver, b: DriveriDriver): boolean {
  const keys = Object.keys(a) as (keyof DriveriDriver)[]; // both are DriveriDriver: the keys are its own
  return keys.every((key) => a[key] === b[key]);
}

function movesIdentity(before: DriveriDriver | undefined, after: DriveriDriver): boolean {
  return before === undefined || before.removed !== after.removed;
}
