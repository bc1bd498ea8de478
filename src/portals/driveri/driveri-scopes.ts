import { SCOPES, type Scope } from './driveri-refusal';

const NEEDED: readonly Scope[] = [SCOPES.viewDrivers, SCOPES.updateDrivers, SCOPES.viewConfigurations];

/**
 * Which of the scopes that Driver Sync needs a token's `scope` lacks. No document tells how that text is written: when it has
 * none of the vendor's words for scopes, it says nothing, and nothing is missing.
 */
export function missingScopes(tokenScope: string): readonly Scope[] {
  if (!tellsScopes(tokenScope)) return [];
  return NEEDED.filter((scope) => !has(tokenScope, scope));
}

/** Whether a token's `scope` names any of the vendor's scopes. */
export function tellsScopes(tokenScope: string): boolean {
  return Object.values(SCOPES).some((scope) => has(tokenScope, scope));
}

function has(tokenScope: string, scope: Scope): boolean {
  return lettersOf(tokenScope).includes(lettersOf(scope));
}

/** `View Drivers`, `view_drivers` and `VIEW-DRIVERS` are one. */
function lettersOf(text: string): string {
  return text.toLowerCase().replace(/[^a-z]/g, '');
}
