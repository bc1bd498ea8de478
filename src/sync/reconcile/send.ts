import { assertNever } from '../../driver/assert-never';
import type { CallOptions } from '../../driver/ports/portal-call';
import type { DriveriPortal } from '../../driver/ports/driveri-portal';
import type { WritingStep } from './writing-step';

/** Sends one write to Driveri. `phone`: the digits, or an empty string to clear. Throws `PortalError`. */
export function send(
  driveri: DriveriPortal,
  step: WritingStep,
  phone: string,
  options: CallOptions,
): Promise<void> {
  switch (step.kind) {
    case 'create': {
      const withPhone = step.sendPhone && phone !== '' ? { phone } : {};
      return driveri.createDriver({ ...step.fields, driverId: step.driverId, ...withPhone }, options);
    }
    case 'reinstate':
      return driveri.reinstateDriver(
        step.driver,
        { ...step.fields, driverId: step.driver.driverId },
        options,
      );
    case 'rename': {
      const withPhone = step.sendPhone ? { phone } : {};
      return driveri.updateDriver(step.from, { ...step.fields, driverId: step.to, ...withPhone }, options);
    }
    case 'update': {
      const withPhone = step.sendPhone ? { phone } : {};
      return driveri.updateDriver(step.driverId, { ...step.fields, ...withPhone }, options);
    }
    case 'remove':
      return driveri.updateDriver(step.driverId, { status: 'removed' }, options);
    default:
      return assertNever(step);
  }
}
