import { assertNever } from '../driver/assert-never';
import { ENFORCED_FIELDS, type DriveriDriver, type EnforcedFields } from '../driver/driveri-driver';
import type { DriveriPortal } from '../driver/driveri-portal';
import { sameFieldValue } from '../driver/field-mapping';
import type { DriverId } from '../driver/ids';
import type { Confirmation, WritingStep } from './writing-step';

type Reader = Pick<DriveriPortal, 'readDriver' | 'readBack'>;

/**
 * Whether this process has just sent the write, or an intent was found of which nobody knows whether it was sent at all.
 */
export type IntentAge = 'fresh' | 'resumed';

/**
 * Reads the driver of a write back and says what is there; null when the write does not show (yet). Who was created and is there is
 * taken as created: two of one DriverID there cannot be. Nobody knows whether the CREATE was sent: then they must be as
 * it would have made them, or it is somebody whom a person has added, to be linked.
 */
export async function confirmStep(
  driveri: Reader,
  step: WritingStep,
  before: DriveriDriver | null,
  age: IntentAge,
): Promise<Confirmation | null> {
  switch (step.kind) {
    case 'create':
      return confirm(
        driveri,
        step.driverId,
        (driver) => !driver.removed && (age === 'fresh' || holds(driver, step.fields)),
      );
    case 'reinstate':
      return confirm(driveri, step.driver.driverId, (driver) => !driver.removed);
    case 'rename':
      return confirmRename(driveri, step.from, step.to, before);
    case 'update':
      return confirm(driveri, step.driverId, (driver) => holds(driver, step.fields));
    case 'remove':
      return confirm(driveri, step.driverId, (driver) => driver.removed);
    default:
      return assertNever(step);
  }
}

async function confirm(
  driveri: Reader,
  id: DriverId,
  shows: (driver: DriveriDriver) => boolean,
): Promise<Confirmation | null> {
  const { driver, sentAt } = await driveri.readBack(id);
  return driver !== null && shows(driver) ? { driver, sentAt, dropped: [] } : null;
}

async function confirmRename(
  driveri: Reader,
  from: DriverId,
  to: DriverId,
  before: DriveriDriver | null,
): Promise<Confirmation | null> {
  const there = await driveri.readBack(to);
  if (there.driver === null) return null;
  const known = before?.createdDate ?? null;
  const told = there.driver.createdDate;
  if (known !== null && told === known)
    return { driver: there.driver, sentAt: there.sentAt, dropped: [from] };
  // The creation date does not say that it is the same driver: then the old DriverID must be gone.
  const old = await driveri.readDriver(from);
  return old.driver === null ? { driver: there.driver, sentAt: there.sentAt, dropped: [from] } : null;
}

function holds(driver: DriveriDriver, fields: EnforcedFields): boolean {
  return ENFORCED_FIELDS.every((field) => {
    const sent = fields[field];
    return sent === undefined || sameFieldValue(field, sent, driver[field]);
  });
}
