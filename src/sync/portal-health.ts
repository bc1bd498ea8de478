import { PortalError, type PortalErrorKind, type PortalName } from '../driver/portal-error';
import type { AccountId } from '../driver/ids';
import type { SyncContext } from './sync-context';
import type { AccountProblem, NewEvent, SyncTransaction } from './sync-store';

const PORTAL_TITLES: { readonly [Portal in PortalName]: string } = {
  gps: 'the GPS portal',
  driveri: 'Driveri',
};

/** How a portal is called in messages to people. */
export const portalTitle = (portal: PortalName): string => PORTAL_TITLES[portal];

interface HealthRule {
  readonly code: string;
  readonly severity: 'degraded' | 'blocked';
  readonly message: (title: string) => string;
  readonly hint: string;
}

const UNREACHABLE: HealthRule = {
  code: 'UNREACHABLE',
  severity: 'blocked',
  message: (title) => `${title} cannot be reached, or does not answer as it should`,
  hint: 'Nothing has to be done: changes wait, and go on when it answers again.',
};

const CREDENTIALS: HealthRule = {
  code: 'CREDENTIALS_REFUSED',
  severity: 'blocked',
  message: (title) => `${title} refuses the account's credentials`,
  hint: 'Correct the credentials in the configuration. They are tried again slowly; changes wait.',
};

const FORBIDDEN: HealthRule = {
  code: 'FORBIDDEN',
  severity: 'blocked',
  message: (title) => `${title} does not allow what the sync needs`,
  hint: 'Give the API key the scopes View Drivers, Update Drivers and View Fleet Configurations, or the GPS user the permission to edit drivers.',
};

const RATE_LIMITED: HealthRule = {
  code: 'RATE_LIMITED',
  severity: 'degraded',
  message: (title) => `${title} limits the number of requests`,
  hint: 'Nothing has to be done: changes wait until the portal allows them.',
};

/** How long an account whose portal does not answer is left alone after each failure, before the relay tries the next driver. */
const REST_MS = 4_000;

/** What a failed call says of the account's health; kinds that are about one driver say nothing. */
const RULES: { readonly [Kind in PortalErrorKind]?: HealthRule } = {
  unreachable: UNREACHABLE,
  timeout: UNREACHABLE,
  server: UNREACHABLE,
  malformed: UNREACHABLE,
  incomplete: UNREACHABLE,
  credentials: CREDENTIALS,
  forbidden: FORBIDDEN,
  'rate-limited': RATE_LIMITED,
};

const CODES = [UNREACHABLE, CREDENTIALS, FORBIDDEN, RATE_LIMITED].map((rule) => rule.code);

const problemCode = (portal: PortalName, code: string): string =>
  `${portal === 'gps' ? 'GPS' : 'DRIVERI'}_${code}`;

/** Whether a portal is left alone at this moment, for it has just failed. The other one is none the worse for it. */
export function isResting(problems: readonly AccountProblem[], portal: PortalName, now: number): boolean {
  const own = new Set(CODES.map((code) => problemCode(portal, code)));
  return problems.some(({ code, retryAt }) => own.has(code) && retryAt !== null && retryAt > now);
}

/** Sets a health problem of the account; the event that tells of it when it is new. */
export async function setHealth(
  tx: SyncTransaction,
  now: number,
  problem: {
    readonly code: string;
    readonly severity: 'degraded' | 'blocked';
    readonly message: string;
    readonly hint: string;
    readonly retryAt?: number;
  },
): Promise<readonly NewEvent[]> {
  const isNew = await tx.account.setProblem({ ...problem, sinceAt: now, retryAt: problem.retryAt ?? null });
  return isNew ? [{ type: 'HEALTH_CHANGED', at: now, message: `${problem.code}: ${problem.message}` }] : [];
}

/** Clears health problems; the events that tell of it where there were any. Costs one look when all is well. */
export async function clearHealth(
  tx: SyncTransaction,
  now: number,
  codes: readonly string[],
): Promise<readonly NewEvent[]> {
  const over = (await tx.account.problems()).map(({ code }) => code).filter((code) => codes.includes(code));
  for (const code of over) await tx.account.clearProblem(code);
  return over.map((code) => ({ type: 'HEALTH_CHANGED', at: now, message: `${code} is over` }));
}

/** The account's health after a portal failed: told once when it starts. Never throws for want of a rule. */
export async function noteFailure(
  context: SyncContext,
  account: AccountId,
  error: PortalError,
): Promise<void> {
  const rule = RULES[error.kind];
  if (rule === undefined) return;
  const now = context.clock.now();
  const retryMs = rule === CREDENTIALS || rule === FORBIDDEN ? context.settings.probeMs : REST_MS;
  await context.store.transaction(account, async (tx) => {
    const events = await setHealth(tx, now, {
      code: problemCode(error.portal, rule.code),
      severity: rule.severity,
      message: rule.message(portalTitle(error.portal)),
      hint: rule.hint,
      retryAt: now + retryMs,
    });
    await tx.events.append(events);
  });
}

/** In the transaction that records a success: whatever was wrong with reaching this portal is over. */
export function noteSuccess(
  tx: SyncTransaction,
  now: number,
  portal: PortalName,
): Promise<readonly NewEvent[]> {
  return clearHealth(
    tx,
    now,
    CODES.map((code) => problemCode(portal, code)),
  );
}
