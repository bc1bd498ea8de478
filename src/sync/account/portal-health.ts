import type { AccountId } from '../../driver/ids';
import type { PortalError, PortalErrorKind, PortalName } from '../../driver/ports/portal-error';
import type { NewEvent } from '../ports/event-log';
import type { SyncTransaction } from '../ports/sync-store';
import type { SyncContext } from '../sync-context';

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
  hint: 'Changes wait, and go on by themselves when it answers again. If it stays, put right what the message says.',
};

const CREDENTIALS: HealthRule = {
  code: 'CREDENTIALS_REFUSED',
  severity: 'blocked',
  message: (title) => `${title} refuses the account's credentials`,
  hint: 'Correct the credentials in the configuration, or put right what the message says. They are tried again slowly; changes wait.',
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
  hint: 'Changes wait until the portal allows them. If it happens every day, ask the vendor for a higher limit, or poll less often.',
};

/** The code of the problem that the GPS user sees a part of the fleet only. */
export const VIEW_RESTRICTED = 'GPS_VIEW_RESTRICTED';

/** The code of the problem that a run could not be planned and is tried again. */
export const RUN_WAITS = 'RUN_TRIED_AGAIN';

/** How long an account whose portal does not answer is left alone after each failure. */
export const REST_MS = 4_000;

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

/** Sets a health problem of the account. Answers the event to append when the problem is new. */
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

/** Clears health problems. Answers the events to append. */
export async function clearHealth(
  tx: SyncTransaction,
  now: number,
  codes: readonly string[],
): Promise<readonly NewEvent[]> {
  const over = await tx.account.clearProblems(codes);
  return over.map((code) => ({ type: 'HEALTH_CHANGED', at: now, message: `${code} is over` }));
}

/**
 * Stores what a portal's failure means for the account's health. Answers how long drivers are left alone, in ms: null when the
 * failure does not keep the account from working.
 */
export async function noteFailure(
  context: SyncContext,
  account: AccountId,
  error: PortalError,
): Promise<number | null> {
  const rule = RULES[error.kind];
  // A row that cannot be read is one driver's trouble, not the account's.
  if (rule === undefined || error.setAside !== undefined) return null;
  const now = context.clock.now();
  const isRefusal = rule === CREDENTIALS || rule === FORBIDDEN;
  const restMs = isRefusal ? context.settings.probeMs : Math.max(REST_MS, error.retryAfterMs ?? 0);
  await context.store.transaction(account, async (tx) => {
    const events = await setHealth(tx, now, {
      code: problemCode(error.portal, rule.code),
      severity: rule.severity,
      message: `${rule.message(portalTitle(error.portal))}: ${error.operation}: ${error.causeInWords}`,
      hint: rule.hint,
      retryAt: now + restMs,
    });
    await tx.events.append(events);
  });
  return rule.severity === 'blocked' ? restMs : null;
}

/** In the transaction that records a success: what was wrong with reaching this portal is over. */
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
