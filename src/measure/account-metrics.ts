import type { AccountId } from '../driver/ids';
import type { AccountFacts, AccountFactsSource } from '../gateway/account-facts';
import { accountHealth, type AccountHealth, type ReadingIntervals } from '../gateway/account-health';
import type { Clock } from '../platform/clock';
import type { Metrics } from '../platform/metrics';

/** What the numbers about accounts are made from. */
export interface AccountMetricsParts {
  readonly metrics: Metrics;
  readonly facts: AccountFactsSource;
  /** The accounts as they are configured at this moment, with the calls that each portal allows in 24 hours. */
  readonly accounts: () => readonly MeasuredAccount[];
  readonly intervals: (account: AccountId) => ReadingIntervals;
  readonly clock: Clock;
}

/** An account whose numbers are shown. */
export interface MeasuredAccount {
  readonly id: AccountId;
  readonly gpsRequestsPerDay: number | undefined;
}

/** With more accounts than this, their numbers are shown together, as those of the account `all`. */
export const MOST_LABELLED_ACCOUNTS = 200;

/** However often it is scraped, and however many gauges there are, the database is asked once in this time. */
const FACTS_LAST_MS = 5_000;

interface Seen {
  readonly facts: AccountFacts;
  readonly health: AccountHealth;
  readonly now: number;
  readonly gpsRequestsPerDay: number | undefined;
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface GaugeRule {
  readonly name: string;
  readonly help: string;
  /** Besides the account. */
  readonly labels: readonly string[];
  /** How the numbers of several accounts become one. */
  readonly together: 'sum' | 'max' | 'min';
  readonly of: (seen: Seen) => readonly Sample[];
}

const one = (value: number | null): readonly Sample[] => (value === null ? [] : [{ labels: {}, value }]);

/** Seconds since then; nothing when there is no such moment. */
const age = (now: number, at: number | null): number | null =>
  at === null ? null : Math.max(0, now - at) / 1_000;

const GAUGES: readonly GaugeRule[] = [
  {
    name: 'gateway_account_state',
    help: 'Accounts by the state of their health: 1 for the state that it has',
    labels: ['state'],
    together: 'sum',
    of: ({ health }) => [{ labels: { state: health.state.toLowerCase() }, value: 1 }],
  },
  {
    name: 'gateway_account_problem',
    help: 'Health problems that accounts have now, by code',
    labels: ['code'],
    together: 'sum',
    of: ({ health }) => health.problems.map(({ code }) => ({ labels: { code }, value: 1 })),
  },
  {
    name: 'gateway_roster_age_seconds',
    help: 'Age of the last good reading of each portal',
    labels: ['portal'],
    together: 'max',
    of: ({ facts, now }) =>
      (['gps', 'driveri'] as const).flatMap((portal) =>
        one(age(now, facts[portal].observedAt)).map(({ value }) => ({ labels: { portal }, value })),
      ),
  },
  {
    name: 'gateway_oldest_due_driver_seconds',
    help: 'How long the oldest driver that is due has been due; 0 when none is',
    labels: [],
    together: 'max',
    of: ({ facts, now }) => one(facts.enabled ? (age(now, facts.oldestDueAt) ?? 0) : 0),
  },
  {
    name: 'gateway_due_drivers',
    help: 'Drivers that are due to be synchronised now',
    labels: [],
    together: 'sum',
    of: ({ facts }) => one(facts.enabled ? facts.dueDrivers : 0),
  },
  {
    name: 'gateway_troubled_drivers',
    help: 'Drivers that have failed or are in conflict',
    labels: [],
    together: 'sum',
    of: ({ facts }) => one(facts.enabled ? facts.troubled : 0),
  },
  {
    name: 'gateway_held_items',
    help: 'Changes that wait for a person, by the guard that holds them',
    labels: ['guard'],
    together: 'sum',
    of: ({ facts }) =>
      (['removal', 'identity', 'mass-change', 'suspicious-driver-id'] as const).map((guard) => ({
        labels: { guard },
        value: facts.held[guard] ?? 0,
      })),
  },
  {
    name: 'gateway_unowned_due_seconds',
    help: 'How long an account has been due while no process owns it; 0 when one does',
    labels: [],
    together: 'max',
    of: ({ facts, now }) => one(facts.isOwned || facts.dueAt === 0 ? 0 : (age(now, facts.dueAt) ?? 0)),
  },
  {
    name: 'gateway_portal_calls_last_day',
    help: 'Calls of the last 24 hours to each portal, of all processes',
    labels: ['portal'],
    together: 'sum',
    of: ({ facts }) => [
      { labels: { portal: 'gps' }, value: facts.calls.gps },
      { labels: { portal: 'driveri' }, value: facts.calls.driveri },
    ],
  },
  {
    name: 'gateway_portal_budget_left',
    help: 'Calls that are left of the 24 hours; polls stop at a tenth of the budget',
    labels: ['portal'],
    together: 'min',
    of: ({ facts, gpsRequestsPerDay }) =>
      gpsRequestsPerDay === undefined
        ? []
        : [{ labels: { portal: 'gps' }, value: Math.max(0, gpsRequestsPerDay - facts.calls.gps) }],
  },
  {
    name: 'gateway_notifications_waiting',
    help: 'Notifications that their targets have not taken yet',
    labels: [],
    together: 'sum',
    of: ({ facts }) => one(facts.waitingNotifications),
  },
];

/**
 * Numbers about accounts, read from our own store at a scrape. Every process shows them, so that they go on growing when no worker
 * lives: take `max by (account)`. A database that does not answer leaves them out, and the other numbers are served.
 */
export function createAccountMetrics(parts: AccountMetricsParts): void {
  const { metrics, clock } = parts;
  let latest: Promise<readonly Seen[]> | undefined;
  let readAt = -Infinity;

  function seen(): Promise<readonly Seen[]> {
    const now = performance.now();
    if (latest === undefined || now - readAt > FACTS_LAST_MS) {
      readAt = now;
      latest = look(parts, clock.now()).catch(() => []);
    }
    return latest;
  }

  for (const rule of GAUGES) {
    metrics.gauge<string>(rule.name, rule.help, ['account', ...rule.labels], async (gauge) => {
      const all = await seen();
      gauge.reset();
      for (const { labels, value } of samplesOf(rule, all)) gauge.set({ ...labels }, value);
    });
  }
}

async function look(
  { facts, accounts, intervals }: AccountMetricsParts,
  now: number,
): Promise<readonly Seen[]> {
  const budgets = new Map(accounts().map(({ id, gpsRequestsPerDay }) => [id, gpsRequestsPerDay]));
  const all = await facts.facts([...budgets.keys()], now);
  return all.map((one) => ({
    facts: one,
    health: accountHealth(one, intervals(one.account), now),
    now,
    gpsRequestsPerDay: budgets.get(one.account),
  }));
}

function samplesOf(rule: GaugeRule, all: readonly Seen[]): readonly Sample[] {
  const isMany = all.length > MOST_LABELLED_ACCOUNTS;
  const samples = new Map<string, Sample>();
  for (const seen of all) {
    for (const { labels, value } of rule.of(seen)) {
      const labelled = { account: isMany ? 'all' : seen.facts.account, ...labels };
      const key = JSON.stringify(labelled);
      const other = samples.get(key);
      samples.set(key, {
        labels: labelled,
        value: other === undefined ? value : merge(rule.together, other.value, value),
      });
    }
  }
  return [...samples.values()];
}

function merge(together: GaugeRule['together'], first: number, second: number): number {
  switch (together) {
    case 'sum':
      return first + second;
    case 'max':
      return Math.max(first, second);
    case 'min':
      return Math.min(first, second);
  }
}
