import {
  COUNTED_HOURS,
  HOUR_MS,
  aheadMs,
  burstOf,
  dayLimit,
  intervalMs,
  notGranted,
  startsOf,
  type Gates,
} from '../driver/portal-limits';
import {
  LONGEST_PAUSE_MS,
  type AllowanceRequest,
  type AllowanceRules,
  type CallResult,
  type PortalAllowance,
  type Reservation,
} from '../driver/ports/portal-allowance';

interface Row {
  nextFreeAt: number;
  pauseUntil: number;
  failures: number;
  openUntil: number;
  probeUntil: number;
  hour: number;
  /** Calls by hour, the newest first. */
  calls: readonly number[];
}

/** An allowance in this process's memory: for connectors used alone, and for tests. `now`: epoch ms. */
export function createMemoryAllowance(now: () => number): PortalAllowance {
  const row = emptyRow();
  return {
    reserve(request, rules) {
      believe(row, rules, now());
      giveBack(row, request);
      return Promise.resolve(reserve(row, request, rules, now()));
    },
    pause(ms) {
      const bound = now() + LONGEST_PAUSE_MS;
      row.pauseUntil = Math.min(bound, Math.max(row.pauseUntil, now() + ms));
      return Promise.resolve();
    },
    note(result, probe, rules) {
      believe(row, rules, now());
      note(row, result, probe, rules, now());
      return Promise.resolve({ opened: row.openUntil > now() });
    },
    status(rules) {
      believe(row, rules, now());
      const { pausedMs, isTrying, openMs, calls } = gatesOf(row, rules, now());
      const { requestsPerDay } = rules;
      return Promise.resolve({
        pausedMs: Math.max(0, pausedMs),
        breaker: !isTrying ? 'closed' : openMs > 0 ? 'open' : 'half-open',
        budgetLeft: requestsPerDay === null ? null : Math.max(0, requestsPerDay - sum(calls)),
      });
    },
  };
}

function emptyRow(): Row {
  const calls = new Array<number>(COUNTED_HOURS).fill(0);
  return { nextFreeAt: 0, pauseUntil: 0, failures: 0, openUntil: 0, probeUntil: 0, hour: 0, calls };
}

/** Cuts stored times to what could have been set, and moves the hours on. */
function believe(row: Row, rules: AllowanceRules, now: number): void {
  row.pauseUntil = Math.min(row.pauseUntil, now + LONGEST_PAUSE_MS);
  row.openUntil = Math.min(row.openUntil, now + rules.breakerRestMs);
  row.probeUntil = Math.min(row.probeUntil, now + rules.probeMs);
  row.nextFreeAt = Math.min(row.nextFreeAt, now + 2 * aheadMs(rules));
  const hour = Math.floor(now / HOUR_MS);
  // A clock that was set back: calls stay in their later hour, which counts too much, unless it is out of all reason.
  const kept = row.hour > hour && row.hour <= hour + COUNTED_HOURS ? row.hour : hour;
  const moved = Math.min(Math.max(0, kept - row.hour), COUNTED_HOURS);
  row.calls = [...new Array<number>(moved).fill(0), ...row.calls].slice(0, COUNTED_HOURS);
  row.hour = kept;
}

function giveBack(row: Row, { unused }: AllowanceRequest): void {
  if (unused === undefined || unused.hour !== row.hour) return;
  count(row, -Math.min(unused.count, row.calls[0] ?? 0));
}

function gatesOf(row: Row, rules: AllowanceRules, now: number): Gates {
  const lag = (burstOf(rules) - 1) * intervalMs(rules);
  return {
    pausedMs: row.pauseUntil - now,
    isTrying: row.failures >= rules.breakerFailures,
    openMs: row.openUntil - now,
    probeMs: row.probeUntil - now,
    startMs: Math.max(row.nextFreeAt, now - lag) - now,
    calls: row.calls,
    hourEndsMs: (row.hour + 1) * HOUR_MS - now,
  };
}

function reserve(
  row: Row,
  { count: asked, urgency }: AllowanceRequest,
  rules: AllowanceRules,
  now: number,
): Reservation {
  const gates = gatesOf(row, rules, now);
  const refused = notGranted(gates, urgency, rules);
  if (refused !== null) return refused;
  const left = (dayLimit(urgency, rules) ?? Infinity) - sum(row.calls);
  const granted = gates.isTrying ? 1 : Math.min(asked, burstOf(rules), left);
  row.nextFreeAt = now + gates.startMs + granted * intervalMs(rules);
  if (gates.isTrying) row.probeUntil = now + rules.probeMs;
  count(row, granted);
  return {
    outcome: 'granted',
    waitMs: startsOf(gates.startMs, granted, rules),
    hour: row.hour,
    probe: gates.isTrying,
    failures: row.failures,
  };
}

function note(row: Row, result: CallResult, probe: boolean, rules: AllowanceRules, now: number): void {
  // A call that was sent before the breaker opened changes nothing about it.
  if (row.failures >= rules.breakerFailures && !probe) return;
  if (probe) row.probeUntil = 0;
  if (result === 'answered') row.failures = 0;
  if (result !== 'failed') return;
  row.failures += 1;
  if (row.failures >= rules.breakerFailures) row.openUntil = now + rules.breakerRestMs;
}

function count(row: Row, calls: number): void {
  const [newest = 0, ...older] = row.calls;
  row.calls = [newest + calls, ...older];
}

function sum(calls: readonly number[]): number {
  return calls.reduce((total, one) => total + one, 0);
}
