import { PortalError } from '../../../src/driver/ports/portal-error';

/** The `PortalError` that this call fails with; anything else fails the test. */
export async function failureOf(call: Promise<unknown>): Promise<PortalError> {
  const result: unknown = await call.then(
    () => new Error('the call succeeded'),
    (error: unknown) => error,
  );
  if (result instanceof PortalError) return result;
  throw result;
}
