import { phoneDigits } from './field-mapping';

/** What a driver's sync state comes down to, for people (design, 2.5). */
export type DriverStatus =
  'OFF' | 'UNMANAGED' | 'HELD' | 'CONFLICT' | 'FAILED' | 'PENDING' | 'DRIFTED' | 'IN_SYNC';

/** What of a driver the status depends on. */
export interface StatusInput {
  /** Driver Sync is on for the account. */
  readonly enabled: boolean;
  /** GPS has the driver, or a link remembers that it had. False: only in Driveri, and not ours to touch. */
  readonly isManaged: boolean;
  /** A removal or a change of identity of this driver waits for approval. */
  readonly isHeld: boolean;
  /** The code of what is wrong; null when nothing is. */
  readonly problem: string | null;
  /** There is a reason to look that has not been looked at yet. */
  readonly isPending: boolean;
  /** A link, and a driver under it: without it nothing can be in sync. */
  readonly isLinked: boolean;
  readonly hasDifferences: boolean;
}

/** Changes that wait for a person's approval, or that a person decided against. */
const HELD_PROBLEMS: ReadonlySet<string> = new Set([
  'HELD',
  'REMOVAL_HELD',
  'SUSPICIOUS_DRIVER_ID',
  'CHANGE_REJECTED',
]);

/** Problems that pass by themselves. */
const PASSING_PROBLEMS: ReadonlySet<string> = new Set(['WAITING', 'NOT_PROVEN_GONE', 'DRIVER_ID_UNREADABLE']);

const RULES: readonly (readonly [DriverStatus, (input: StatusInput) => boolean])[] = [
  ['OFF', ({ enabled }) => !enabled],
  // Gone from GPS, and a person decided that Driveri keeps the driver: not ours to touch any more.
  ['UNMANAGED', ({ isManaged, problem }) => !isManaged || problem === 'REMOVAL_REJECTED'],
  ['HELD', ({ isHeld, problem }) => isHeld || isOneOf(problem, HELD_PROBLEMS)],
  ['CONFLICT', ({ problem }) => problem === 'CONFLICT' || problem === 'FALLBACK_MATCH'],
  ['FAILED', ({ problem }) => problem !== null && !isOneOf(problem, PASSING_PROBLEMS)],
  ['PENDING', ({ isPending, isLinked, problem }) => isPending || problem !== null || !isLinked],
  ['DRIFTED', ({ hasDifferences }) => hasDifferences],
];

/** The first that applies, in the design's order; IN_SYNC when none does. Total. */
export function statusOf(input: StatusInput): DriverStatus {
  const rule = RULES.find(([, applies]) => applies(input));
  return rule?.[0] ?? 'IN_SYNC';
}

function isOneOf(problem: string | null, codes: ReadonlySet<string>): boolean {
  return problem !== null && codes.has(problem);
}

/** First and last name, or the first fallback that says something (an e-mail, a DriverID, …). Never empty. */
export function fullName(
  firstName: string | null,
  lastName: string | null,
  ...fallbacks: readonly (string | null)[]
): string {
  const name = [firstName, lastName].map(trimmed).filter(isSomething).join(' ');
  return [name, ...fallbacks.map(trimmed)].find(isSomething) ?? '(no name)';
}

const trimmed = (text: string | null): string => (text ?? '').trim();
const isSomething = (text: string): boolean => text !== '';

/** What a search is matched against: everything that is known of a driver, folded, and the phone's digits. */
export function searchText(texts: readonly (string | null)[], phone: string | null): string {
  const digits = phoneDigits(phone);
  return [...texts.map(trimmed), digits ?? ''].filter(isSomething).map(foldText).join(' ');
}

/** Lower case without accents, so that `jose` finds `José`. What is searched for has to be folded likewise. */
export function foldText(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().normalize('NFC');
}
