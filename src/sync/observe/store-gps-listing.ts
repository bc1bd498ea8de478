import { judgeDriverIdField, judgeAbsence, judgeRoster } from '../../driver/guard/guards';
import type { AbsenceProof } from '../../driver/absence-proof';
import type { GpsId } from '../../driver/ids';
import type { GpsListing } from '../../driver/ports/gps-portal';
import { chunksOf } from '../../platform/chunks-of';
import type { AccountOwner } from '../account/account-owner';
import { clearHealth, noteSuccess, setHealth, VIEW_RESTRICTED } from '../account/portal-health';
import type { NewEvent } from '../ports/event-log';
import type { GpsRosterEntry, GpsRosterRow, Observation, RosterState } from '../ports/roster-store';
import type { SyncTransaction } from '../ports/sync-store';
import { rosterRow, withKnownDriverId } from './gps-version';
import { judgeMassChange } from './judge-mass-change';
import { gpsPollInterval } from './poll-interval';
import { goneEvent, recordGone, recordGps } from './record-reading';
import { inSlices } from '../../platform/in-slices';
import { noteRows } from './row-notes';
import { setAsideHealth } from './set-aside-health';

/** What a listing of GPS showed. */
export interface GpsIngest {
  /** Null for a complete roster; otherwise why it is none: it shows no driver to be gone. */
  readonly incomplete: { readonly code: string; readonly reason: string } | null;
}

/** How many rows one transaction stores. */
const CHUNK = 500;

/**
 * Stores a listing of GPS (R14): rows that differ go in chunk by chunk, and nothing becomes due by them; the last transaction
 * decides about a mass change and about absence, and only then makes its drivers due. A crash in between leaves drivers
 * *unjudged*: the next listing's last transaction judges them. The first complete listing of an account is the baseline: it
 * writes no events.
 */
export async function storeGpsListing(
  owner: AccountOwner,
  listing: GpsListing,
  seen: Observation,
  acceptShrunk = false,
): Promise<GpsIngest> {
  const { account } = owner;
  const answers = await inSlices(listing.drivers, (driver) => rosterRow(driver, account.fallback));
  const unread = listing.driverIdsUnread ?? NOBODY;
  const listed = unread.size === 0 ? answers : await keepDriverIds(owner, answers, unread);
  const known = await readKnown(owner, listed, unread);
  const verdict = judgeRoster({
    limits: account.guards,
    count: listed.length + listing.setAside.length,
    visibleGroups: listing.visibleGroups,
    lastCompleteCount: acceptShrunk ? null : known.roster.completeCount,
    lastVisibleGroups: acceptShrunk ? null : known.roster.visibleGroups,
  });
  const field = judgeDriverIdField({
    limits: account.guards,
    // After a restart nothing was read yet: what is known stands.
    answered:
      listing.driverIdFieldAnswered ||
      (unread.size > 0 && listed.some(({ driver }) => driver.driverId.state === 'known')),
    hadBefore: known.hadDriverId,
    lostNow: known.lostDriverId,
  });
  const rows = field.readable || !verdict.complete ? listed : await keepDriverIds(owner, listed);
  const isBaseline = known.roster.completeAt === null;
  await storeRows(owner, rows, seen, isBaseline);
  const mass = await judgeMassChange(owner);
  await owner.transaction('bulk', async (tx, state) => {
    const now = owner.context.clock.now();
    const events: NewEvent[] = [];
    if (verdict.complete) {
      if (listing.provesAbsence) events.push(...(await recordAbsences(tx, listed, seen, now)));
      if (state.driverIdField !== (field.readable ? 'readable' : 'unreadable'))
        await tx.account.update({ driverIdField: field.readable ? 'readable' : 'unreadable' });
      events.push(...(await fieldHealth(tx, field, { listing, unread: unread.size }, now)));
      events.push(...(await clearHealth(tx, now, ['ROSTER_SHRUNK'])));
      // A create with unknown outcome: what it made is in this listing.
      await tx.marks.release(await tx.marks.expiredCreates(listing.sentAt));
    } else {
      events.push(...(await shrunkHealth(tx, verdict.reason, now)));
    }
    events.push(
      ...(await viewHealth(tx, listing, now)),
      ...(await setAsideHealth(tx, now, 'gps', { setAside: listing.setAside, isWhole: true })),
      ...(await mass.decide(tx, now)),
      ...(await noteSuccess(tx, now, 'gps')),
    );
    const { setAside, cleaned } = listing;
    const ids = listed.map(({ driver }) => driver.gpsId);
    const { hasNotes } = await noteRows(tx, now, 'gps', known.roster, {
      setAside,
      cleaned,
      ids,
      isWhole: true,
    });
    await tx.rosters.setState('gps', {
      hasNotes,
      nextReadAt: now + gpsPollInterval(owner.context.settings.gpsPollMs, account),
      failures: 0,
      lastFailure: null,
      ...(verdict.complete
        ? {
            observedAt: listing.sentAt,
            completeAt: listing.sentAt,
            completeCount: listed.length + listing.setAside.length,
            visibleGroups: listing.visibleGroups,
          }
        : {}),
    });
    await tx.events.append(events);
  });
  owner.wake();
  return { incomplete: verdict.complete ? null : verdict };
}

interface Known {
  readonly roster: RosterState;
  readonly hadDriverId: number;
  readonly lostDriverId: number;
}

/** Not answered is not empty: drivers that had a DriverID and show none now are counted before anything is stored. */
async function readKnown(
  owner: AccountOwner,
  listed: readonly GpsRosterRow[],
  unread: ReadonlySet<GpsId>,
): Promise<Known> {
  const without = listed
    .filter(({ driver }) => driver.driverId.state !== 'known')
    .map(({ driver }) => driver.gpsId);
  if (without.length === 0) {
    const roster = await owner.readOnce('bulk', (tx) => tx.rosters.state('gps'));
    return { roster, hadDriverId: 0, lostDriverId: 0 };
  }
  return owner.read('bulk', async (tx) => {
    const roster = await tx.rosters.state('gps');
    const lost = without.filter((id) => !unread.has(id));
    const { all, ofThese } = await tx.rosters.countKnownDriverIds(lost);
    return { roster, hadDriverId: all, lostDriverId: ofThese };
  });
}

const NOBODY: ReadonlySet<GpsId> = new Set();

/** While DriverIDs cannot be believed, the last known ones stay, so that their return is no change. */
async function keepDriverIds(
  owner: AccountOwner,
  rows: readonly GpsRosterRow[],
  of: ReadonlySet<GpsId> | null = null,
): Promise<readonly GpsRosterRow[]> {
  const without = rows.filter(
    ({ driver }) => driver.driverId.state !== 'known' && (of === null || of.has(driver.gpsId)),
  );
  const known = await owner.read('bulk', (tx) =>
    tx.rosters.gpsDrivers(without.map(({ driver }) => driver.gpsId)),
  );
  return rows.map((row) => {
    const last = known.get(row.driver.gpsId)?.entry.driverId ?? null;
    if (row.driver.driverId.state === 'known' || last === null) return row;
    return withKnownDriverId(row, last);
  });
}

async function storeRows(
  owner: AccountOwner,
  rows: readonly GpsRosterRow[],
  seen: Observation,
  isBaseline: boolean,
): Promise<void> {
  const differing = new Set(await owner.readOnce('bulk', (tx) => tx.rosters.differingGps(rows)));
  const news = rows.filter((row) => differing.has(row.driver.gpsId));
  for (const chunk of chunksOf(news, CHUNK)) {
    await owner.transaction('bulk', async (tx) => {
      const now = owner.context.clock.now();
      // The marks first: a writer that is done by the time the roster is read has its driver in it.
      const isWriters = await leftToWriters(tx, chunk, now);
      const own = chunk.filter((row) => !isWriters(row.driver.gpsId));
      const reading = await recordGps(tx, own, seen, now, { unjudged: true });
      if (!isBaseline) await tx.events.append(reading.events);
    });
  }
}

/**
 * A driver that a writer of this gateway is reading back right now is that writer's to store: stored by the listing as well, one
 * write would have two events. A driver that is being created has no id yet: every driver that is new waits for the next listing
 * then. Not so one that is back: a removal may be on its way, and an event too many is the smaller harm.
 */
async function leftToWriters(
  tx: SyncTransaction,
  rows: readonly GpsRosterRow[],
  now: number,
): Promise<(gpsId: GpsId) => boolean> {
  const { ids, creating } = await tx.marks.beingWritten(now);
  if (ids.size === 0 && !creating) return () => false;
  const known = await tx.rosters.gpsDrivers(rows.map((row) => row.driver.gpsId));
  return (gpsId) => {
    const presence = known.get(gpsId)?.entry.presence;
    return presence === undefined ? creating : presence === 'present' && ids.has(gpsId);
  };
}

/** A driver that is not in a complete roster is missing; one that has been missing for long enough is gone. */
async function recordAbsences(
  tx: SyncTransaction,
  rows: readonly GpsRosterRow[],
  seen: Observation,
  now: number,
): Promise<readonly NewEvent[]> {
  // Every listed driver is present by now. A coincidence of numbers is found out by the next listing.
  const { present, missing } = await tx.rosters.countPresences();
  if (missing === 0 && present <= rows.length) return [];
  const listed = new Set(rows.map((row) => row.driver.gpsId));
  const { ids: written } = await tx.marks.beingWritten(now);
  const absent = (await tx.rosters.gpsIndex()).filter(
    (entry) => !listed.has(entry.gpsId) && !written.has(entry.gpsId) && entry.ticket < seen.ticket,
  );
  const missingNow = absent.filter((entry) => entry.presence === 'present').map((entry) => entry.gpsId);
  const marked = await tx.rosters.markMissing(missingNow, seen);
  const gone = absent.flatMap((entry) => provenGone(entry, seen.at));
  const proven = await recordGone(tx, gone, seen, now);
  await tx.work.touch(marked, now);
  await tx.drivers.refresh(marked, [], now);
  return proven.map((gpsId) => goneEvent(gpsId, now));
}

function provenGone(
  entry: GpsRosterEntry,
  seenMissingAt: number,
): readonly { gpsId: GpsId; proof: AbsenceProof }[] {
  if (entry.presence !== 'missing' || entry.missingSince === null) return [];
  const proof = judgeAbsence({ missingSince: entry.missingSince, seenMissingAt });
  return proof === null ? [] : [{ gpsId: entry.gpsId, proof }];
}

async function fieldHealth(
  tx: SyncTransaction,
  verdict: ReturnType<typeof judgeDriverIdField>,
  { listing, unread }: { readonly listing: GpsListing; readonly unread: number },
  now: number,
): Promise<readonly NewEvent[]> {
  if (verdict.readable && unread === 0) return clearHealth(tx, now, ['DRIVER_ID_UNREADABLE', BEING_READ]);
  const reading = unread === 0 ? [] : await setHealth(tx, now, sweepProblem(listing, unread));
  if (verdict.readable) return [...reading, ...(await clearHealth(tx, now, ['DRIVER_ID_UNREADABLE']))];
  const unreadable = await setHealth(tx, now, {
    code: 'DRIVER_ID_UNREADABLE',
    severity: 'degraded',
    message: verdict.reason,
    hint: 'Check driveriDriverIdField in the configuration, and that the GPS portal answers this field. Until then no DriverID is changed; other fields go on.',
  });
  return [...reading, ...unreadable];
}

/** How far the sweep of a custom attribute is, and which drivers it could not read. */
function sweepProblem({ drivers, driverIdsFailed }: GpsListing, unread: number) {
  const progress = `The DriverIDs of ${drivers.length - unread} of ${drivers.length} drivers have been read. They are a custom attribute in GPS, which costs one request per driver.`;
  const [first] = driverIdsFailed ?? [];
  if (driverIdsFailed === undefined || first === undefined) {
    return {
      code: BEING_READ,
      severity: 'degraded' as const,
      message: progress,
      hint: 'The others follow by themselves, some with each reading of GPS. Until then they keep the DriverID that was known.',
    };
  }
  const [gpsId, reason] = first;
  const of =
    driverIdsFailed.size === 1
      ? 'That of GPS id'
      : `Those of ${driverIdsFailed.size} drivers could not be read, GPS id`;
  return {
    code: BEING_READ,
    severity: 'degraded' as const,
    message: `${progress} ${of} ${gpsId}${driverIdsFailed.size === 1 ? ' could not be read' : ' among them'}: ${reason}.`,
    hint: 'Give these drivers the attribute in GPS. They are asked for again once a day, and keep the DriverID that was known; all other drivers go on.',
  };
}

const BEING_READ = 'DRIVER_IDS_BEING_READ';

function shrunkHealth(tx: SyncTransaction, reason: string, now: number): Promise<readonly NewEvent[]> {
  return setHealth(tx, now, {
    code: 'ROSTER_SHRUNK',
    severity: 'degraded',
    message: reason,
    hint: 'If the fleet really is that small now, start a run and approve it. Otherwise check which driver groups the GPS user may see.',
  });
}

/** A GPS user who does not see the group of all drivers can make nobody provably gone (`judgeInferred`). */
function viewHealth(tx: SyncTransaction, listing: GpsListing, now: number): Promise<readonly NewEvent[]> {
  if (listing.seesAllDrivers) return clearHealth(tx, now, [VIEW_RESTRICTED]);
  return setHealth(tx, now, {
    code: VIEW_RESTRICTED,
    severity: 'degraded',
    message:
      'The GPS user does not see the driver group ALL DRIVERS: drivers outside its groups look as if they were gone',
    hint: 'Give the GPS user access to all drivers. Until then every removal that follows from absence waits for approval; everything else goes on.',
  });
}
