import type { AccountFacts, HeldFor, SevereProblem } from './account-facts';

/** The guards that hold changes back, in the order in which people are told of them. */
export const GUARDS: readonly HeldFor[] = ['removal', 'identity', 'mass-change', 'suspicious-driver-id'];

/** What each guard holds, in words that follow a number. */
export const HELD_WORDS: { readonly [Guard in HeldFor]: string } = {
  removal: 'removal(s) from Driveri',
  identity: 'change(s) of a DriverID',
  'mass-change': 'change(s) that are part of a mass change',
  'suspicious-driver-id': 'change(s) to a suspicious DriverID',
};

/**
 * That changes wait for a person: without one they never arrive. Said while Driver Sync is on, until each of them is decided.
 * A mass change has a problem of its own that says the same.
 */
export function heldChanges(facts: AccountFacts): readonly SevereProblem[] {
  const { enabled, held, heldSince, problems } = facts;
  const isSaid = problems.some(({ code }) => code === 'MASS_CHANGE');
  const counts = GUARDS.filter((guard) => guard !== 'mass-change' || !isSaid).flatMap((guard) => {
    const count = held[guard] ?? 0;
    return count === 0 ? [] : [`${count} ${HELD_WORDS[guard]}`];
  });
  if (!enabled || counts.length === 0) return [];
  return [
    {
      code: 'CHANGES_HELD',
      severity: 'degraded',
      message: `Changes wait for approval: ${counts.join(', ')}`,
      hint: 'Look at the run that waits, and approve or reject what it holds. Everything else goes on meanwhile.',
      since: heldSince ?? 0,
    },
  ];
}
