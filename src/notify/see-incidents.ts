import type { AccountFacts } from '../gateway/account-facts';
import type { AccountHealth } from '../gateway/account-health';
import { GUARDS, HELD_WORDS } from '../gateway/held-changes';
import type { Sighting } from './incident';

/**
 * The trouble that an account has at this moment, of the kinds that notifications are about. `thresholds`: the numbers of failed
 * drivers above which somebody wants to be told. Personal data is never part of it: it leaves the gateway.
 */
export function seeIncidents(
  facts: AccountFacts,
  health: AccountHealth,
  thresholds: readonly number[],
): readonly Sighting[] {
  return [...held(facts), ...blocked(health), ...runFailed(facts), ...failures(facts, thresholds)];
}

function held({ held: items, enabled }: AccountFacts): readonly Sighting[] {
  if (!enabled) return [];
  return GUARDS.flatMap((guard) => {
    const count = items[guard] ?? 0;
    if (count === 0) return [];
    return [
      {
        kind: 'held',
        key: guard,
        code: 'HELD',
        summary: `${count} ${HELD_WORDS[guard]} wait for approval`,
        hint: 'Look at the run that waits, and approve or reject what it holds. Everything else goes on meanwhile.',
      },
    ];
  });
}

function blocked({ problems }: AccountHealth): readonly Sighting[] {
  return problems
    .filter(({ severity }) => severity === 'blocked')
    .map(({ code, message, hint }) => ({
      kind: 'blocked',
      key: code,
      code,
      summary: `Nothing can be synchronised: ${message}`,
      hint,
    }));
}

function runFailed({ enabled, lastRun }: AccountFacts): readonly Sighting[] {
  if (!enabled || lastRun?.hasFailed !== true) return [];
  return [
    {
      kind: 'run-failed',
      key: 'run',
      code: 'RUN_FAILED',
      summary: `The last run (${lastRun.kind.toLowerCase()}) failed: ${lastRun.reason ?? 'the reason is not known'}`,
      hint: 'Nothing was changed by it. The next run compares everything again; or start one now.',
    },
  ];
}

function failures({ enabled, troubled }: AccountFacts, thresholds: readonly number[]): readonly Sighting[] {
  if (!enabled) return [];
  return [...new Set(thresholds)]
    .filter((threshold) => troubled > threshold)
    .map((threshold) => ({
      kind: 'failures',
      key: String(threshold),
      code: 'DRIVERS_NEED_ATTENTION',
      summary: `${troubled} driver(s) have failed or are in conflict`,
      hint: 'Show failed and conflicting drivers: each says what would help.',
    }));
}
