import { type AbsenceProof, lastGoneAt } from '../driver/absence-proof';
import type { GpsId } from '../driver/ids';
import { goneEvent, recordGone, recordReading } from './ingest-gps';
import { decideInferredRemovals } from '../driver/guards';
import type { Look } from './look-at-driver';
import type { SyncAccount, SyncContext } from './sync-context';

/** `proven` also when the driver was seen after all: something was learned, plan again. `open`: only time can tell. */
export type AbsenceVerdict = 'proven' | 'open' | { readonly askAgainInMs: number };

/**
 * A driver is missing from a complete roster. One direct read tells: seen after all, or unknown to GPS, which is the proof
 * `MissingThenRead`. Too many missing at this moment, and no reads are spent: the removals will be held anyhow, and
 * `MissingTwice` comes by itself. Who appeared a moment ago may be missing because both readings are behind: they show what was
 * before, and then everybody is there but the newest.
 */
export async function proveAbsence(
  context: SyncContext,
  account: SyncAccount,
  gpsId: GpsId,
): Promise<AbsenceVerdict> {
  const { counts, known } = await context.store.read(account.id, async (tx) => ({
    counts: await tx.rosters.counts(),
    known: await tx.rosters.gpsEntry(gpsId),
  }));
  const age = context.clock.now() - (known?.appearedAt ?? 0);
  if (age < context.settings.gpsLagMs) return { askAgainInMs: context.settings.gpsLagMs - age };
  const verdict = decideInferredRemovals({
    limits: account.guards,
    linkedDrivers: counts.linked,
    inferredLast24h: 0,
    missingNow: counts.missing,
  });
  if (verdict.decision === 'hold') return 'open';
  const reading = await account.gps.readDriver(gpsId);
  if (reading.found === 'ambiguous') return 'open';
  const now = context.clock.now();
  return context.store.transaction(account.id, async (tx) => {
    const entry = await tx.rosters.gpsEntry(gpsId);
    if (entry?.presence !== 'missing' || entry.missingSince === null) return 'proven';
    if (reading.found === 'driver') {
      await tx.events.append(await recordReading(tx, account, reading, now));
      return 'proven';
    }
    if (reading.sentAt < entry.missingSince) return 'open';
    const proof = { kind: 'MissingThenRead' as const, missingAt: entry.missingSince, readAt: reading.sentAt };
    await recordGone(tx, [{ gpsId, proof }], now);
    await tx.drivers.refresh([gpsId], [], now);
    await tx.events.append([goneEvent(gpsId, now)]);
    return 'proven';
  });
}

/**
 * Whether GPS has a driver again who was proven gone, asked when neither the proof nor the watcher's last reading is of now: GPS
 * may have been out of reach since, or Driveri. Nobody is removed for what was true a while ago.
 */
export async function isBackInGps(
  context: SyncContext,
  account: SyncAccount,
  look: Pick<Look, 'gpsRoster'>,
  gpsId: GpsId,
  proof: AbsenceProof,
): Promise<boolean> {
  const knownAt = Math.max(look.gpsRoster.completeAt ?? 0, lastGoneAt(proof));
  if (context.clock.now() - knownAt <= 2 * context.settings.gpsPollMs) return false;
  const reading = await account.gps.readDriver(gpsId);
  if (reading.found !== 'driver') return false;
  await context.store.transaction(account.id, async (tx) => {
    await tx.events.append(await recordReading(tx, account, reading, context.clock.now()));
  });
  return true;
}
