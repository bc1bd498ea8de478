import type { InputProblem } from '../../driver/driver-input';
import type { PortalError } from '../../driver/ports/portal-error';
import type { CommandResult, DriverInputFields, UserError } from '../../gateway/commands';
import type { DriverId } from '../../driver/ids';

/* What the caller of a write can do something about. */

/** Nothing was written: why, and what there is instead. */
export const refuse = <Value>(
  errors: readonly UserError[],
  value: Value | null = null,
): CommandResult<Value> => ({
  value,
  userErrors: errors,
});

/** A problem of the input, as it is answered. */
export const toUserError = (problem: InputProblem): UserError => ({
  code: problem.code,
  message: problem.message,
  field: problem.field,
});

export const NOT_FOUND: UserError = {
  code: 'NOT_FOUND',
  message: 'There is no such driver. Take the id from `drivers` or `driver`.',
  field: ['id'],
};

/** The edit was based on a version that is not the current one. */
export function staleError(): UserError {
  return {
    code: 'CONFLICT',
    message:
      'The driver has changed since the version that this edit was based on. Look at the current one, and edit that.',
    field: ['input', 'version'],
  };
}

/** Words by which GPS names the field that it does not accept. */
const FIELD_WORDS: readonly (readonly [words: RegExp, field: keyof DriverInputFields])[] = [
  [/\bref/i, 'referenceId'],
  [/\be-?mail/i, 'email'],
  [/phone/i, 'phone'],
  [/last_?\s?name/i, 'lastName'],
  [/first_?\s?name/i, 'firstName'],
  [/time_?\s?zone/i, 'timeZone'],
  [/driveri/i, 'driveriDriverId'],
];

/** GPS does not accept what it was sent; with the field, where its words tell it. */
export function refusedError(error: PortalError): UserError {
  const field = FIELD_WORDS.find(([words]) => words.test(error.message))?.[1];
  return {
    code: 'PORTAL_REJECTED',
    message: `GPS does not accept this: ${error.message.replace(/\.$/, '')}. Nothing was changed.`,
    field: field === undefined ? ['input'] : ['input', field],
  };
}

/** Another writer has had the driver for too long. */
export const BUSY: UserError = {
  code: 'BUSY',
  message: 'Another change of this driver is under way. Nothing was changed. Try again in a moment.',
};

/** A DriverID that an input asks for, and its field that does: the Ref ID stands in for a DriverID that is not given. */
export interface WantedDriverId {
  readonly driverId: DriverId;
  readonly field: 'driveriDriverId' | 'referenceId';
}

/** Another writer claims the DriverID at this moment. */
export const takenByWriter = ({ driverId, field }: WantedDriverId): UserError => ({
  code: 'DRIVER_ID_TAKEN',
  message: `Another driver is being saved with the DriverID ${driverId} at this moment. Choose another one.`,
  field: ['input', field],
});
