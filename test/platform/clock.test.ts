import { createManualClock } from '../../src/platform/clock';

test('a manual clock moves only when told to', () => {
  const clock = createManualClock(1_000);
  clock.advance(500);
  expect(clock.now()).toBe(1_500);
  clock.set(10);
  expect(clock.now()).toBe(10);
  expect(() => clock.advance(-1)).toThrow(RangeError);
});
