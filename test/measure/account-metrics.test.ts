import { accountId } from '../../src/driver/ids';
import type { AccountFacts } from '../../src/gateway/account-facts';
import { createAccountMetrics, MOST_LABELLED_ACCOUNTS } from '../../src/measure/account-metrics';
import { createQueueMetrics } from '../../src/measure/queue-metrics';
import { createManualClock } from '../../src/platform/clock';
import { createMetrics } from '../../src/platform/metrics';

const NOW = 10_000_000;

const factsOf = (id: string, fields: Partial<AccountFacts> = {}): AccountFacts => ({
  account: accountId(id),
  enabled: true,
  problems: [],
  gps: { observedAt: NOW - 20_000, completeAt: NOW, failures: 0, lastFailure: null },
  driveri: { observedAt: NOW - 30_000, completeAt: NOW, failures: 0, lastFailure: null },
  dueAt: NOW,
  isOwned: true,
  lostOwners: 0,
  dueDrivers: 2,
  oldestDueAt: NOW - 7_000,
  troubled: 1,
  troubledSince: 1,
  held: { removal: 4 },
  heldSince: 1,
  nextRunAt: null,
  lastRun: null,
  activeRunSince: null,
  refusedNotifications: [],
  waitingNotifications: 3,
  clocksApart: [],
  queueRefusesSince: null,
  isDatabaseReadOnly: false,
  calls: { gps: 150, driveri: 7 },
  ...fields,
});

async function scrape(
  facts: () => Promise<readonly AccountFacts[]>,
  ids: readonly string[],
): Promise<string[]> {
  const metrics = createMetrics();
  createAccountMetrics({
    metrics,
    facts: { facts },
    accounts: () => ids.map((id) => ({ id: accountId(id), gpsRequestsPerDay: 1_000 })),
    intervals: () => ({ gpsMs: 30_000, driveriMs: 60_000 }),
    clock: createManualClock(NOW),
  });
  createQueueMetrics(metrics, {
    accounts: { counts: () => Promise.resolve({ waiting: 5, active: 1, delayed: 0, failed: 0 }) },
    gone: { counts: () => Promise.reject(new Error('away')) },
  });
  return (await metrics.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

it('answers how old, how much, how long, for each account, with one question to the database', async () => {
  let asked = 0;
  const lines = await scrape(() => {
    asked += 1;
    return Promise.resolve([
      factsOf('acme'),
      factsOf('other', { enabled: false, troubled: 0, isOwned: false, dueAt: NOW - 9_000 }),
    ]);
  }, ['acme', 'other']);
  expect(asked).toBe(1);
  expect(lines).toEqual(
    expect.arrayContaining([
      'gateway_account_state{account="acme",state="degraded"} 1',
      'gateway_account_state{account="other",state="off"} 1',
      'gateway_account_problem{account="acme",code="DRIVERS_NEED_ATTENTION"} 1',
      'gateway_roster_age_seconds{account="acme",portal="gps"} 20',
      'gateway_roster_age_seconds{account="acme",portal="driveri"} 30',
      'gateway_oldest_due_driver_seconds{account="acme"} 7',
      'gateway_oldest_due_driver_seconds{account="other"} 0',
      'gateway_due_drivers{account="acme"} 2',
      'gateway_troubled_drivers{account="acme"} 1',
      'gateway_held_items{account="acme",guard="removal"} 4',
      'gateway_held_items{account="acme",guard="identity"} 0',
      'gateway_unowned_due_seconds{account="acme"} 0',
      'gateway_unowned_due_seconds{account="other"} 9',
      'gateway_portal_calls_last_day{account="acme",portal="driveri"} 7',
      'gateway_portal_budget_left{account="acme",portal="gps"} 850',
      'gateway_notifications_waiting{account="acme"} 3',
      'gateway_queue_jobs{queue="accounts",state="waiting"} 5',
    ]),
  );
  expect(lines.some((line) => line.includes('queue="gone"'))).toBe(false);
});

it('shows many accounts together, so that the number of series stays bounded', async () => {
  const ids = Array.from({ length: MOST_LABELLED_ACCOUNTS + 1 }, (_, index) => `a${index}`);
  const lines = await scrape(
    () =>
      Promise.resolve(
        ids.map((id, index) =>
          factsOf(id, { calls: { gps: index, driveri: 0 }, oldestDueAt: NOW - index * 1_000 }),
        ),
      ),
    ids,
  );
  const own = lines.filter((line) => line.includes('account='));
  expect(own.every((line) => line.includes('account="all"'))).toBe(true);
  expect(own.length).toBeLessThan(30);
  expect(lines).toEqual(
    expect.arrayContaining([
      `gateway_account_state{account="all",state="degraded"} ${ids.length}`,
      `gateway_oldest_due_driver_seconds{account="all"} ${MOST_LABELLED_ACCOUNTS}`,
      `gateway_portal_budget_left{account="all",portal="gps"} ${1_000 - MOST_LABELLED_ACCOUNTS}`,
      `gateway_due_drivers{account="all"} ${2 * ids.length}`,
    ]),
  );
});

it('serves the other numbers when the database does not answer', async () => {
  const lines = await scrape(() => Promise.reject(new Error('away')), ['acme']);
  expect(lines).toContain('gateway_queue_jobs{queue="accounts",state="waiting"} 5');
  expect(lines.some((line) => line.startsWith('gateway_due_drivers'))).toBe(false);
});
