import { createManualClock } from '../../src/platform/clock';
import { createFairPriorities } from '../../src/queue/fair-priority';

const SECOND = 1_000;

function numbers(priority: (account: string) => number, account: string, count: number): number[] {
  return Array.from({ length: count }, () => priority(account));
}

test('accounts take turns, however many jobs each has', () => {
  const clock = createManualClock(99 * SECOND);
  const priority = createFairPriorities(clock);
  expect(numbers(priority, 'big', 3)).toEqual([100, 101, 102]);
  numbers(priority, 'big', 4_997);
  clock.advance(3 * SECOND);
  expect(numbers(priority, 'small', 2)).toEqual([103, 104]);
});

test('an account’s later jobs come after its own earlier ones', () => {
  const clock = createManualClock(99 * SECOND);
  const priority = createFairPriorities(clock);
  numbers(priority, 'big', 5_000);
  clock.advance(60 * SECOND);
  expect(priority('big')).toBe(5_100);
});

test('numbers grow with the time, so that a stream of new jobs starves no old one', () => {
  const clock = createManualClock(0);
  const priority = createFairPriorities(clock);
  const old = priority('a');
  clock.advance(60 * SECOND);
  expect(priority('b')).toBeGreaterThan(old);
  expect(priority('a')).toBe(priority('c'));
});

test('numbers stay within BullMQ’s, also when the time wraps', () => {
  const clock = createManualClock((2 ** 20 - 2) * SECOND);
  const priority = createFairPriorities(clock);
  const before = numbers(priority, 'a', 10);
  clock.advance(5 * SECOND);
  const after = numbers(priority, 'a', 10);
  expect(Math.max(...before)).toBeLessThan(2 ** 21);
  expect(after[0]).toBe(4);
});

test('an account with a million jobs does not run out of numbers', () => {
  const clock = createManualClock((2 ** 20 - 2) * SECOND);
  const priority = createFairPriorities(clock);
  let highest = 0;
  for (let job = 0; job < 1_100_000; job += 1) highest = Math.max(highest, priority('a'));
  expect(highest).toBeLessThan(2 ** 21);
});
