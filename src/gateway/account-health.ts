import type { AccountFacts, RosterFacts, SevereProblem } from './account-facts';
import { heldChanges } from './held-changes';
import type { SyncHealthView } from './views/sync-view';

/** How often the account's portals are read, in ms: as configured, and stretched by its budget. */
export interface ReadingIntervals {
  readonly gpsMs: number;
  readonly driveriMs: number;
}

/** The account's health, with what each problem means for it. */
export interface AccountHealth {
  readonly state: SyncHealthView['state'];
  readonly problems: readonly SevereProblem[];
}

/** So many intervals without a good reading are a problem. */
const INTERVALS_MISSED = 3;

/** A reading itself takes its time: with intervals of a few seconds, three of them say nothing. */
const LEAST_LATE_MS = 30_000;

/** After this long without what an interval promises, something is late. */
const lateAfter = (intervalMs: number): number => Math.max(INTERVALS_MISSED * intervalMs, LEAST_LATE_MS);

/** A roster that is older than this blocks the account. */
const BLOCKED_AFTER_MS = 30 * 60_000;

/** A daily run is late when it has not begun by then. */
const RUN_LATE_MS = 30 * 60_000;

/** So many owners in a row that ended while they worked on the account are no coincidence. */
const LOST_OWNERS = 3;

/**
 * The account's health from facts and their ages (engine.md, 6): HEALTHY means that what the account promises is happening. The
 * stored problems say what happened; the derived ones say what did *not* happen, and end by themselves:
 *
 * | problem | when |
 * |---|---|
 * | `GPS_READINGS_LATE`, `DRIVERI_READINGS_LATE` | the last good reading is older than three intervals; blocked after thirty minutes |
 * | `DRIVERS_LATE` | a driver has been due for three intervals |
 * | `NOT_WORKED_ON` | the account has been due for three intervals and no process owns it; blocked after thirty minutes |
 * | `WORKERS_END` | three owners in a row ended while they worked on the account |
 * | `DAILY_RUN_LATE`, `RUN_FAILED` | a daily run has not begun, the last run failed |
 * | `DRIVERS_NEED_ATTENTION` | drivers have failed or are in conflict |
 * | `CHANGES_HELD` | changes wait for a person's approval |
 * | `DATABASE_READ_ONLY` | the database takes no writes; what is late because of it is not said besides |
 * | `CLOCKS_APART` | the clock of a process's machine is not the database's |
 * | `QUEUE_REFUSES` | the queue of a worker takes no jobs |
 * | `NOTIFICATION_REFUSED` | a notification is not taken by its target |
 *
 * While the account is connected to other portals than its rosters are about, nothing is due.
 */
export function accountHealth(facts: AccountFacts, intervals: ReadingIntervals, now: number): AccountHealth {
  const isAtRest = has(facts, 'PORTAL_CHANGED') || facts.isDatabaseReadOnly;
  const derived = isAtRest ? [] : lateWork(facts, intervals, now);
  const problems = [
    ...readOnlyDatabase(facts, now),
    ...facts.problems,
    ...derived.filter((one) => one !== null),
    ...attention(facts),
    ...heldChanges(facts),
    ...clocksApart(facts),
    ...queueRefuses(facts, now),
    ...refusals(facts),
  ];
  return { state: stateOf(facts, problems), problems: problems.toSorted(byPriority) };
}

function lateWork(
  facts: AccountFacts,
  intervals: ReadingIntervals,
  now: number,
): readonly (SevereProblem | null)[] {
  return [
    notWorkedOn(facts, intervals, now),
    workersEnd(facts, now),
    lateReading('gps', facts, intervals.gpsMs, now),
    lateReading('driveri', facts, intervals.driveriMs, now),
    ...(facts.enabled ? [lateDrivers(facts, intervals, now), lateRun(facts, now), failedRun(facts)] : []),
  ];
}

function stateOf(facts: AccountFacts, problems: readonly SevereProblem[]): AccountHealth['state'] {
  if (problems.some(({ severity }) => severity === 'blocked')) return 'BLOCKED';
  if (!facts.enabled) return 'OFF';
  return problems.length > 0 ? 'DEGRADED' : 'HEALTHY';
}

/** No process can take the account or store a reading then: everything else that is late is late for this. */
function readOnlyDatabase(facts: AccountFacts, now: number): readonly SevereProblem[] {
  if (!facts.isDatabaseReadOnly) return [];
  return [
    {
      code: 'DATABASE_READ_ONLY',
      severity: 'blocked',
      message: 'The database of the gateway is read-only, so that nothing can be synchronised',
      hint: 'Point DATABASE_URL at a server that takes writes: after a failover, at the new primary. Nothing is lost, and the gateway goes on by itself.',
      // The account is due every few seconds: by then, at the latest, it would have been worked on.
      since: facts.dueAt === 0 ? now : Math.min(facts.dueAt, now),
    },
  ];
}

const has = ({ problems }: AccountFacts, code: string): boolean => problems.some((one) => one.code === code);

function byPriority(one: SevereProblem, other: SevereProblem): number {
  if (one.severity !== other.severity) return one.severity === 'blocked' ? -1 : 1;
  return one.since - other.since || one.code.localeCompare(other.code);
}

/** Problems that say why a portal is not read. */
const EXPLAINS = {
  gps: [
    'GPS_UNREACHABLE',
    'GPS_CREDENTIALS_REFUSED',
    'GPS_FORBIDDEN',
    'GPS_RATE_LIMITED',
    'INTERNAL_GPS',
    'ROSTER_SHRUNK',
  ],
  driveri: [
    'DRIVERI_UNREACHABLE',
    'DRIVERI_CREDENTIALS_REFUSED',
    'DRIVERI_FORBIDDEN',
    'DRIVERI_RATE_LIMITED',
    'INTERNAL_DRIVERI',
  ],
} as const;

const TITLES = { gps: 'GPS', driveri: 'Driveri' } as const;

/** What a stored problem says already is not said twice, unless it has become worse than that problem says. */
function lateReading(
  portal: 'gps' | 'driveri',
  facts: AccountFacts,
  intervalMs: number,
  now: number,
): SevereProblem | null {
  const roster = facts[portal];
  const lateFrom = lateSince(roster, intervalMs, now);
  if (lateFrom === null) return null;
  const ageMs = now - (roster.observedAt ?? lateFrom);
  const severity = ageMs >= blockedAfter(intervalMs) ? 'blocked' : 'degraded';
  const known = facts.problems.filter(({ code }) => EXPLAINS[portal].some((one) => one === code));
  if (known.some((one) => one.severity === 'blocked' || severity === 'degraded')) return null;
  const read = roster.observedAt === null ? 'has not been read yet' : `was last read ${spell(ageMs)} ago`;
  return {
    code: `${portal === 'gps' ? 'GPS' : 'DRIVERI'}_READINGS_LATE`,
    severity,
    message: `${TITLES[portal]} ${read}, and is to be read every ${spell(intervalMs)}: ${whyLate(portal, facts, now)}`,
    hint: `What changes in ${TITLES[portal]} is not seen until it is read again. It is tried again by itself; if it stays, put right what the message says.`,
    since: lateFrom,
  };
}

/** Since when a roster is late; null when it is not. One that was never read is late when its readings go on failing. */
function lateSince(roster: RosterFacts, intervalMs: number, now: number): number | null {
  if (roster.observedAt === null) return roster.failures >= INTERVALS_MISSED ? now : null;
  const lateFrom = roster.observedAt + lateAfter(intervalMs);
  return now > lateFrom ? lateFrom : null;
}

const blockedAfter = (intervalMs: number): number =>
  Math.max(BLOCKED_AFTER_MS, 2 * INTERVALS_MISSED * intervalMs);

function whyLate(portal: 'gps' | 'driveri', facts: AccountFacts, now: number): string {
  const known = facts.problems.find(({ code }) => EXPLAINS[portal].some((one) => one === code));
  if (known !== undefined) return known.message;
  if (!facts.isOwned && facts.dueAt < now) return 'no worker process works on this account';
  const { lastFailure } = facts[portal];
  return lastFailure ?? 'the worker process is behind with its work';
}

function notWorkedOn(facts: AccountFacts, { gpsMs }: ReadingIntervals, now: number): SevereProblem | null {
  const lateFrom = facts.dueAt + lateAfter(gpsMs);
  // 0: due at once, since a moment that is not known; the age of the rosters speaks then.
  if (facts.isOwned || facts.dueAt === 0 || now <= lateFrom) return null;
  return {
    code: 'NOT_WORKED_ON',
    severity: now - facts.dueAt >= blockedAfter(gpsMs) ? 'blocked' : 'degraded',
    message: `No worker process works on this account. It has been due for ${spell(now - facts.dueAt)}.`,
    hint: 'Start a process with ROLE=worker that has this account in its accounts file. If one runs, its log says why it does not. Nothing is lost meanwhile.',
    since: lateFrom,
  };
}

function workersEnd(facts: AccountFacts, now: number): SevereProblem | null {
  if (facts.lostOwners < LOST_OWNERS) return null;
  return {
    code: 'WORKERS_END',
    severity: 'blocked',
    message: `${facts.lostOwners} worker processes in a row ended while they worked on this account`,
    hint: 'The account is taken later and later. Read the last log lines of the workers that ended: memory is the usual cause.',
    since: Math.min(facts.dueAt, now),
  };
}

function lateDrivers(facts: AccountFacts, { gpsMs }: ReadingIntervals, now: number): SevereProblem | null {
  const { oldestDueAt } = facts;
  if (oldestDueAt === null || now <= oldestDueAt + lateAfter(gpsMs)) return null;
  // Drivers wait for what blocks the account; that says why.
  if (facts.problems.some(({ severity }) => severity === 'blocked')) return null;
  const why = facts.isOwned
    ? 'the worker is busy with them: portals take only so many requests a second'
    : 'no worker process works on this account';
  return {
    code: 'DRIVERS_LATE',
    severity: 'degraded',
    message: `${facts.dueDrivers} driver(s) wait to be synchronised, the oldest for ${spell(now - oldestDueAt)}: ${why}`,
    hint: 'After a large import this is normal and gets less by itself. Otherwise look at the worker processes.',
    since: oldestDueAt + lateAfter(gpsMs),
  };
}

function lateRun(facts: AccountFacts, now: number): SevereProblem | null {
  const { nextRunAt, activeRunSince } = facts;
  if (nextRunAt === null || now <= nextRunAt + RUN_LATE_MS) return null;
  const why =
    activeRunSince === null
      ? 'no worker process has started it'
      : `another run has been under way for ${spell(now - activeRunSince)}`;
  return {
    code: 'DAILY_RUN_LATE',
    severity: 'degraded',
    message: `The daily run should have begun ${spell(now - nextRunAt)} ago: ${why}`,
    hint: 'It begins by itself as soon as it can. Drift in Driveri is overridden by then.',
    since: nextRunAt + RUN_LATE_MS,
  };
}

function failedRun({ lastRun }: AccountFacts): SevereProblem | null {
  if (lastRun?.hasFailed !== true) return null;
  return {
    code: 'RUN_FAILED',
    severity: 'degraded',
    message: `The last run failed: ${lastRun.reason ?? 'the reason is not known'}`,
    hint: 'Nothing was changed by it. Start another run, or wait for the daily run.',
    since: lastRun.endedAt,
  };
}

/** Why an account is DEGRADED although both portals are well: some of its drivers wait for a person. */
function attention({ enabled, troubled, troubledSince }: AccountFacts): readonly SevereProblem[] {
  if (!enabled || troubled === 0) return [];
  return [
    {
      code: 'DRIVERS_NEED_ATTENTION',
      severity: 'degraded',
      message: `${troubled} driver(s) have failed or are in conflict`,
      hint: 'Show failed and conflicting drivers: each says what would help.',
      since: troubledSince ?? 0,
    },
  ];
}

/** The gateway goes by the database's clock; that one of the two is wrong shows in logs and in every time that people read. */
function clocksApart({ clocksApart: apart }: AccountFacts): readonly SevereProblem[] {
  const [first] = apart.toSorted((one, other) => one.since - other.since);
  if (first === undefined) return [];
  const each = apart.map(
    ({ process, apartMs }) =>
      `that of ${process} is ${spell(Math.abs(apartMs))} ${apartMs > 0 ? 'ahead of' : 'behind'} it`,
  );
  return [
    {
      code: 'CLOCKS_APART',
      severity: 'degraded',
      message: `Machine clocks differ from the database's clock: ${each.join('; ')}`,
      hint: 'Synchronise the clocks of these machines and of the database server (NTP). The gateway goes by the database until then.',
      since: first.since,
    },
  ];
}

/** The relay works without the queue, every few seconds; what is lost is speed. */
function queueRefuses({ queueRefusesSince }: AccountFacts, now: number): readonly SevereProblem[] {
  if (queueRefusesSince === null) return [];
  return [
    {
      code: 'QUEUE_REFUSES',
      severity: 'degraded',
      message: `The queue has taken no jobs for ${spell(Math.max(0, now - queueRefusesSince))}. Changes arrive without it, a few seconds later.`,
      hint: 'Check the server behind REDIS_URL (without it, the database): reachable, writable, with memory left.',
      since: queueRefusesSince,
    },
  ];
}

function refusals({ refusedNotifications }: AccountFacts): readonly SevereProblem[] {
  const [first] = refusedNotifications.toSorted((one, other) => one.since - other.since);
  if (first === undefined) return [];
  const each = refusedNotifications.map(({ target, failure }) => `${target}: ${failure}`);
  return [
    {
      code: 'NOTIFICATION_REFUSED',
      severity: 'degraded',
      message: `Notifications are not taken by ${each.join('; ')}`,
      hint: 'Correct the target under notify in the accounts file, or what receives it. They are repeated until they are taken.',
      since: first.since,
    },
  ];
}

/** A length of time as people say it. */
function spell(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
