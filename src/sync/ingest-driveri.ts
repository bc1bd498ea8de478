import type { DriveriDriver } from '../driver/driveri-driver';
import type { DriveriListing } from '../driver/driveri-portal';
import { judgeDriveriRoster } from '../driver/guards';
import type { DriverId, GpsId } from '../driver/ids';
import { PortalError } from '../driver/portal-error';
import { detectDrift } from './detect-drift';
import { noteSuccess } from './portal-health';
import type { SyncAccount, SyncContext } from './sync-context';
import type { NewEvent, SyncTransaction } from './sync-store';

type Known = ReadonlyMap<DriverId, { readonly observedAt: number; readonly driver: DriveriDriver }>;

/**
 * Takes what Driveri told into the roster. `complete`: a listing proven complete, so that who is not in it is not in Driveri.
 * A DriverID or a status that changed there marks everybody concerned; any other edit is drift: told of, and left to the
 * daily run (or overridden at once, if the account is set so). Throws `PortalError` for a listing that claims to be complete and
 * is far too small: nothing of it is taken in.
 */
export async function ingestDriveri(
  context: SyncContext,
  account: SyncAccount,
  listing: DriveriListing,
  complete: boolean,
): Promise<readonly GpsId[]> {
  return context.store.transaction(account.id, async (tx) => {
    const state = await tx.rosters.state('driveri');
    const isBaseline = state.completeAt === null;
    if (!complete && isBaseline) return [];
    const now = context.clock.now();
    const known = complete ? await tx.rosters.driveriIndex() : await knownOf(tx, listing.drivers);
    if (complete && !isBaseline) expectWhole(account, listing, known);
    const work = await record(tx, { account, listing, known, complete, isBaseline, now });
    await tx.rosters.setState('driveri', {
      observedAt: listing.sentAt,
      watermark: newest(state.watermark, listing.drivers),
      ...(complete ? { completeAt: listing.sentAt, completeCount: listing.drivers.length } : {}),
    });
    const listingNeeded = !complete && work.strangers > 0;
    if (complete || listingNeeded) await tx.account.update({ driveriListingNeeded: listingNeeded });
    const reachable = await noteSuccess(tx, now, 'driveri');
    await tx.events.append([...work.events, ...reachable]);
    return work.touched;
  });
}

function expectWhole(account: SyncAccount, listing: DriveriListing, known: Known): void {
  const count = listing.drivers.length;
  // Whoever was written while the listing was under way need not be in it.
  const knownBefore = [...known.values()].filter((entry) => entry.observedAt < listing.sentAt).length;
  const verdict = judgeDriveriRoster({ limits: account.guards, count, knownBefore });
  if (verdict.complete) return;
  const failure = {
    portal: 'driveri',
    operation: 'drivers.list',
    kind: 'incomplete',
    outcome: 'none',
  } as const;
  throw new PortalError({ ...failure, message: verdict.reason });
}

async function knownOf(tx: SyncTransaction, drivers: readonly DriveriDriver[]): Promise<Known> {
  const rows = await tx.rosters.driveriDrivers(drivers.map((driver) => driver.driverId));
  return new Map([...rows].map(([id, driver]) => [id, { observedAt: 0, driver }]));
}

/** Driveri's newest `updatedDate`, never our clock: the place to go on reading changes from. */
function newest(watermark: number | null, drivers: readonly DriveriDriver[]): number | null {
  let latest = watermark ?? 0;
  for (const driver of drivers) latest = Math.max(latest, driver.updatedDate ?? 0);
  return latest === 0 ? null : latest;
}

interface Observation {
  readonly account: SyncAccount;
  readonly listing: DriveriListing;
  readonly known: Known;
  readonly complete: boolean;
  readonly isBaseline: boolean;
  readonly now: number;
}

async function record(
  tx: SyncTransaction,
  seen: Observation,
): Promise<{ touched: readonly GpsId[]; events: readonly NewEvent[]; strangers: number }> {
  const { listing, known, now } = seen;
  const changed = listing.drivers.filter((driver) =>
    isNews(known.get(driver.driverId), driver, listing.sentAt),
  );
  const vanished = seen.complete ? vanishedIds(known, listing) : [];
  await tx.rosters.saveDriveri(changed, listing.sentAt);
  await tx.rosters.dropDriveri(vanished, listing.sentAt);
  const identities = [
    ...changed
      .filter((driver) => movesIdentity(known.get(driver.driverId)?.driver, driver))
      .map((d) => d.driverId),
    ...vanished,
  ];
  const touched = seen.isBaseline || identities.length === 0 ? [] : await tx.rosters.concernedBy(identities);
  await tx.work.touch(touched, now);
  const ids = changed.map((driver) => driver.driverId);
  await tx.drivers.refresh(touched, [...ids, ...vanished], now);
  const drift = await detectDrift(tx, seen.account, ids, now);
  return {
    touched: [...touched, ...drift.touched],
    events: drift.events,
    strangers: changed.filter((driver) => !known.has(driver.driverId)).length,
  };
}

function isNews(
  entry: { readonly observedAt: number; readonly driver: DriveriDriver } | undefined,
  driver: DriveriDriver,
  sentAt: number,
): boolean {
  if (entry === undefined) return true;
  if (entry.observedAt > sentAt) return false;
  return !sameDriver(entry.driver, driver);
}

function sameDriver(a: DriveriDriver, b: DriveriDriver): boolean {
  const keys = Object.keys(a) as (keyof DriveriDriver)[]; // both are DriveriDriver: the keys are its own
  return keys.every((key) => a[key] === b[key]);
}

function movesIdentity(before: DriveriDriver | undefined, after: DriveriDriver): boolean {
  return before === undefined || before.removed !== after.removed;
}

function vanishedIds(known: Known, listing: DriveriListing): readonly DriverId[] {
  const listed = new Set(listing.drivers.map((driver) => driver.driverId));
  return [...known]
    .filter(([id, entry]) => !listed.has(id) && entry.observedAt < listing.sentAt)
    .map(([id]) => id);
}
