import { lastGoneAt, type AbsenceProof } from '../../driver/absence-proof';
import { decideInferredRemovals } from '../../driver/guard/guards';
import type { GpsDriver } from '../../driver/gps-driver';
import type { GpsId } from '../../driver/ids';
import type { GpsReading } from '../../driver/ports/gps-portal';
import type { AccountOwner } from '../account/account-owner';
import type { FleetCounts, GpsRosterEntry, Observation } from '../ports/roster-store';
import { atATime } from './at-a-time';
import { observeNow } from './portal-reading';
import { goneEvent, recordGone, recordGpsDriver, recordGpsDrivers } from './record-reading';

/** At most so many missing drivers are read one by one before a run is planned; more wait for the second roster. */
const MOST_PROOFS = 50;

/**
 * Whether a direct read may prove that a missing driver is gone. `ask`: read it now. `open`: too many are missing at this moment:
 * their removals will be held anyhow, and `MissingTwice` comes by itself. A wait: a driver that appeared a moment ago may be
 * missing because the reading is behind.
 */
export function mayProve(
  owner: AccountOwner,
  entry: Pick<GpsRosterEntry, 'appearedAt'> | undefined,
  counts: FleetCounts,
): 'ask' | 'open' | { readonly waitMs: number } {
  const { clock, settings } = owner.context;
  const age = clock.now() - (entry?.appearedAt ?? 0);
  if (age >= 0 && age < settings.gpsLagMs) return { waitMs: settings.gpsLagMs - age };
  const verdict = decideInferredRemovals({
    limits: owner.account.guards,
    seesAllDrivers: true,
    linkedDrivers: counts.linked,
    inferredLast24h: 0,
    missingNow: counts.missing,
  });
  return verdict.decision === 'hold' ? 'open' : 'ask';
}

/** How many drivers are asked for before what GPS said of them is stored. */
const SLICE = 25;

/** How many readings of one account are under way at a time. */
const AT_A_TIME = 8;

/** What GPS said of a driver that it was asked for. */
interface Said {
  readonly gpsId: GpsId;
  readonly reading: Exclude<GpsReading, { found: 'ambiguous' }>;
}

/**
 * Reads missing drivers directly, one request each: seen after all, or unknown to GPS, which is the proof `MissingThenRead`.
 * Answers those of whom something was learned, so that they are planned again, and those whose reading failed. What was said of
 * many is stored in one transaction.
 */
export async function proveAbsences(
  owner: AccountOwner,
  ids: readonly GpsId[],
): Promise<{ readonly learned: ReadonlySet<GpsId>; readonly failed: ReadonlyMap<GpsId, unknown> }> {
  const learned = new Set<GpsId>();
  const failed = new Map<GpsId, unknown>();
  for (let from = 0; from < ids.length; from += SLICE) {
    const seen = await observeNow(owner);
    const said: Said[] = [];
    await atATime(ids.slice(from, from + SLICE), AT_A_TIME, async (gpsId) => {
      try {
        const reading = await owner.account.gps.readDriver(gpsId);
        if (reading.found !== 'ambiguous') said.push({ gpsId, reading });
      } catch (error) {
        failed.set(gpsId, error);
      }
    });
    if (said.length === 0) continue;
    for (const id of await storeSaid(owner, said, seen)) learned.add(id);
  }
  return { learned, failed };
}

function storeSaid(owner: AccountOwner, said: readonly Said[], seen: Observation): Promise<readonly GpsId[]> {
  return owner.transaction('bulk', async (tx) => {
    const now = owner.context.clock.now();
    const known = await tx.rosters.gpsDrivers(said.map(({ gpsId }) => gpsId));
    const isMissing = ({ gpsId }: Said): boolean => missingSince(known.get(gpsId)?.entry) !== null;
    const meanwhile = said.filter((one) => !isMissing(one)).map(({ gpsId }) => gpsId);
    const drivers = said
      .filter(isMissing)
      .flatMap(({ reading }) => (reading.found === 'driver' ? [reading.driver] : []));
    const { events } = await recordGpsDrivers(tx, owner.account, drivers, seen, now);
    const proofs = said.filter(isMissing).flatMap(({ gpsId, reading }) => {
      const missingAt = missingSince(known.get(gpsId)?.entry);
      if (reading.found === 'driver' || missingAt === null || reading.sentAt < missingAt) return [];
      return [{ gpsId, proof: { kind: 'MissingThenRead' as const, missingAt, readAt: reading.sentAt } }];
    });
    const gone = await recordGone(tx, proofs, seen, now);
    await tx.events.append([...events, ...gone.map((id) => goneEvent(id, now))]);
    return [...meanwhile, ...drivers.map(({ gpsId }) => gpsId), ...gone];
  });
}

const missingSince = (entry: GpsRosterEntry | undefined): number | null =>
  entry?.presence === 'missing' ? entry.missingSince : null;

/** Before a run is planned: reads the missing drivers directly, as far as that may prove something. Throws `PortalError`. */
export async function proveMissing(owner: AccountOwner): Promise<void> {
  const { counts, missing } = await owner.read('bulk', async (tx) => {
    const all = await tx.rosters.counts();
    const index = all.missing === 0 ? [] : await tx.rosters.gpsIndex();
    return { counts: all, missing: index.filter((entry) => entry.presence === 'missing') };
  });
  const asked = missing.slice(0, MOST_PROOFS).filter((entry) => mayProve(owner, entry, counts) === 'ask');
  const { failed } = await proveAbsences(
    owner,
    asked.map((entry) => entry.gpsId),
  );
  for (const error of failed.values()) throw error;
}

/**
 * Whether a removal's proof is so old that GPS has to be asked once more: GPS, or Driveri, may have been out of reach since.
 * Nothing is removed for what was true a while ago.
 */
export function isOldProof(owner: AccountOwner, proof: AbsenceProof, gpsCompleteAt: number | null): boolean {
  const { clock, settings } = owner.context;
  const knownAt = Math.max(gpsCompleteAt ?? 0, lastGoneAt(proof));
  return clock.now() - knownAt > 2 * settings.gpsPollMs;
}

/**
 * Reads drivers that were proven gone once more; those that are back are recorded. Answers whose reading failed.
 */
export async function askGpsAgain(
  owner: AccountOwner,
  ids: readonly GpsId[],
): Promise<ReadonlyMap<GpsId, unknown>> {
  const failed = new Map<GpsId, unknown>();
  const seen = await observeNow(owner);
  const back: GpsDriver[] = [];
  await atATime(ids, AT_A_TIME, async (gpsId) => {
    try {
      const reading = await owner.account.gps.readDriver(gpsId);
      if (reading.found === 'driver') back.push(reading.driver);
    } catch (error) {
      failed.set(gpsId, error);
    }
  });
  if (back.length === 0) return failed;
  await owner.transaction('bulk', async (tx) => {
    const { events } = await recordGpsDrivers(tx, owner.account, back, seen, owner.context.clock.now());
    await tx.events.append(events);
  });
  return failed;
}

/** A GPS write with unknown outcome: what GPS has now is the truth. Releases the marks. Throws `PortalError`. */
export async function readAfterUnknownWrite(
  owner: AccountOwner,
  gpsId: GpsId,
  marks: readonly string[],
): Promise<void> {
  const seen = await observeNow(owner);
  const reading = await owner.account.gps.readDriver(gpsId);
  await owner.transaction('bulk', async (tx) => {
    const now = owner.context.clock.now();
    await tx.marks.release(marks);
    if (reading.found !== 'driver') return;
    const observed = { ...seen, at: reading.sentAt };
    const { events } = await recordGpsDriver(tx, owner.account, reading.driver, observed, now);
    await tx.events.append(events);
  });
}
