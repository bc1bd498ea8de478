import fc from 'fast-check';
import { DailyBudget } from '../../src/portals/daily-budget';
import { TokenBucket } from '../../src/portals/token-bucket';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

test('what was spent comes back a day later, not at midnight', () => {
  const budget = new DailyBudget(3);
  budget.spend(0);
  budget.spend(10 * HOUR_MS);
  budget.spend(10 * HOUR_MS);
  expect(budget.left(20 * HOUR_MS)).toBe(0);
  expect(budget.waitMs(20 * HOUR_MS)).toBe(4 * HOUR_MS + 60_000);
  expect(budget.left(DAY_MS + 60_000)).toBe(1);
  expect(budget.waitMs(DAY_MS + 60_000)).toBe(0);
  expect(budget.left(40 * HOUR_MS)).toBe(3);
});

test('without a limit there is no wait', () => {
  const budget = new DailyBudget(null);
  budget.spend(0);
  expect([budget.left(0), budget.waitMs(0)]).toEqual([null, 0]);
});

test('no 24 hours ever see more calls than the budget', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.integer({ min: 0, max: 8 * HOUR_MS }), { maxLength: 60 }),
      (limit, gaps) => {
        const budget = new DailyBudget(limit);
        const sent: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          if (budget.waitMs(now) > 0) continue;
          budget.spend(now);
          sent.push(now);
        }
        return sent.every((at) => sent.filter((one) => one > at - DAY_MS && one <= at).length <= limit);
      },
    ),
  );
});

test('waiting as told is enough', () => {
  const budget = new DailyBudget(1);
  budget.spend(12_345);
  expect(budget.waitMs(12_345 + budget.waitMs(12_345))).toBe(0);
});

test('a bucket lets a burst through, then the rate', () => {
  const bucket = new TokenBucket(5, 2, 1_000);
  bucket.take(1_000);
  bucket.take(1_000);
  expect(bucket.waitMs(1_000)).toBe(200);
  expect(bucket.waitMs(1_200)).toBe(0);
});

test('a clock that is set back takes nothing away', () => {
  const bucket = new TokenBucket(5, 2, 1_000_000);
  bucket.take(1_000_000);
  bucket.take(1_000_000);
  bucket.waitMs(0);
  expect(bucket.waitMs(200)).toBe(0);
});
