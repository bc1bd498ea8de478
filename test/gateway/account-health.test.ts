import { accountId, runId } from '../../src/driver/ids';
import type { AccountFacts, RosterFacts, SevereProblem } from '../../src/gateway/account-facts';
import { accountHealth } from '../../src/gateway/account-health';

const NOW = 100 * 3_600_000;
const MINUTE = 60_000;
const INTERVALS = { gpsMs: 30_000, driveriMs: 60_000 };
const READ: RosterFacts = {
  observedAt: NOW - 1_000,
  completeAt: NOW - 1_000,
  failures: 0,
  lastFailure: null,
};

const FACTS: AccountFacts = {
  account: accountId('acme'),
  enabled: true,
  problems: [],
  gps: READ,
  driveri: READ,
  dueAt: NOW - 1_000,
  isOwned: true,
  lostOwners: 0,
  dueDrivers: 0,
  oldestDueAt: null,
  troubled: 0,
  troubledSince: null,
  held: {},
  heldSince: null,
  nextRunAt: NOW + 1_000,
  lastRun: null,
  activeRunSince: null,
  refusedNotifications: [],
  waitingNotifications: 0,
  clocksApart: [],
  queueRefusesSince: null,
  isDatabaseReadOnly: false,
  calls: { gps: 0, driveri: 0 },
};

const stored = (code: string, severity: SevereProblem['severity']): SevereProblem => ({
  code,
  severity,
  message: `the words of ${code}`,
  hint: 'h',
  since: 1,
});

const read = (ageMs: number, rest: Partial<RosterFacts> = {}): RosterFacts => ({
  ...READ,
  observedAt: NOW - ageMs,
  ...rest,
});

const run = (hasFailed: boolean) => ({
  id: runId('r1'),
  kind: 'DAILY' as const,
  hasFailed,
  endedAt: NOW - 5_000,
  reason: 'Driveri answered 500',
});

interface Case {
  readonly reason: string;
  readonly facts: Partial<AccountFacts>;
  readonly state: string;
  readonly codes: readonly string[];
  /** Part of the first problem's message. */
  readonly says?: string;
}

const CASES: readonly Case[] = [
  { reason: 'all is read and nothing is due', facts: {}, state: 'HEALTHY', codes: [] },
  { reason: 'off, and all is well', facts: { enabled: false }, state: 'OFF', codes: [] },
  { reason: 'just three intervals old', facts: { gps: read(90_000) }, state: 'HEALTHY', codes: [] },
  {
    reason: 'GPS older than three intervals, with the cause of the last failure',
    facts: {
      gps: read(91_000, { failures: 2, lastFailure: "driver/list: not sent: the day's requests are spent" }),
    },
    state: 'DEGRADED',
    codes: ['GPS_READINGS_LATE'],
    says: "the day's requests are spent",
  },
  {
    reason: 'GPS older than thirty minutes blocks',
    facts: { gps: read(30 * MINUTE) },
    state: 'BLOCKED',
    codes: ['GPS_READINGS_LATE'],
    says: 'the worker process is behind',
  },
  {
    reason: 'Driveri has its own interval',
    facts: { driveri: read(181_000) },
    state: 'DEGRADED',
    codes: ['DRIVERI_READINGS_LATE'],
  },
  { reason: 'Driveri within it', facts: { driveri: read(179_000) }, state: 'HEALTHY', codes: [] },
  {
    reason: 'a stored problem that says it is not said twice',
    facts: { gps: read(2 * MINUTE), problems: [stored('GPS_RATE_LIMITED', 'degraded')] },
    state: 'DEGRADED',
    codes: ['GPS_RATE_LIMITED'],
  },
  {
    reason: 'a stored problem that only degrades has blocked the account for too long',
    facts: { gps: read(31 * MINUTE), problems: [stored('GPS_RATE_LIMITED', 'degraded')] },
    state: 'BLOCKED',
    codes: ['GPS_READINGS_LATE', 'GPS_RATE_LIMITED'],
    says: 'the words of GPS_RATE_LIMITED',
  },
  {
    reason: "a machine's clock is six hours ahead of the database's",
    facts: { clocksApart: [{ process: 'worker-7', apartMs: 6 * 3_600_000, since: NOW - MINUTE }] },
    state: 'DEGRADED',
    codes: ['CLOCKS_APART'],
    says: 'that of worker-7 is 6 h ahead of it',
  },
  {
    reason: "a machine's clock is behind, and Driver Sync is off",
    facts: { enabled: false, clocksApart: [{ process: 'api-2', apartMs: -9_000, since: NOW - MINUTE }] },
    state: 'OFF',
    codes: ['CLOCKS_APART'],
    says: 'that of api-2 is 9 s behind it',
  },
  {
    reason: 'the queue takes no jobs',
    facts: { queueRefusesSince: NOW - 40_000 },
    state: 'DEGRADED',
    codes: ['QUEUE_REFUSES'],
    says: 'has taken no jobs for 40 s',
  },
  {
    reason: 'nobody owns the account',
    facts: { isOwned: false, dueAt: NOW - 2 * MINUTE, gps: read(2 * MINUTE) },
    state: 'DEGRADED',
    codes: ['GPS_READINGS_LATE', 'NOT_WORKED_ON'],
    says: 'no worker process works on this account',
  },
  {
    reason: 'nobody owns the account for thirty minutes',
    facts: { isOwned: false, dueAt: NOW - 30 * MINUTE },
    state: 'BLOCKED',
    codes: ['NOT_WORKED_ON'],
  },
  {
    reason: 'unowned, and not due',
    facts: { isOwned: false, dueAt: NOW + 5_000 },
    state: 'HEALTHY',
    codes: [],
  },
  {
    reason: 'the account kills its owners',
    facts: { lostOwners: 3 },
    state: 'BLOCKED',
    codes: ['WORKERS_END'],
  },
  {
    reason: 'never read, and its readings fail',
    facts: {
      gps: { observedAt: null, completeAt: null, failures: 3, lastFailure: 'driver/list: no answer' },
    },
    state: 'DEGRADED',
    codes: ['GPS_READINGS_LATE'],
    says: 'has not been read yet',
  },
  {
    reason: 'never read yet, and nothing has failed',
    facts: { gps: { observedAt: null, completeAt: null, failures: 0, lastFailure: null } },
    state: 'HEALTHY',
    codes: [],
  },
  {
    reason: 'the oldest driver has been due for too long',
    facts: { dueDrivers: 12, oldestDueAt: NOW - 91_000 },
    state: 'DEGRADED',
    codes: ['DRIVERS_LATE'],
    says: '12 driver(s) wait',
  },
  {
    reason: 'drivers wait for what blocks the account',
    facts: {
      dueDrivers: 12,
      oldestDueAt: NOW - 91_000,
      problems: [stored('DRIVERI_UNREACHABLE', 'blocked')],
    },
    state: 'BLOCKED',
    codes: ['DRIVERI_UNREACHABLE'],
  },
  {
    reason: 'drivers do not wait while the sync is off',
    facts: { enabled: false, dueDrivers: 12, oldestDueAt: NOW - 91_000 },
    state: 'OFF',
    codes: [],
  },
  {
    reason: 'the daily run did not begin',
    facts: { nextRunAt: NOW - 31 * MINUTE },
    state: 'DEGRADED',
    codes: ['DAILY_RUN_LATE'],
    says: 'no worker process has started it',
  },
  {
    reason: 'the daily run waits for another run',
    facts: { nextRunAt: NOW - 31 * MINUTE, activeRunSince: NOW - 3 * 3_600_000 },
    state: 'DEGRADED',
    codes: ['DAILY_RUN_LATE'],
    says: 'another run has been under way for 3 h',
  },
  {
    reason: 'the last run failed',
    facts: { lastRun: run(true) },
    state: 'DEGRADED',
    codes: ['RUN_FAILED'],
    says: 'Driveri answered 500',
  },
  { reason: 'the last run ended well', facts: { lastRun: run(false) }, state: 'HEALTHY', codes: [] },
  {
    reason: 'drivers need a person',
    facts: { troubled: 2, troubledSince: 5 },
    state: 'DEGRADED',
    codes: ['DRIVERS_NEED_ATTENTION'],
  },
  {
    reason: 'changes wait for a person',
    facts: { held: { removal: 2, 'suspicious-driver-id': 1 }, heldSince: 7 },
    state: 'DEGRADED',
    codes: ['CHANGES_HELD'],
    says: '2 removal(s) from Driveri, 1 change(s) to a suspicious DriverID',
  },
  {
    reason: 'a mass change is not said twice, what is held besides is said',
    facts: {
      held: { 'mass-change': 40, identity: 11 },
      heldSince: 7,
      problems: [stored('MASS_CHANGE', 'degraded')],
    },
    state: 'DEGRADED',
    codes: ['MASS_CHANGE', 'CHANGES_HELD'],
    says: 'the words of MASS_CHANGE',
  },
  {
    reason: 'a mass change that no problem says',
    facts: { held: { 'mass-change': 40 }, heldSince: 7 },
    state: 'DEGRADED',
    codes: ['CHANGES_HELD'],
    says: '40 change(s) that are part of a mass change',
  },
  {
    reason: 'nothing waits for a person while the sync is off',
    facts: { enabled: false, held: { removal: 2 }, heldSince: 7 },
    state: 'OFF',
    codes: [],
  },
  {
    reason: 'the database is read-only: whatever is late is late for that',
    facts: {
      isDatabaseReadOnly: true,
      isOwned: false,
      dueAt: NOW - 40 * MINUTE,
      gps: read(40 * MINUTE),
      nextRunAt: NOW - 40 * MINUTE,
    },
    state: 'BLOCKED',
    codes: ['DATABASE_READ_ONLY'],
    says: 'The database of the gateway is read-only',
  },
  {
    reason: 'the database is read-only, and Driver Sync is off: it cannot be turned on',
    facts: { enabled: false, isDatabaseReadOnly: true },
    state: 'BLOCKED',
    codes: ['DATABASE_READ_ONLY'],
  },
  {
    reason: 'a notification is refused',
    facts: { refusedNotifications: [{ target: 'hooks.example.com', failure: 'it answered 404', since: 3 }] },
    state: 'DEGRADED',
    codes: ['NOTIFICATION_REFUSED'],
    says: 'hooks.example.com: it answered 404',
  },
  {
    reason: 'connected to other portals: nothing is due',
    facts: {
      isOwned: false,
      dueAt: NOW - 40 * MINUTE,
      gps: read(40 * MINUTE),
      problems: [stored('PORTAL_CHANGED', 'blocked')],
    },
    state: 'BLOCKED',
    codes: ['PORTAL_CHANGED'],
  },
];

test.each(CASES)('health: $reason', ({ facts, state, codes, says }) => {
  const health = accountHealth({ ...FACTS, ...facts }, INTERVALS, NOW);
  expect({ state: health.state, codes: health.problems.map(({ code }) => code) }).toEqual({ state, codes });
  expect(health.problems[0]?.message ?? '').toContain(says ?? '');
});

test('a poll that the budget stretches is late by its own interval', () => {
  const slow = { gpsMs: 2 * 3_600_000, driveriMs: 60_000 };
  const ageOf = (ageMs: number) => accountHealth({ ...FACTS, gps: read(ageMs) }, slow, NOW).state;
  expect([ageOf(5 * 3_600_000), ageOf(7 * 3_600_000), ageOf(13 * 3_600_000)]).toEqual([
    'HEALTHY',
    'DEGRADED',
    'BLOCKED',
  ]);
});

test('a poll every second is not late while a listing takes some seconds', () => {
  const often = { gpsMs: 1_000, driveriMs: 1_000 };
  const stateAt = (ageMs: number) => accountHealth({ ...FACTS, gps: read(ageMs) }, often, NOW).state;
  expect([stateAt(30_000), stateAt(30_001)]).toEqual(['HEALTHY', 'DEGRADED']);
});
