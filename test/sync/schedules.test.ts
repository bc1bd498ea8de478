import { dailyJitterMs, nextDailyRun } from '../../src/sync/run/daily-schedule';
import { backoffMs } from '../../src/sync/reconcile/retry';
import { gpsPollInterval } from '../../src/sync/observe/poll-interval';
import { checkConnection } from '../../src/sync/account/check-connection';
import { givenSync } from '../support/given-sync';

const at = (iso: string): number => Date.parse(iso);
const MINUTE = 60_000;

describe('when the daily run starts', () => {
  it.each([
    ['later the same night', '2026-11-24T07:00:00Z', 'America/Chicago', '03:00', '2026-11-24T09:00:00Z'],
    ['the next night', '2026-11-24T09:00:00Z', 'America/Chicago', '03:00', '2026-11-25T09:00:00Z'],
    ['in summer time', '2026-07-01T12:00:00Z', 'America/Chicago', '03:00', '2026-07-02T08:00:00Z'],
    ['after clocks go back', '2026-11-01T05:00:00Z', 'America/Chicago', '03:00', '2026-11-01T09:00:00Z'],
    [
      'when the local time is skipped',
      '2026-03-08T05:00:00Z',
      'America/Chicago',
      '02:30',
      '2026-03-08T08:30:00Z',
    ],
    ['when midnight is skipped', '2026-09-06T00:00:00Z', 'America/Santiago', '00:00', '2026-09-06T04:00:00Z'],
    [
      'when the local time comes twice',
      '2026-11-01T05:00:00Z',
      'America/Chicago',
      '01:30',
      '2026-11-01T06:30:00Z',
    ],
    [
      'on the other side of the date line',
      '2026-11-24T12:00:00Z',
      'Pacific/Auckland',
      '03:00',
      '2026-11-24T14:00:00Z',
    ],
  ])('is %s', (_when, after, zone, time, expected) => {
    expect(new Date(nextDailyRun(at(after), zone, time, 0)).toISOString()).toBe(
      new Date(expected).toISOString(),
    );
  });

  it('is never now or in the past, whatever the jitter', () => {
    for (let minute = 0; minute < 2 * 24 * 60; minute += 7) {
      const after = at('2026-03-07T00:00:00Z') + minute * MINUTE;
      const next = nextDailyRun(after, 'America/Chicago', '03:00', 9 * MINUTE);
      expect(next).toBeGreaterThan(after);
      expect(next - after).toBeLessThanOrEqual(25 * 60 * MINUTE);
    }
  });

  it('differs between accounts by less than ten minutes, and is the same every night', () => {
    const jitters = ['acme', 'globex', 'initech'].map(dailyJitterMs);
    expect(new Set(jitters).size).toBe(3);
    for (const jitter of jitters) expect(jitter).toBeLessThan(10 * MINUTE);
    expect(dailyJitterMs('acme')).toBe(dailyJitterMs('acme'));
  });
});

describe('how often', () => {
  it.each([
    [20_000, 30_000, 'the default budget allows the default interval'],
    [2_880, 120_000, 'a small budget stretches it, so that half of it is left'],
    [undefined, 30_000, 'without a budget it is as configured'],
  ])('GPS is polled with %s requests a day: every %s ms (%s)', (budget, expected, _why) => {
    const account = budget === undefined ? {} : { gpsRequestsPerDay: budget };
    expect(gpsPollInterval(30_000, account)).toBe(expected);
  });

  it('a shorter interval counts from the next start, not from the reading that was planned with the longer one', async () => {
    const given = await givenSync({ settings: { gpsPollMs: 60 * MINUTE, driveriPollMs: 50 * MINUTE } });
    await given.turnOn();
    const context = {
      ...given.context,
      settings: { ...given.context.settings, gpsPollMs: MINUTE, driveriPollMs: 2 * MINUTE },
    };
    const nextReadings = () =>
      given.context.store.read(given.account.id, async (tx) => [
        (await tx.rosters.state('gps')).nextReadAt - given.clock.now(),
        (await tx.rosters.state('driveri')).nextReadAt - given.clock.now(),
      ]);
    await checkConnection(context, given.account);
    expect(await nextReadings()).toEqual([MINUTE, 2 * MINUTE]);
    given.clock.advance(MINUTE);
    const due = await given.context.store.ownership.due([given.account.id], given.clock.now(), 1);
    expect(due).toHaveLength(1);
    await given.close();
  });

  it('a failed driver is tried again: later each time, at most every hour, with jitter', () => {
    const without = [0, 1, 2, 3, 4, 5, 6, 60].map((attempts) => backoffMs(attempts, () => 0));
    expect(without).toEqual([1_000, 4_000, 15_000, 60_000, 300_000, 900_000, 3_600_000, 3_600_000]);
    expect(backoffMs(0, () => 1)).toBe(1_200);
  });
});
