import type { GpsDriver } from '../../driver/gps-driver';
import type { GpsId } from '../../driver/ids';
import type { DriverIdAge, GpsPortal } from '../../driver/ports/gps-portal';
import { PortalError } from '../../driver/ports/portal-error';
import type { AccountOwner } from '../account/account-owner';
import { atATime } from './at-a-time';
import { observeNow } from './portal-reading';
import { recordGpsDrivers } from './record-reading';

/** A DriverID that was read longer ago is read again before an identity changes by it; ms. */
export const ACT_WITHIN_MS = 10 * 60_000;

/** How many drivers are read one by one at a time. */
const AT_A_TIME = 8;

/** So many that were never read are read at once; more wait for the sweep, which reads as many with each listing. */
const MOST_UNREAD = 20;

/** How long a removal waits for the sweep. */
const SWEEP_MS = 30_000;

/** Which DriverIDs have to be up to date. */
export interface FreshenRequest {
  readonly ids: readonly GpsId[];
  /** Those as well that were never read, of any driver. */
  readonly andUnread: boolean;
  readonly urgency: 'live' | 'bulk';
}

/** What is still not known: of each driver why, and of the drivers that were never read. */
export interface StillUnknown {
  readonly failed: ReadonlyMap<GpsId, unknown>;
  readonly unread: unknown;
}

/**
 * Reads the DriverIDs of these drivers again where they are custom attributes and were read more than `ACT_WITHIN_MS` ago:
 * two requests each, within the account's budget. What is still old afterwards has failed: no identity may change by it.
 */
export async function freshenDriverIds(owner: AccountOwner, request: FreshenRequest): Promise<StillUnknown> {
  const { gps } = owner.account;
  const ages = gps.driverIdAges?.bind(gps);
  if (ages === undefined) return { failed: new Map(), unread: undefined };
  try {
    const untried = request.andUnread ? await neverTried(owner, ages) : [];
    const old = await oldOf(owner, ages, request.ids);
    const asked = [...new Set([...old, ...untried.slice(0, MOST_UNREAD)])];
    const failed = await readAgain(owner, asked, request.urgency);
    for (const [id, age] of await ages(old))
      if (!failed.has(id) && isOld(age, owner.context.clock.now())) failed.set(id, notRead(age.failure));
    const left = untried.length > MOST_UNREAD ? tooMany(untried.length) : undefined;
    return {
      failed,
      unread: left ?? untried.map((id) => failed.get(id)).find((error) => error !== undefined),
    };
  } catch (error) {
    // What was read before could not be looked up: nothing is known of any of them.
    return { failed: new Map(request.ids.map((id) => [id, error])), unread: error };
  }
}

type Ages = NonNullable<GpsPortal['driverIdAges']>;

async function oldOf(owner: AccountOwner, ages: Ages, ids: readonly GpsId[]): Promise<readonly GpsId[]> {
  if (ids.length === 0) return [];
  const now = owner.context.clock.now();
  const [read, known] = [await ages(ids), await owner.readOnce('bulk', (tx) => tx.rosters.gpsDrivers(ids))];
  // Read by a listing that is not stored yet: the plan was made without it.
  const isStored = (id: GpsId, { value }: DriverIdAge): boolean => known.get(id)?.entry.driverId === value;
  return [...read].flatMap(([id, age]) => (isOld(age, now) || !isStored(id, age) ? [id] : []));
}

/** A time in the future was set by a clock that was wrong. */
const isOld = ({ readAt }: DriverIdAge, now: number): boolean =>
  readAt === null || now - readAt > ACT_WITHIN_MS || readAt > now + 60_000;

/** One whose attribute could not be read is asked for again once a day: it stops no other driver. */
async function neverTried(owner: AccountOwner, ages: Ages): Promise<readonly GpsId[]> {
  const unknown = await owner.readOnce('bulk', (tx) => tx.rosters.withUnknownDriverId());
  if (unknown.length === 0) return [];
  return [...(await ages(unknown))].flatMap(([id, { triedAt }]) => (triedAt === null ? [id] : []));
}

async function readAgain(
  owner: AccountOwner,
  ids: readonly GpsId[],
  urgency: FreshenRequest['urgency'],
): Promise<Map<GpsId, unknown>> {
  const failed = new Map<GpsId, unknown>();
  if (ids.length === 0) return failed;
  const seen = await observeNow(owner);
  const read: GpsDriver[] = [];
  await atATime(ids, AT_A_TIME, async (gpsId) => {
    try {
      const reading = await owner.account.gps.readDriver(gpsId, { urgency });
      if (reading.found === 'driver') read.push(reading.driver);
      else failed.set(gpsId, notRead('GPS does not show the driver at this moment'));
    } catch (error) {
      failed.set(gpsId, error);
    }
  });
  if (read.length > 0) {
    await owner.transaction('bulk', async (tx) => {
      const { events } = await recordGpsDrivers(tx, owner.account, read, seen, owner.context.clock.now());
      await tx.events.append(events);
    });
  }
  return failed;
}

/** About one driver: it says nothing of the portal. */
function notRead(why: string | null): PortalError {
  const message = `the Driveri DriverID could not be read${why === null ? '' : `: ${why}`}`;
  return new PortalError({ ...READ, kind: 'not-found', message });
}

function tooMany(count: number): PortalError {
  const message = `the DriverIDs of ${count} drivers have not been read yet, and one of them may want this one`;
  return new PortalError({ ...READ, kind: 'paused', message, retryAfterMs: SWEEP_MS });
}

const READ = { portal: 'gps', operation: 'driver/getattributes', outcome: 'none' } as const;
