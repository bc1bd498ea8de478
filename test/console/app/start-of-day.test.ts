import { startOfDay } from '../../../src/console/app/words/start-of-day';

describe('the start of a day', () => {
  it.each([
    ['2026-11-23', 'America/Chicago', '2026-11-23T06:00:00.000Z', 'standard time'],
    ['2026-07-04', 'America/Chicago', '2026-07-04T05:00:00.000Z', 'summer time'],
    ['2026-11-01', 'America/Chicago', '2026-11-01T05:00:00.000Z', 'the clocks go back later that day'],
    ['2026-03-08', 'America/Chicago', '2026-03-08T06:00:00.000Z', 'the clocks go forward later that day'],
    ['2026-01-01', 'Pacific/Kiritimati', '2025-12-31T10:00:00.000Z', '14 hours ahead'],
    ['2026-01-01', 'UTC', '2026-01-01T00:00:00.000Z', 'no offset'],
    ['2026-03-29', 'Asia/Beirut', '2026-03-28T22:00:00.000Z', 'the clocks skip midnight'],
  ])('%s in %s is %s: %s', (day, zone, expected) => {
    expect(startOfDay(day, zone)).toBe(expected);
  });
});
