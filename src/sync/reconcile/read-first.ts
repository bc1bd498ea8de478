import { chunksOf } from '../../platform/chunks-of';
import type { DriveriDriver } from '../../driver/driveri-driver';
import type { DriverId, GpsId } from '../../driver/ids';
import { attemptOf, type AccountOwner } from '../account/account-owner';
import { atATime } from '../observe/at-a-time';
import { freshenDriverIds } from '../observe/fresh-driver-ids';
import { observeNow } from '../observe/portal-reading';
import { askGpsAgain, proveAbsences, readAfterUnknownWrite } from '../observe/prove-absence';
import { listDriveri } from '../observe/read-driveri';
import { recordDriveri, recordDriveriAbsent } from '../observe/record-reading';
import type { Observation } from '../ports/roster-store';
import type { WorkRow } from '../ports/work-store';
import type { Decisions, FirstRead } from './decide';
import { outcomesOfFailure } from './judge-outcome';
import type { Recorder } from './recorder';

/** How many readings of one account are under way at a time. */
const AT_A_TIME = 8;

/**
 * Makes the readings that have to come first, beside everything else: their drivers stay busy meanwhile, and are looked at again
 * afterwards. A listing of Driveri serves every driver that waits for one.
 */
export async function readFirst(
  owner: AccountOwner,
  recorder: Recorder,
  reads: Decisions['read'],
): Promise<void> {
  const listing = reads.filter(({ read }) => read.what === 'driveri-listing').map(({ row }) => row);
  if (listing.length > 0) await forAll(owner, recorder, listing, () => listDriveri(owner));
  for (const row of listing) attemptOf(owner, row.gpsId).listed = true;
  const direct = reads.flatMap(({ row, read }) => (read.what === 'driveri' ? [{ row, ids: read.ids }] : []));
  // One that a person waits for does not wait for the others of its slice.
  const urgent = direct.filter(({ row }) => row.urgent).map((one) => [one]);
  const slices = [
    ...urgent,
    ...chunksOf(
      direct.filter(({ row }) => !row.urgent),
      SLICE,
    ),
  ];
  const of = (what: FirstRead['what']) =>
    reads.filter(({ read }) => read.what === what).map(({ row }) => row);
  const driverIds = reads.flatMap(({ row, read }) =>
    read.what === 'driver-ids' ? [{ row, ids: read.ids }] : [],
  );
  const unknown = reads.flatMap(({ row, read }) =>
    read.what === 'after-unknown-write' ? [{ row, marks: read.marks }] : [],
  );
  await Promise.all([
    atATime(slices, SLICES_AT_A_TIME, (slice) => readDriveriDrivers(owner, recorder, slice)),
    atATime(unknown, AT_A_TIME, ({ row, marks }) =>
      forAll(owner, recorder, [row], () => readAfterUnknownWrite(owner, row.gpsId, marks)),
    ),
    proveMissingDrivers(owner, recorder, of('absence')),
    askAgain(owner, recorder, of('gps-again')),
    readDriverIds(owner, recorder, driverIds),
  ]);
}

async function forAll(
  owner: AccountOwner,
  recorder: Recorder,
  rows: readonly WorkRow[],
  read: () => Promise<void>,
): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!owner.held.holds()) throw error;
    await recorder.add(rows.flatMap((row) => outcomesOfFailure(owner, row, error, null, null)));
  }
}

/** Of whom nothing was learned rests as missing, until the next listing. */
async function proveMissingDrivers(
  owner: AccountOwner,
  recorder: Recorder,
  rows: readonly WorkRow[],
): Promise<void> {
  const { learned, failed } = await proveAbsences(
    owner,
    rows.map((row) => row.gpsId),
  );
  for (const { gpsId } of rows) {
    if (!failed.has(gpsId)) attemptOf(owner, gpsId).askedGps = !learned.has(gpsId);
  }
  await addFailures(owner, recorder, rows, failed);
}

async function askAgain(owner: AccountOwner, recorder: Recorder, rows: readonly WorkRow[]): Promise<void> {
  if (rows.length === 0) return;
  const failed = await askGpsAgain(
    owner,
    rows.map((row) => row.gpsId),
  );
  for (const { gpsId } of rows) if (!failed.has(gpsId)) attemptOf(owner, gpsId).askedGps = true;
  await addFailures(owner, recorder, rows, failed);
}

async function readDriverIds(
  owner: AccountOwner,
  recorder: Recorder,
  reads: readonly { readonly row: WorkRow; readonly ids: readonly GpsId[] }[],
): Promise<void> {
  if (reads.length === 0) return;
  const urgency = reads.some(({ row }) => row.urgent) ? ('live' as const) : ('bulk' as const);
  const at = owner.context.clock.now();
  const { failed, unread } = await freshenDriverIds(owner, {
    ids: [...new Set(reads.flatMap(({ ids }) => ids))],
    // A removal: any driver whose DriverID nobody has read may want the one that is given up.
    andUnread: reads.some(({ ids }) => ids.length === 0),
    urgency,
  });
  const failures = new Map<GpsId, unknown>();
  for (const { row, ids } of reads) {
    const error =
      ids.length === 0 ? unread : ids.map((id) => failed.get(id)).find((one) => one !== undefined);
    if (error === undefined) attemptOf(owner, row.gpsId).driverIdsReadAt = at;
    else failures.set(row.gpsId, error);
  }
  await addFailures(
    owner,
    recorder,
    reads.map(({ row }) => row),
    failures,
  );
}

async function addFailures(
  owner: AccountOwner,
  recorder: Recorder,
  rows: readonly WorkRow[],
  failed: ReadonlyMap<GpsId, unknown>,
): Promise<void> {
  for (const error of failed.values()) if (!owner.held.holds()) throw error;
  const outcomes = rows.flatMap((row) =>
    failed.has(row.gpsId) ? outcomesOfFailure(owner, row, failed.get(row.gpsId), null, null) : [],
  );
  if (outcomes.length > 0) await recorder.add(outcomes);
}

/** So many drivers are read from Driveri before what was seen is stored, all in one transaction. */
const SLICE = 40;
const SLICES_AT_A_TIME = 2;

interface DirectRead {
  readonly row: WorkRow;
  readonly ids: readonly DriverId[];
}

/** Asks Driveri for the DriverIDs of these drivers, and stores what it said of all of them in one transaction. */
async function readDriveriDrivers(
  owner: AccountOwner,
  recorder: Recorder,
  reads: readonly DirectRead[],
): Promise<void> {
  const urgent = reads.some(({ row }) => row.urgent);
  const asked = reads.flatMap((read) => read.ids.map((id) => ({ read, id })));
  const failed = new Set<DirectRead>();
  const said = new Map<DriverId, DriveriDriver | null>();
  const seen = await observeNow(owner);
  await atATime(asked, AT_A_TIME, async ({ read, id }) => {
    if (failed.has(read)) return;
    try {
      const options = { urgency: urgent ? ('live' as const) : ('bulk' as const) };
      said.set(id, (await owner.account.driveri.readDriver(id, options)).driver);
    } catch (error) {
      if (!owner.held.holds()) throw error;
      failed.add(read);
      await recorder.add(outcomesOfFailure(owner, read.row, error, null, null));
    }
  });
  if (said.size === 0) return;
  await recordSaid(owner, said, seen, urgent);
  for (const { row, ids } of reads.filter((read) => !failed.has(read))) {
    for (const id of ids) attemptOf(owner, row.gpsId).verified.add(id);
  }
}

function recordSaid(
  owner: AccountOwner,
  said: ReadonlyMap<DriverId, DriveriDriver | null>,
  seen: Observation,
  urgent: boolean,
): Promise<void> {
  const absent = [...said].filter(([, driver]) => driver === null).map(([id]) => id);
  const present = [...said.values()].filter((driver) => driver !== null);
  return owner.transaction(urgent ? 'urgent' : 'bulk', async (tx) => {
    const now = owner.context.clock.now();
    const graceMs = owner.context.settings.confirmGraceMs;
    if (absent.length > 0) await recordDriveriAbsent(tx, absent, seen, now, urgent);
    const { events } = await recordDriveri(tx, owner.account, present, seen, now, { graceMs, urgent });
    await tx.events.append(events);
  });
}
