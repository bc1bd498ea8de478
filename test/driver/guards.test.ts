import { MISSING_TWICE_APART_MS } from '../../src/driver/absence-proof';
import {
  decideIdentityChanges,
  decideInferredRemovals,
  DEFAULT_LIMITS,
  judgeAbsence,
  judgeDriverIdField,
  judgeDriveriRoster,
  judgeMassChange,
  judgeRoster,
  type GuardLimits,
} from '../../src/driver/guard/guards';

const limits = DEFAULT_LIMITS;

describe('decideInferredRemovals', () => {
  it.each([
    { reason: 'three at most in a small fleet', linked: 10, day: 3, missing: 3, decision: 'allow' },
    { reason: 'the fourth in 24 hours', linked: 10, day: 4, missing: 0, decision: 'hold' },
    { reason: 'a fourth missing at this moment', linked: 10, day: 0, missing: 4, decision: 'hold' },
    { reason: '5 % of a larger fleet', linked: 200, day: 10, missing: 10, decision: 'allow' },
    { reason: 'one above 5 %', linked: 200, day: 11, missing: 0, decision: 'hold' },
    { reason: 'one missing above 5 %', linked: 200, day: 10, missing: 11, decision: 'hold' },
    { reason: 'a fraction is not rounded up', linked: 99, day: 5, missing: 0, decision: 'hold' },
    { reason: 'a fraction is not rounded down', linked: 99, day: 4, missing: 4, decision: 'allow' },
    { reason: 'where both caps meet', linked: 60, day: 3, missing: 3, decision: 'allow' },
    { reason: 'nobody linked, nobody gone', linked: 0, day: 0, missing: 0, decision: 'allow' },
  ])('$reason: $decision', ({ linked, day, missing, decision }) => {
    const verdict = decideInferredRemovals({
      limits,
      seesAllDrivers: true,
      linkedDrivers: linked,
      inferredLast24h: day,
      missingNow: missing,
    });
    expect(verdict.decision).toBe(decision);
  });

  it('holds a single one while the GPS user does not see all drivers', () => {
    const given = { limits, linkedDrivers: 1_000, inferredLast24h: 1, missingNow: 1 };
    expect(decideInferredRemovals({ ...given, seesAllDrivers: true }).decision).toBe('allow');
    expect(decideInferredRemovals({ ...given, seesAllDrivers: false }).decision).toBe('hold');
  });

  it('takes its limits from the account, and says them', () => {
    const own: GuardLimits = { ...limits, maxInferredRemovals: 0, maxInferredRemovalsPercent: 50 };
    const given = { limits: own, seesAllDrivers: true, linkedDrivers: 4, missingNow: 0 };
    expect(decideInferredRemovals({ ...given, inferredLast24h: 2 }).decision).toBe('allow');
    expect(decideInferredRemovals({ ...given, inferredLast24h: 3 })).toEqual({
      decision: 'hold',
      reason: '3 drivers have disappeared from GPS within 24 hours, more than the limit of 0, or 50 % of 4.',
    });
    expect(decideInferredRemovals({ ...given, inferredLast24h: 2, missingNow: 3 }).reason).toBe(
      '3 drivers are missing from GPS at this moment, more than the limit of 0, or 50 % of 4.',
    );
    expect(decideInferredRemovals({ ...given, inferredLast24h: 1, missingNow: 2 }).reason).toBe(
      '1 removals in 24 hours and 2 missing now are within the limit of 0, or 50 % of 4.',
    );
  });
});

describe('decideIdentityChanges', () => {
  it.each([
    { linked: 20, pending: 10, decision: 'allow' },
    { linked: 20, pending: 11, decision: 'hold' },
    { linked: 100, pending: 10, decision: 'allow' },
    { linked: 110, pending: 11, decision: 'allow' },
    { linked: 109, pending: 11, decision: 'hold' },
    { linked: 110, pending: 12, decision: 'hold' },
  ])('$pending of $linked: $decision', ({ linked, pending, decision }) => {
    const verdict = decideIdentityChanges({ limits, linkedDrivers: linked, pendingIdentityChanges: pending });
    expect(verdict.decision).toBe(decision);
    expect(verdict.reason).toContain(`the limit of 10, or 10 % of ${linked}`);
    expect(verdict.reason).toContain(`${pending} `);
  });
});

describe('judgeRoster', () => {
  const given = { limits, count: 80, visibleGroups: 4, lastCompleteCount: 100, lastVisibleGroups: 4 };

  it.each([
    { reason: 'just 80 % of the last one', patch: {}, verdict: 'complete' },
    { reason: 'under 80 %', patch: { count: 79 }, verdict: 'ROSTER_SHRUNK' },
    {
      reason: 'a fraction under 80 %',
      patch: { count: 80, lastCompleteCount: 101 },
      verdict: 'ROSTER_SHRUNK',
    },
    { reason: 'grown', patch: { count: 300, visibleGroups: 9 }, verdict: 'complete' },
    { reason: 'empty', patch: { count: 0 }, verdict: 'ROSTER_EMPTY' },
    {
      reason: 'empty, and never before',
      patch: { count: 0, lastCompleteCount: null },
      verdict: 'ROSTER_EMPTY',
    },
    { reason: 'a group fewer', patch: { visibleGroups: 3, count: 100 }, verdict: 'GROUPS_SHRUNK' },
    {
      reason: 'the first one',
      patch: { count: 1, lastCompleteCount: null, lastVisibleGroups: null },
      verdict: 'complete',
    },
    {
      reason: 'groups compared, count accepted',
      patch: { count: 1, lastCompleteCount: null },
      verdict: 'complete',
    },
    {
      reason: 'count compared, groups unknown',
      patch: { count: 1, visibleGroups: 0, lastVisibleGroups: null },
      verdict: 'ROSTER_SHRUNK',
    },
  ])('$reason: $verdict', ({ patch, verdict }) => {
    const judged = judgeRoster({ ...given, ...patch });
    expect(judged.complete ? 'complete' : judged.code).toBe(verdict);
  });

  it('says what it compares', () => {
    const reasonOf = (patch: object): string => {
      const judged = judgeRoster({ ...given, ...patch });
      return judged.complete ? '' : judged.reason;
    };
    expect(reasonOf({ count: 79 })).toBe(
      'GPS listed only 79 drivers, 100 in the last complete listing: under 80 %.',
    );
    expect(reasonOf({ visibleGroups: 3 })).toBe(
      'The GPS user sees only 3 driver groups, 4 before: the listing may be a subset.',
    );
    expect(reasonOf({ count: 0 })).toBe('GPS listed no driver at all.');
  });

  it('keeps what the roster was judged by', () => {
    expect(judgeRoster(given)).toEqual({ complete: true, count: 80, visibleGroups: 4 });
  });
});

describe('judgeDriveriRoster', () => {
  it.each([
    { reason: 'the first one', count: 0, last: null, complete: true },
    { reason: 'grown', count: 12, last: 10, complete: true },
    { reason: 'three fewer in a small fleet', count: 2, last: 5, complete: true },
    { reason: 'four fewer, and under 80 %', count: 7, last: 11, complete: false },
    { reason: 'just 80 %', count: 80, last: 100, complete: true },
    { reason: 'under 80 %', count: 79, last: 100, complete: false },
    { reason: 'empty', count: 0, last: 5, complete: false },
  ])('$reason', ({ count, last, complete }) => {
    const verdict = judgeDriveriRoster({ limits, count, knownBefore: last });
    expect(verdict.complete).toBe(complete);
    if (!verdict.complete) expect(verdict.reason).toContain(`only ${count} drivers, where ${last} were`);
  });
});

describe('judgeDriverIdField', () => {
  it.each([
    { reason: 'no row carries it', answered: false, had: 0, lost: 0, readable: false },
    { reason: 'three may lose it', answered: true, had: 10, lost: 3, readable: true },
    { reason: 'four may not', answered: true, had: 10, lost: 4, readable: false },
    { reason: '5 % of many', answered: true, had: 100, lost: 5, readable: true },
    { reason: 'above 5 %', answered: true, had: 100, lost: 6, readable: false },
    { reason: 'nobody ever had one', answered: true, had: 0, lost: 0, readable: true },
  ])('$reason', ({ answered, had, lost, readable }) => {
    const verdict = judgeDriverIdField({ limits, answered, hadBefore: had, lostNow: lost });
    expect(verdict.readable).toBe(readable);
    if (!verdict.readable)
      expect(verdict.reason).toMatch(answered ? `${lost} of ${had} drivers` : /did not answer/);
  });

  it('has limits of its own, by default when the account has none', () => {
    const { maxDriverIdsLost: _, maxDriverIdsLostPercent: __, ...without } = limits;
    const given = { answered: true, hadBefore: 10 };
    expect(judgeDriverIdField({ ...given, limits: without, lostNow: 3 }).readable).toBe(true);
    expect(judgeDriverIdField({ ...given, limits: without, lostNow: 4 }).readable).toBe(false);
    expect(
      judgeDriverIdField({ ...given, limits: { ...without, maxDriverIdsLost: 4 }, lostNow: 4 }).readable,
    ).toBe(true);
  });
});

describe('judgeMassChange', () => {
  it.each([
    { reason: 'a quarter', changed: 25, linked: 100, verdict: 'ok' },
    { reason: 'more than a quarter', changed: 26, linked: 100, verdict: 'warn' },
    { reason: 'sixty per cent', changed: 60, linked: 100, verdict: 'warn' },
    { reason: 'more than sixty per cent', changed: 61, linked: 100, verdict: 'hold' },
    { reason: 'ten of ten are no mass', changed: 10, linked: 10, verdict: 'ok' },
    { reason: 'eleven of eleven are', changed: 11, linked: 11, verdict: 'hold' },
    { reason: 'nothing is linked yet', changed: 500, linked: 0, verdict: 'ok' },
  ])('$reason: $verdict', ({ changed, linked, verdict }) => {
    expect(judgeMassChange({ limits, changed, linked })).toBe(verdict);
  });

  it('takes its limits from the account', () => {
    const own = { ...limits, warnChangedPercent: 1, holdChangedPercent: 2, maxUnremarkableChanges: 0 };
    expect([1, 2, 3].map((changed) => judgeMassChange({ limits: own, changed, linked: 100 }))).toEqual([
      'ok',
      'warn',
      'hold',
    ]);
  });
});

describe('judgeAbsence', () => {
  it('takes two complete rosters ten minutes apart', () => {
    const at = 1_000;
    expect(judgeAbsence({ missingSince: at, seenMissingAt: at + MISSING_TWICE_APART_MS - 1 })).toBeNull();
    expect(judgeAbsence({ missingSince: at, seenMissingAt: at + MISSING_TWICE_APART_MS })).toEqual({
      kind: 'MissingTwice',
      first: at,
      second: at + 600_000,
    });
  });
});
