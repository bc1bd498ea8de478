import { assertNever } from '../assert-never';
import type { DriverStep } from './driver-plan';
import type { DriveriDriver, EnforcedFields } from '../driveri-driver';
import { ACTIVE_STATUS } from '../field-mapping';
import type { FleetIndex } from '../fleet/fleet-index';
import type { DriverId, GpsId } from '../ids';
import type { Link } from '../link';

/** What a step has touched: DriverIDs, and drivers whose link it has moved. */
export interface TouchedByStep {
  readonly driverIds: readonly DriverId[];
  readonly gpsIds: readonly GpsId[];
}

type StepOf<Kind extends DriverStep['kind']> = Extract<DriverStep, { readonly kind: Kind }>;

/** Whether a step may change what becomes of holders: all but those that only write fields. */
export const clearsFates = (step: DriverStep): boolean => step.kind !== 'none' && step.kind !== 'update';

/**
 * Brings the index to the state after this step of this driver has succeeded in Driveri and has been recorded. It is the
 * memory's side of what the sync does to the world (design, 3.3), and must say the same.
 */
export function applyToIndex(fleet: FleetIndex, gpsId: GpsId, step: DriverStep): TouchedByStep {
  switch (step.kind) {
    case 'none':
      return { driverIds: [], gpsIds: [] };
    case 'forget':
      return forget(fleet, gpsId);
    case 'create':
      return create(fleet, gpsId, step);
    case 'reinstate':
      return reinstate(fleet, gpsId, step);
    case 'link':
      return moveLinks(fleet, step);
    case 'rename':
      return rename(fleet, gpsId, step);
    case 'update':
      return update(fleet, gpsId, step);
    case 'remove':
      return remove(fleet, step);
    default:
      return assertNever(step);
  }
}

function forget(fleet: FleetIndex, gpsId: GpsId): TouchedByStep {
  const link = fleet.links.get(gpsId);
  fleet.dropLink(gpsId);
  fleet.dropGps(gpsId);
  return { driverIds: link === undefined ? [] : [link.driverId], gpsIds: seekersLike(fleet, link) };
}

function create(fleet: FleetIndex, gpsId: GpsId, step: StepOf<'create'>): TouchedByStep {
  const left = fleet.links.get(gpsId);
  const driver = writeFields(newDriver(step.driverId), step.fields);
  fleet.putDriveri(driver);
  const phoneHash = phoneHashOf(fleet, gpsId);
  fleet.putLink({ gpsId, driverId: step.driverId, createdDate: null, written: step.fields, phoneHash });
  return touched(fleet, left, step.driverId);
}

function reinstate(fleet: FleetIndex, gpsId: GpsId, step: StepOf<'reinstate'>): TouchedByStep {
  const left = fleet.links.get(gpsId);
  const driver = writeFields(
    { ...step.driver, removed: false, active: true, status: ACTIVE_STATUS, statusCode: null },
    step.fields,
  );
  fleet.putDriveri(driver);
  fleet.putLink(linkAfterWrite(fleet, gpsId, driver, step.fields, false));
  return touched(fleet, left, driver.driverId);
}

function moveLinks(fleet: FleetIndex, step: StepOf<'link'>): TouchedByStep {
  const moving = [...step.moves.map((move) => move.gpsId), ...step.unlinked];
  const left = moving.flatMap((id) => fleet.links.get(id) ?? []);
  for (const id of moving) fleet.dropLink(id);
  for (const { gpsId, to } of step.moves) {
    const createdDate = fleet.driveri.get(to)?.createdDate ?? null;
    fleet.putLink({ gpsId, driverId: to, createdDate, written: {}, phoneHash: null });
  }
  return {
    driverIds: [...left.map((link) => link.driverId), ...step.moves.map((move) => move.to)],
    gpsIds: [...moving, ...left.flatMap((link) => seekersLike(fleet, link))],
  };
}

function rename(fleet: FleetIndex, gpsId: GpsId, step: StepOf<'rename'>): TouchedByStep {
  const left = fleet.links.get(gpsId);
  const before = fleet.driveri.get(step.from) ?? newDriver(step.from);
  fleet.dropDriveri(step.from);
  const driver = writeFields({ ...before, driverId: step.to }, step.fields);
  fleet.putDriveri(driver);
  fleet.putLink(linkAfterWrite(fleet, gpsId, driver, step.fields, step.sendPhone));
  return touched(fleet, left, step.from, step.to);
}

function update(fleet: FleetIndex, gpsId: GpsId, step: StepOf<'update'>): TouchedByStep {
  const before = fleet.driveri.get(step.driverId);
  if (before !== undefined) {
    const driver = writeFields(before, step.fields);
    fleet.putDriveri(driver);
    fleet.putLink(linkAfterWrite(fleet, gpsId, driver, step.fields, step.sendPhone));
  }
  return { driverIds: [], gpsIds: [] };
}

function remove(fleet: FleetIndex, step: StepOf<'remove'>): TouchedByStep {
  const before = fleet.driveri.get(step.driverId);
  if (before !== undefined) fleet.putDriveri({ ...before, removed: true, active: false, status: 'Deleted' });
  return { driverIds: [step.driverId], gpsIds: [] };
}

/** The link remembers what was written last, field by field, and the phone that was sent last. */
function linkAfterWrite(
  fleet: FleetIndex,
  gpsId: GpsId,
  driver: DriveriDriver,
  fields: EnforcedFields,
  phoneSent: boolean,
): Link {
  const before = fleet.links.get(gpsId);
  return {
    gpsId,
    driverId: driver.driverId,
    createdDate: driver.createdDate ?? before?.createdDate ?? null,
    written: { ...before?.written, ...fields },
    phoneHash: phoneSent ? phoneHashOf(fleet, gpsId) : (before?.phoneHash ?? null),
  };
}

function phoneHashOf(fleet: FleetIndex, gpsId: GpsId): string | null {
  const side = fleet.gps.get(gpsId);
  return side?.presence === 'present' ? side.phoneHash : null;
}

function touched(
  fleet: FleetIndex,
  left: Link | undefined,
  ...driverIds: readonly DriverId[]
): TouchedByStep {
  const old = left === undefined ? [] : [left.driverId];
  return { driverIds: [...old, ...driverIds], gpsIds: seekersLike(fleet, left) };
}

/** Whoever is left alone in seeking the same vanished driver: with one seeker fewer, a lookalike may be theirs. */
function seekersLike(fleet: FleetIndex, link: Link | undefined): readonly GpsId[] {
  const left: GpsId[] = [];
  if (link === undefined || link.createdDate === null) return left;
  for (const id of fleet.seekersOf(link.createdDate)) {
    if (fleet.gps.get(id)?.presence === 'gone') continue;
    if (left.length > 0) return [];
    left.push(id);
  }
  return left;
}

function writeFields(driver: DriveriDriver, fields: EnforcedFields): DriveriDriver {
  const written = Object.entries(fields).map(([field, value]) => [field, value === '' ? null : value]);
  return { ...driver, ...Object.fromEntries(written) };
}

/** What Driveri tells of a driver of whom nothing is known yet but the DriverID. */
function newDriver(driverId: DriverId): DriveriDriver {
  return {
    driverId,
    firstName: null,
    lastName: null,
    email: null,
    userName: null,
    mobileApp: null,
    group: null,
    statusCode: null,
    status: ACTIVE_STATUS,
    removed: false,
    active: true,
    createdDate: null,
    updatedDate: null,
  };
}
