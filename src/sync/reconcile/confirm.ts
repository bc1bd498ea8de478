import { assertNever } from '../../driver/assert-never';
import { ENFORCED_FIELDS, type DriveriDriver, type EnforcedFields } from '../../driver/driveri-driver';
import { sameFieldValue } from '../../driver/field-mapping';
import type { DriverId } from '../../driver/ids';
import type { AccountOwner } from '../account/account-owner';
import { observeNow } from '../observe/portal-reading';
import type { IntentRow } from '../ports/intent-store';
import { writingStep, type Confirmation, type WritingStep } from './writing-step';

/** `fresh`: this owner has just had the write answered. `resumed`: found open, and it is not known whether it was ever sent. */
export type IntentAge = 'fresh' | 'resumed';

/**
 * Reads the driver of a write back and says what is there; null when the write does not show (yet). After our own CREATE, a
 * driver with this DriverID is ours: DriverIDs are unique in Driveri. When it is not known whether the CREATE was sent, the
 * driver must be the person whom the CREATE would have made, edited since or not; otherwise somebody else was added there.
 */
export async function confirmWrite(
  owner: AccountOwner,
  intent: IntentRow,
  age: IntentAge,
): Promise<Confirmation | null> {
  const step = writingStep(intent.step);
  // Driveri takes a phone and never tells it: when the outcome of such a write is unknown, no read shows it. It is sent again.
  if (age === 'resumed' && onlyWritesPhone(step)) return null;
  switch (step.kind) {
    case 'create':
      return confirm(
        owner,
        step.driverId,
        (driver) => !driver.removed && (age === 'fresh' || isSamePerson(driver, step.fields)),
      );
    case 'reinstate':
      return confirm(owner, step.driver.driverId, (driver) => !driver.removed);
    case 'rename':
      return confirmRename(owner, step.from, step.to, intent.before);
    case 'update':
      return confirm(
        owner,
        step.driverId,
        (driver) =>
          holds(driver, step.fields) ||
          ((age === 'fresh' || intent.answered) && isAltered(driver, step.fields, intent.before)),
      );
    case 'remove':
      return confirm(owner, step.driverId, (driver) => driver.removed);
    default:
      return assertNever(step);
  }
}

function onlyWritesPhone(step: WritingStep): boolean {
  return step.kind === 'update' && Object.keys(step.fields).length === 0;
}

async function confirm(
  owner: AccountOwner,
  id: DriverId,
  shows: (driver: DriveriDriver) => boolean,
): Promise<Confirmation | null> {
  const seen = await observeNow(owner);
  const { driver, sentAt } = await owner.account.driveri.readBack(id);
  return driver !== null && shows(driver) ? { driver, seen: { ...seen, at: sentAt }, dropped: [] } : null;
}

async function confirmRename(
  owner: AccountOwner,
  from: DriverId,
  to: DriverId,
  before: DriveriDriver | null,
): Promise<Confirmation | null> {
  const seen = await observeNow(owner);
  const { driveri } = owner.account;
  const there = await driveri.readBack(to);
  if (there.driver === null) return null;
  const confirmed = { driver: there.driver, seen: { ...seen, at: there.sentAt }, dropped: [from] };
  const known = before?.createdDate ?? null;
  if (known !== null && there.driver.createdDate === known) return confirmed;
  // The creation date does not say that it is the same driver: then the old DriverID must be gone.
  const old = await driveri.readDriver(from);
  return old.driver === null ? confirmed : null;
}

/** What tells a person, strongest first: a driver who was edited in Driveri a moment after the CREATE still has one of them. */
const PERSONAL_FIELDS = ['email', 'firstName', 'lastName'] as const;

function isSamePerson(driver: DriveriDriver, fields: EnforcedFields): boolean {
  const shared = PERSONAL_FIELDS.some((field) => {
    const sent = fields[field];
    return sent !== undefined && sent !== '' && sameFieldValue(field, sent, driver[field]);
  });
  return shared || holds(driver, fields);
}

function holds(driver: DriveriDriver, fields: EnforcedFields): boolean {
  return ENFORCED_FIELDS.every((field) => {
    const sent = fields[field];
    return sent === undefined || sameFieldValue(field, sent, driver[field]);
  });
}

/** The write shows, otherwise than it was sent: a field holds neither what was sent nor what stood there before. */
function isAltered(driver: DriveriDriver, fields: EnforcedFields, before: DriveriDriver | null): boolean {
  return ENFORCED_FIELDS.some((field) => {
    const sent = fields[field];
    if (sent === undefined || before === null || sameFieldValue(field, sent, driver[field])) return false;
    return !sameFieldValue(field, before[field], driver[field]);
  });
}
