import type { FieldChange, GpsSide } from './driver-plan';
import { ENFORCED_FIELDS, type DriveriDriver, type EnforcedFields } from '../driveri-driver';
import { desiredFields, fieldsToWrite } from '../field-mapping';
import type { GpsDriver } from '../gps-driver';
import type { Link } from '../link';

type PresentSide = Extract<GpsSide, { readonly presence: 'present' }>;

/** The fields that a PUT has to carry to make a Driveri driver match, with what they change, for people. */
export interface FieldEdits {
  readonly fields: EnforcedFields;
  readonly sendPhone: boolean;
  readonly changes: readonly FieldChange[];
  readonly any: boolean;
}

/** What has to be written to an existing Driveri driver (design, 2.2). The phone goes when it is not the one sent last. */
export function editsFor(gps: PresentSide, driver: DriveriDriver, link: Link | null): FieldEdits {
  const fields = fieldsToWrite(gps.driver, driver, link);
  const sendPhone = gps.phoneHash !== (link?.phoneHash ?? null);
  const changes = [...fieldChanges(fields, driver), ...phoneChange(sendPhone, gps.phoneHash)];
  return { fields, sendPhone, changes, any: changes.length > 0 };
}

/** What a new driver, or one that is brought back, is sent with; null without a first name, which Driveri demands. */
export function fieldsOfNew(gps: GpsDriver): (EnforcedFields & { readonly firstName: string }) | null {
  const { firstName, lastName, email } = desiredFields(gps);
  if (firstName === null) return null;
  return { firstName, ...(lastName === null ? {} : { lastName }), ...(email === null ? {} : { email }) };
}

/** The changes that writing these fields makes to a driver; to nobody, when it is created. */
export function fieldChanges(fields: EnforcedFields, driver: DriveriDriver | null): readonly FieldChange[] {
  return ENFORCED_FIELDS.flatMap((field) => {
    const value = fields[field];
    if (value === undefined) return [];
    const from = driver?.[field] ?? null;
    const to = value === '' ? null : value;
    return from === to ? [] : [{ field, from, to }];
  });
}

/** A phone is never shown, neither the old one nor the new one. */
export function phoneChange(sendPhone: boolean, phoneHash: string | null): readonly FieldChange[] {
  if (!sendPhone) return [];
  return [{ field: 'phone', from: null, to: phoneHash === null ? '(no phone)' : '(new phone)' }];
}
