import type { GpsId } from '../driver/ids';
import { goneEvent, recordGone, recordSightings } from './ingest-gps';
import { rosterRow } from './gps-version';
import { decideInferredRemovals } from '../driver/guards';
import type { SyncAccount, SyncContext } from './sync-context';

/**
 * A driver is missing from a complete roster. One direct read tells: seen after all, or unknown to GPS, which is the proof
 * `MissingThenRead`. Too many missing at this moment, and no reads are spent: the removals will be held anyhow, and
 * `MissingTwice` comes by itself. `proven` also when the driver was seen: something was learned, plan again.
 */
export async function proveAbsence(
  context: SyncContext,
  account: SyncAccount,
  gpsId: GpsId,
): Promise<'proven' | 'open'> {
  const counts = await context.store.read(account.id, (tx) => tx.rosters.counts());
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
      const row = rosterRow(reading.driver, account.fallback);
      const seen = await recordSightings(tx, [row], reading.sentAt, now, false);
      await tx.events.append(seen.events);
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
