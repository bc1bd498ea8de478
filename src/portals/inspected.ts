import { PortalError } from '../driver/ports/portal-error';
import type { ConnectionOptions } from './portal-connection';

/** What one question to a portal brought. `skipped`: it was not asked, because it could not have been answered. */
export type Inspected<Value> =
  | { readonly kind: 'answered'; readonly value: Value }
  | { readonly kind: 'failed'; readonly error: PortalError }
  | { readonly kind: 'skipped' };

/** How a connector is inspected: as in operation, but nothing is asked twice, and no pause is kept from others. */
export type InspectionOptions = Omit<ConnectionOptions, 'allowance' | 'breakerFailures'> & {
  /** For listings. */
  readonly listTimeoutMs: number;
};

/** Asks. A `PortalError` is an answer, too; other errors are ours and are thrown. */
export async function inspected<Value>(ask: () => Promise<Value>): Promise<Inspected<Value>> {
  try {
    return { kind: 'answered', value: await ask() };
  } catch (error) {
    if (error instanceof PortalError) return { kind: 'failed', error };
    throw error;
  }
}

/** Asks unless what came before rules it out. */
export function inspectedIf<Value>(
  isWorthAsking: boolean,
  ask: () => Promise<Value>,
): Promise<Inspected<Value>> {
  return isWorthAsking ? inspected(ask) : Promise.resolve({ kind: 'skipped' });
}

/** The value that was answered; null when there was none. */
export function answerOf<Value>(one: Inspected<Value>): Value | null {
  return one.kind === 'answered' ? one.value : null;
}
