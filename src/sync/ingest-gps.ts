import type { AbsenceProof } from '../driver/absence-proof';
import type { GpsDriver } from '../driver/gps-driver';
import type { GpsListing } from '../driver/gps-portal';
import { judgeAbsence, judgeDriverIdField, judgeRoster } from '../driver/guards';
import type { DriverId, GpsId } from '../driver/ids';
import { gpsChanges, gpsName } from './gps-changes';
import { holdIdentityChanges } from './hold-identity-changes';
import { holdMassChange } from './hold-mass-change';
import { rosterRow } from './gps-version';
import { clearHealth, noteSuccess, setHealth } from './portal-health';
import { proposeRemovals } from './propose-removal';
import type { SyncAccount, SyncContext } from './sync-context';
import type { GpsRosterEntry, GpsRosterRow, NewEvent, RosterState, SyncTransaction } from './sync-store';

/** What a listing of GPS came to. */
export interface GpsIngest {
  /** Null for a complete roster; otherwise why it is none: such a one shows nobody to be gone. */
  readonly incomplete: { readonly code: string; readonly reason: string } | null;
  /** Drivers that there is a reason to look at. */
  readonly touched: readonly GpsId[];
}

/**
 * Takes a listing of GPS into the roster: stores what changed, finds who is missing, marks everybody concerned, tells of it.
 * The first complete listing of an account is the baseline: it tells of nobody.
 */
export async function ingestGpsListing(
  context: SyncContext,
  account: SyncAccount,
  listing: GpsListing,
  acceptShrunk = false,
): Promise<GpsIngest> {
  const listed = listing.drivers.map((driver) => rosterRow(driver, account.fallback));
  return context.store.transaction(account.id, async (tx) => {
    const { driverIdField } = await tx.account.lockExclusive();
    const state = await tx.rosters.state('gps');
    const verdict = judgeRoster({
      limits: account.guards,
      count: listed.length,
      visibleGroups: listing.visibleGroups,
      lastCompleteCount: acceptShrunk ? null : state.completeCount,
      lastVisibleGroups: acceptShrunk ? null : state.visibleGroups,
    });
    const now = context.clock.now();
    // The marks first: a writer who is done by the time the roster is read has their driver in it.
    const written = await tx.work.beingWritten(now);
    const index = await tx.rosters.gpsIndex();
    const isWriters = leftToWriters(written, index);
    const rows = listed.filter((row) => !isWriters(row.driver.gpsId));
    if (!verdict.complete)
      return recordIncomplete(tx, { account, listing, rows, index, state, now }, verdict);
    const others = index.filter((entry) => !isWriters(entry.gpsId));
    const unchanged = driverIdField === 'readable' && isAsKnown(rows, others);
    const work = unchanged
      ? { touched: [], changed: [], events: [] }
      : await recordComplete(tx, { account, listing, rows, index: others, state, now });
    await tx.rosters.setState('gps', {
      observedAt: listing.sentAt,
      completeAt: listing.sentAt,
      completeCount: listed.length,
      visibleGroups: listing.visibleGroups,
    });
    const mass = await holdMassChange(tx, account, work.changed, now);
    const held = await holdIdentityChanges(tx, account, now);
    // A create whose outcome nobody knew: whoever it has made is in this listing.
    for (const mark of await tx.work.expiredCreateMarks(listing.sentAt)) await tx.work.release(mark);
    const healed = await clearHealth(tx, now, ['ROSTER_SHRUNK']);
    const reachable = await noteSuccess(tx, now, 'gps');
    await tx.events.append([...work.events, ...mass, ...held, ...healed, ...reachable]);
    return { incomplete: null, touched: work.touched };
  });
}

/**
 * Whose change is the writer's to store and to tell, who is reading them back right now: told by the listing as well, one write
 * would have two events. A driver that is about to be created has no id yet: until they have, everybody new waits for the next
 * listing. Not so who is back: a removal may be on its way, and an event too many is the smaller harm.
 */
function leftToWriters(
  { ids, creating }: Awaited<ReturnType<SyncTransaction['work']['beingWritten']>>,
  index: readonly GpsRosterEntry[],
): (gpsId: GpsId) => boolean {
  const presences = new Map(index.map((entry) => [entry.gpsId, entry.presence]));
  return (gpsId) => {
    const presence = presences.get(gpsId);
    return presence === undefined ? creating : presence === 'present' && ids.has(gpsId);
  };
}

/**
 * Whether a listing says nothing that the roster does not hold. Compared with the roster itself, not with the last listing:
 * between two listings that are equal, what came through this gateway may have changed the roster, and been taken back in GPS.
 */
function isAsKnown(rows: readonly GpsRosterRow[], index: readonly GpsRosterEntry[]): boolean {
  if (index.some((entry) => entry.presence === 'missing')) return false;
  const present = new Map(
    index.filter((entry) => entry.presence === 'present').map((entry) => [entry.gpsId, entry.version]),
  );
  return present.size === rows.length && rows.every((row) => present.get(row.driver.gpsId) === row.version);
}

async function recordIncomplete(
  tx: SyncTransaction,
  { account, listing, rows, index, now }: ListingTaken,
  verdict: { readonly code: string; readonly reason: string },
): Promise<GpsIngest> {
  // Those who are in it are there all the same: a sighting is true whatever the list as a whole is worth.
  const seen = await recordSightings(tx, { rows, index, sentAt: listing.sentAt }, now);
  const health = await setHealth(tx, now, {
    code: 'ROSTER_SHRUNK',
    severity: 'degraded',
    message: verdict.reason,
    hint: 'If the fleet really is that small now, run resyncDrivers and approve it. Otherwise check which driver groups the GPS user may see.',
  });
  const mass = await holdMassChange(tx, account, seen.changed, now);
  const held = await holdIdentityChanges(tx, account, now);
  await tx.events.append([...seen.events, ...mass, ...held, ...health]);
  return { incomplete: verdict, touched: seen.touched };
}

interface ListingTaken {
  readonly account: SyncAccount;
  readonly listing: GpsListing;
  readonly rows: readonly GpsRosterRow[];
  readonly index: readonly GpsRosterEntry[];
  readonly state: RosterState;
  readonly now: number;
}

async function recordComplete(tx: SyncTransaction, given: ListingTaken): Promise<Sightings> {
  const { account, listing, index, now } = given;
  const isBaseline = given.state.completeAt === null;
  const fields = await judgeDriverIds(tx, account, listing, index, now);
  const rows = fields.readable ? given.rows : keepDriverIds(account, given.rows, index);
  const { events, ...seen } = await recordSightings(tx, { rows, index, sentAt: listing.sentAt }, now);
  const absent = await recordAbsences(tx, rows, index, listing.sentAt, now);
  return {
    touched: [...seen.touched, ...absent.touched],
    changed: seen.changed,
    events: [...(isBaseline ? [] : events), ...absent.events, ...fields.events],
  };
}

/** Not answered is not empty: whether this listing's DriverIDs may be believed, for the account as a whole. */
async function judgeDriverIds(
  tx: SyncTransaction,
  account: SyncAccount,
  listing: GpsListing,
  index: readonly GpsRosterEntry[],
  now: number,
): Promise<{ readable: boolean; events: readonly NewEvent[] }> {
  const now_ = new Map(listing.drivers.map((driver) => [driver.gpsId, driver.driverId.state]));
  const before = index.filter((entry) => entry.presence === 'present' && entry.driverIdState === 'known');
  const lost = before.filter((entry) => now_.has(entry.gpsId) && now_.get(entry.gpsId) !== 'known');
  const verdict = judgeDriverIdField({
    limits: account.guards,
    answered: listing.driverIdFieldAnswered,
    hadBefore: before.length,
    lostNow: lost.length,
  });
  await tx.account.update({ driverIdField: verdict.readable ? 'readable' : 'unreadable' });
  const events = verdict.readable
    ? await clearHealth(tx, now, ['DRIVER_ID_UNREADABLE'])
    : await setHealth(tx, now, {
        code: 'DRIVER_ID_UNREADABLE',
        severity: 'degraded',
        message: verdict.reason,
        hint: 'Check driveriDriverIdField in the configuration, and that the GPS portal answers this field. Until then no DriverID is changed; other fields go on.',
      });
  return { readable: verdict.readable, events };
}

/** While DriverIDs cannot be believed, the last ones known stay, so that their return is seen as no change at all. */
function keepDriverIds(
  account: SyncAccount,
  rows: readonly GpsRosterRow[],
  index: readonly GpsRosterEntry[],
): readonly GpsRosterRow[] {
  const known = new Map(index.map((entry) => [entry.gpsId, entry.driverId]));
  return rows.map((row) => {
    const last = known.get(row.driver.gpsId) ?? null;
    if (row.driver.driverId.state === 'known' || last === null) return row;
    return rosterRow({ ...row.driver, driverId: { state: 'known', value: last } }, account.fallback);
  });
}

/** What a listing, or a reading, told that is new. */
interface Sightings {
  /** Drivers that there is a reason to look at. */
  readonly touched: readonly GpsId[];
  /** Of these, the ones that GPS had before and has otherwise now. */
  readonly changed: readonly GpsId[];
  readonly events: readonly NewEvent[];
}

/** Stores a driver as a direct read has shown them, and marks whom it concerns. Answers the events that tell of it. */
export async function recordReading(
  tx: SyncTransaction,
  account: SyncAccount,
  { driver, sentAt }: { readonly driver: GpsDriver; readonly sentAt: number },
  now: number,
): Promise<readonly NewEvent[]> {
  const known = await tx.rosters.gpsEntry(driver.gpsId);
  const index = known === null ? [] : [known];
  const rows = [rosterRow(driver, account.fallback)];
  return (await recordSightings(tx, { rows, index, sentAt }, now)).events;
}

/** Stores the drivers that were seen, marks those that are new, changed or back, and whoever shares an identity with them. */
async function recordSightings(
  tx: SyncTransaction,
  seen: {
    readonly rows: readonly GpsRosterRow[];
    /** The roster before it: at least of these drivers. */
    readonly index: readonly GpsRosterEntry[];
    readonly sentAt: number;
  },
  now: number,
): Promise<Sightings> {
  const { rows, sentAt } = seen;
  const index = new Map(seen.index.map((entry) => [entry.gpsId, entry]));
  const differing = rows.filter((row) => differs(index.get(row.driver.gpsId), row, sentAt));
  if (differing.length === 0) return { touched: [], events: [], changed: [] };
  const ids = differing.map((row) => row.driver.gpsId);
  const before = await tx.rosters.gpsDrivers(ids.filter((id) => index.has(id)));
  await tx.rosters.saveGps(differing, sentAt);
  await voidRemovals(tx, differing, index, now);
  const identities = differing.flatMap((row) => movedIdentities(before.get(row.driver.gpsId), row, index));
  const concerned = identities.length === 0 ? [] : await tx.rosters.concernedBy([...new Set(identities)]);
  const touched = [...new Set([...ids, ...concerned])];
  await tx.work.touch(touched, now);
  await tx.drivers.refresh(touched, identities, now);
  const events = differing.map((row) => sightingEvent(before, index, row, now));
  const changed = ids.filter((id) => index.get(id)?.presence === 'present');
  return { touched, events, changed };
}

function differs(entry: GpsRosterEntry | undefined, row: GpsRosterRow, sentAt: number): boolean {
  if (entry === undefined) return true;
  if (entry.observedAt > sentAt) return false;
  return entry.version !== row.version || entry.presence !== 'present';
}

async function voidRemovals(
  tx: SyncTransaction,
  rows: readonly GpsRosterRow[],
  index: ReadonlyMap<GpsId, GpsRosterEntry>,
  now: number,
): Promise<void> {
  for (const row of rows) {
    const entry = index.get(row.driver.gpsId);
    if (entry === undefined || entry.presence === 'present') continue;
    const removal = await tx.removals.openOf(row.driver.gpsId);
    if (removal !== null) await tx.removals.setState([removal.id], 'void', now);
  }
}

/** DriverIDs for which a sighting may decide something for somebody else: the old and the new one, or the one that is back. */
function movedIdentities(
  before: GpsDriver | undefined,
  row: GpsRosterRow,
  index: ReadonlyMap<GpsId, GpsRosterEntry>,
): readonly DriverId[] {
  const after = wantedText(row.driver, row.fallbackId);
  const was = before === undefined ? null : wantedText(before, null);
  const isBack = index.get(row.driver.gpsId)?.presence !== 'present';
  if (before !== undefined && !isBack && was === after) return [];
  return [was, after].filter((id) => id !== null);
}

function wantedText(driver: GpsDriver, fallbackId: DriverId | null): DriverId | null {
  return driver.driverId.state === 'known' ? driver.driverId.value : fallbackId;
}

function sightingEvent(
  before: ReadonlyMap<GpsId, GpsDriver>,
  index: ReadonlyMap<GpsId, GpsRosterEntry>,
  row: GpsRosterRow,
  at: number,
): NewEvent {
  const gpsId = row.driver.gpsId;
  const known = before.get(gpsId);
  const name = gpsName(row.driver);
  const presence = index.get(gpsId)?.presence;
  if (known === undefined) return { type: 'GPS_DRIVER_CREATED', at, gpsId, message: `${name} is new in GPS` };
  const changes = gpsChanges(known, row.driver);
  if (presence === 'gone') {
    return { type: 'GPS_DRIVER_CREATED', at, gpsId, changes, message: `${name} is back in GPS` };
  }
  const message =
    presence === 'missing' ? `${name} was missing and is seen again in GPS` : `${name} was changed in GPS`;
  return { type: 'GPS_DRIVER_UPDATED', at, gpsId, changes, message };
}

/** Who is not in a complete roster is missing; who has been missing for long enough is gone. */
async function recordAbsences(
  tx: SyncTransaction,
  rows: readonly GpsRosterRow[],
  index: readonly GpsRosterEntry[],
  sentAt: number,
  now: number,
): Promise<{ touched: readonly GpsId[]; events: readonly NewEvent[] }> {
  const seen = new Set(rows.map((row) => row.driver.gpsId));
  const absent = index.filter((entry) => !seen.has(entry.gpsId) && entry.observedAt < sentAt);
  const missing = absent.filter((entry) => entry.presence === 'present').map((entry) => entry.gpsId);
  if (missing.length > 0) await tx.rosters.markMissing(missing, sentAt);
  const gone = absent.flatMap((entry) => provenGone(entry, sentAt));
  if (gone.length > 0) await recordGone(tx, gone, now);
  const touched = [...missing, ...gone.map((entry) => entry.gpsId)];
  if (touched.length > 0) {
    await tx.work.touch(touched, now);
    await tx.drivers.refresh(touched, [], now);
  }
  return { touched, events: gone.map((entry) => goneEvent(entry.gpsId, now)) };
}

function provenGone(entry: GpsRosterEntry, sentAt: number): readonly { gpsId: GpsId; proof: AbsenceProof }[] {
  if (entry.presence !== 'missing' || entry.missingSince === null) return [];
  const proof = judgeAbsence({ missingSince: entry.missingSince, seenMissingAt: sentAt });
  return proof === null ? [] : [{ gpsId: entry.gpsId, proof }];
}

/** In a transaction: these drivers are proven gone. Whoever is linked gets a removal proposed; who wants their place is marked. */
export async function recordGone(
  tx: SyncTransaction,
  gone: readonly { readonly gpsId: GpsId; readonly proof: AbsenceProof }[],
  now: number,
): Promise<void> {
  await tx.rosters.markGone(gone, now);
  const links = await proposeRemovals(tx, gone, now);
  const concerned = await tx.rosters.concernedBy(links.map((link) => link.driverId));
  await tx.work.touch(concerned, now);
}

/** The event that tells that GPS no longer has a driver. */
export function goneEvent(gpsId: GpsId, at: number, actor: string | null = null): NewEvent {
  return { type: 'GPS_DRIVER_DELETED', at, gpsId, actor, message: 'The driver is gone from GPS' };
}
