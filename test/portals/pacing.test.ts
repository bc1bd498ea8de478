import { PortalError } from '../../src/driver/ports/portal-error';
import type { AllowanceRules } from '../../src/driver/ports/portal-allowance';
import { createMemoryAllowance } from '../../src/portals/memory-allowance';
import { Pacing, type CallMetric, type PacingOptions } from '../../src/portals/pacing';
import { portalFailure, type PortalOperation } from '../../src/portals/portal-failure';
import { failureOf } from './support/failure-of';

const READ: PortalOperation = { portal: 'driveri', name: 'drivers.list', effect: 'read' };
const WRITE: PortalOperation = { portal: 'driveri', name: 'drivers.update', effect: 'write' };

beforeEach(() => jest.useFakeTimers({ now: 1_000_000 }));
afterEach(() => jest.useRealTimers());

interface GivenPacing extends Partial<Omit<PacingOptions, 'rules'>>, Partial<AllowanceRules> {}

function pacing(given: GivenPacing = {}): Pacing {
  const { requestsPerSecond = 5, requestsPerDay = null, breakerFailures = 3, breakerRestMs = 10_000 } = given;
  const now = given.now ?? Date.now;
  return new Pacing({
    allowance: createMemoryAllowance(now),
    rules: { requestsPerSecond, requestsPerDay, breakerFailures, breakerRestMs, probeMs: 20_000 },
    maxConcurrent: 100,
    pauseMs: 60_000,
    ...given,
    now,
  });
}

/** A call that ends when told. */
function held(): { send: () => Promise<void>; end: () => void } {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { send: () => ended, end };
}

const fails =
  (kind: 'unreachable' | 'timeout' | 'server' | 'rate-limited' | 'rejected', retryAfterMs?: number) => () =>
    Promise.reject(portalFailure(READ, kind, 'failed', { retryAfterMs }));

describe('rate', () => {
  test('a burst goes at once, the rest as the rate allows', async () => {
    const paced = pacing();
    const sentAt: number[] = [];
    const start = Date.now();
    const send = () => Promise.resolve(void sentAt.push(Date.now() - start));
    const calls = Array.from({ length: 8 }, () => paced.run(READ, {}, send));
    await jest.advanceTimersByTimeAsync(600);
    await Promise.all(calls);
    expect(sentAt).toEqual([0, 0, 0, 0, 0, 200, 400, 600]);
  });

  test('live goes ahead of bulk that waits already', async () => {
    const paced = pacing({ requestsPerSecond: 1 });
    const order: string[] = [];
    const send = (name: string) => () => Promise.resolve(void order.push(name));
    const calls = [
      paced.run(READ, {}, send('first')),
      paced.run(READ, { urgency: 'bulk' }, send('bulk 1')),
      paced.run(READ, { urgency: 'bulk' }, send('bulk 2')),
      paced.run(READ, { urgency: 'live' }, send('live')),
    ];
    await jest.advanceTimersByTimeAsync(3_000);
    await Promise.all(calls);
    expect(order).toEqual(['first', 'live', 'bulk 1', 'bulk 2']);
  });

  test('a place is kept for live calls while bulk ones are slow', async () => {
    const paced = pacing({ maxConcurrent: 4 });
    const slow = held();
    const bulk = Array.from({ length: 4 }, () => paced.run(READ, { urgency: 'bulk' }, slow.send));
    await expect(paced.run(READ, {}, () => Promise.resolve('live'))).resolves.toBe('live');
    slow.end();
    await Promise.all(bulk);
  });

  test('one account waits for nobody else', async () => {
    const [slow, other] = [pacing({ requestsPerSecond: 1 }), pacing({ requestsPerSecond: 1 })];
    await slow.run(READ, {}, () => Promise.resolve());
    const waiting = slow.run(READ, {}, () => Promise.resolve());
    await expect(other.run(READ, {}, () => Promise.resolve('sent'))).resolves.toBe('sent');
    await jest.advanceTimersByTimeAsync(1_000);
    await waiting;
  });
});

describe('sendBefore', () => {
  test('a call whose time has passed is not sent', async () => {
    const send = jest.fn(() => Promise.resolve());
    const failure = await failureOf(pacing().run(WRITE, { sendBefore: Date.now() - 1 }, send));
    expect(failure).toMatchObject({ kind: 'too-late', outcome: 'none' });
    expect(send).not.toHaveBeenCalled();
  });

  test('a call that waits longer than that fails when its time passes, not later', async () => {
    const paced = pacing({ requestsPerSecond: 0.1 });
    await paced.run(READ, {}, () => Promise.resolve());
    const send = jest.fn(() => Promise.resolve());
    const failure = failureOf(paced.run(WRITE, { sendBefore: Date.now() + 500 }, send));
    await jest.advanceTimersByTimeAsync(501);
    expect((await failure).kind).toBe('too-late');
    expect(send).not.toHaveBeenCalled();
  });

  test('it also passes for those who wait for a place', async () => {
    const paced = pacing({ maxConcurrent: 1 });
    const slow = held();
    const first = paced.run(READ, {}, slow.send);
    const failure = failureOf(paced.run(WRITE, { sendBefore: Date.now() + 500 }, () => Promise.resolve()));
    await jest.advanceTimersByTimeAsync(501);
    expect((await failure).kind).toBe('too-late');
    slow.end();
    await first;
  });

  test('and for those who wait for the call that tries an open breaker', async () => {
    const paced = pacing({ breakerFailures: 1, breakerRestMs: 1_000 });
    await failureOf(paced.run(READ, {}, fails('unreachable')));
    await jest.advanceTimersByTimeAsync(1_000);
    const probe = held();
    const trying = paced.run(READ, {}, probe.send);
    const send = jest.fn(() => Promise.resolve());
    const failure = failureOf(paced.run(WRITE, { sendBefore: Date.now() + 100 }, send));
    await jest.advanceTimersByTimeAsync(200);
    probe.end();
    await trying;
    expect((await failure).kind).toBe('too-late');
    expect(send).not.toHaveBeenCalled();
  });
});

describe('pause', () => {
  test('429 with Retry-After: nothing is sent until then', async () => {
    const paced = pacing();
    const limited = await failureOf(paced.run(READ, {}, fails('rate-limited', 30_000)));
    expect(limited).toMatchObject({ kind: 'rate-limited', retryAfterMs: 30_000 });
    expect((await paced.status()).pausedUntil).toBe(Date.now() + 30_000);
    await jest.advanceTimersByTimeAsync(10_000);
    const failure = await failureOf(paced.run(WRITE, {}, () => Promise.resolve()));
    expect(failure).toMatchObject({ kind: 'paused', outcome: 'none', retryAfterMs: 20_000 });
    await jest.advanceTimersByTimeAsync(20_000);
    await expect(paced.run(WRITE, {}, () => Promise.resolve('sent'))).resolves.toBe('sent');
    expect((await paced.status()).pausedUntil).toBeNull();
  });

  test('429 without it: as long as this portal is usually left alone', async () => {
    const paced = pacing({ pauseMs: 900_000 });
    const limited = await failureOf(paced.run(READ, {}, fails('rate-limited')));
    expect(limited.retryAfterMs).toBe(900_000);
    expect((await paced.status()).pausedUntil).toBe(Date.now() + 900_000);
  });

  test('a short pause is waited for', async () => {
    const paced = pacing();
    await failureOf(paced.run(READ, {}, fails('rate-limited', 1_000)));
    const call = paced.run(READ, {}, () => Promise.resolve(Date.now()));
    await jest.advanceTimersByTimeAsync(1_000);
    await expect(call).resolves.toBe(1_001_000);
  });

  test('a long pause turns away who waits', async () => {
    const paced = pacing({ requestsPerSecond: 1 });
    const first = failureOf(paced.run(READ, {}, fails('rate-limited', 60_000)));
    const waiting = failureOf(paced.run(READ, { urgency: 'bulk' }, () => Promise.resolve()));
    await first;
    await expect(waiting).resolves.toMatchObject({ kind: 'paused', outcome: 'none', retryAfterMs: 60_000 });
  });

  test('also who waits for the very place of the call that was limited', async () => {
    const paced = pacing({ maxConcurrent: 1 });
    const first = failureOf(paced.run(READ, {}, fails('rate-limited', 60_000)));
    const send = jest.fn(() => Promise.resolve());
    const waiting = failureOf(paced.run(READ, {}, send));
    await first;
    expect((await waiting).kind).toBe('paused');
    expect(send).not.toHaveBeenCalled();
  });

  test('a failing portal that says Retry-After is left alone too', async () => {
    const paced = pacing();
    await failureOf(paced.run(READ, {}, fails('server', 20_000)));
    expect((await paced.status()).pausedUntil).toBe(Date.now() + 20_000);
  });
});

describe('breaker', () => {
  test('after failures in a row nothing is sent; after a rest one call tries, the others wait for it', async () => {
    const paced = pacing();
    for (const kind of ['unreachable', 'timeout', 'server'] as const) {
      await failureOf(paced.run(READ, {}, fails(kind)));
    }
    expect((await paced.status()).breaker).toBe('open');
    const failure = await failureOf(paced.run(WRITE, {}, () => Promise.resolve()));
    expect(failure).toMatchObject({ kind: 'paused', outcome: 'none', retryAfterMs: 10_000 });

    await jest.advanceTimersByTimeAsync(10_000);
    expect((await paced.status()).breaker).toBe('half-open');
    const probe = held();
    const trying = paced.run(READ, {}, probe.send);
    const send = jest.fn(() => Promise.resolve('sent'));
    const waiting = paced.run(READ, {}, send);
    await jest.advanceTimersByTimeAsync(10);
    expect(send).not.toHaveBeenCalled();
    probe.end();
    await trying;
    await expect(waiting).resolves.toBe('sent');
    expect((await paced.status()).breaker).toBe('closed');
  });

  test('a call that tries in vain opens it again', async () => {
    const paced = pacing({ breakerFailures: 1 });
    await failureOf(paced.run(READ, {}, fails('server')));
    await jest.advanceTimersByTimeAsync(10_000);
    await failureOf(paced.run(READ, {}, fails('server')));
    expect((await paced.status()).breaker).toBe('open');
    expect((await failureOf(paced.run(READ, {}, () => Promise.resolve()))).retryAfterMs).toBe(10_000);
  });

  test('when it opens, those who wait are turned away', async () => {
    const paced = pacing({ requestsPerSecond: 1, breakerFailures: 1 });
    const first = failureOf(paced.run(READ, {}, fails('server')));
    const waiting = failureOf(paced.run(READ, {}, () => Promise.resolve()));
    await first;
    expect((await waiting).kind).toBe('paused');
  });

  test('refusals are answers: they open nothing', async () => {
    const paced = pacing({ breakerFailures: 1 });
    await failureOf(paced.run(READ, {}, fails('rejected')));
    expect((await paced.status()).breaker).toBe('closed');
  });

  test('its rest goes by the clock that was given', async () => {
    let now = 0;
    const paced = pacing({ breakerFailures: 1, now: () => now });
    await failureOf(paced.run(READ, {}, fails('server')));
    now = 9_999;
    expect((await failureOf(paced.run(READ, {}, () => Promise.resolve()))).retryAfterMs).toBe(1);
    now = 10_000;
    await expect(paced.run(READ, {}, () => Promise.resolve('sent'))).resolves.toBe('sent');
  });
});

describe('budget', () => {
  test("when the day's calls are spent nothing is sent, and it says for how long", async () => {
    const paced = pacing({ requestsPerDay: 2 });
    await paced.run(READ, {}, () => Promise.resolve());
    await paced.run(READ, {}, () => Promise.resolve());
    expect((await paced.status()).budgetLeft).toBe(0);
    const failure = await failureOf(paced.run(READ, {}, () => Promise.resolve()));
    expect(failure).toMatchObject({ kind: 'paused', outcome: 'none' });
    await jest.advanceTimersByTimeAsync(failure.retryAfterMs ?? 0);
    await expect(paced.run(READ, {}, () => Promise.resolve('sent'))).resolves.toBe('sent');
  });
});

test('closed: who waits is turned away, who comes too, who is under way goes on', async () => {
  const paced = pacing({ requestsPerSecond: 1 });
  const slow = held();
  const underWay = paced.run(READ, {}, slow.send);
  const waiting = failureOf(paced.run(READ, {}, () => Promise.resolve()));
  await jest.advanceTimersByTimeAsync(1);
  paced.close();
  expect((await waiting).kind).toBe('paused');
  expect((await failureOf(paced.run(READ, {}, () => Promise.resolve()))).kind).toBe('paused');
  slow.end();
  await underWay;
  expect(jest.getTimerCount()).toBe(0);
});

test('every call is measured, sent or not', async () => {
  const metrics: CallMetric[] = [];
  const paced = pacing({ onCall: (metric) => metrics.push(metric) });
  const slow = held();
  const call = paced.run(READ, {}, slow.send);
  await jest.advanceTimersByTimeAsync(70);
  slow.end();
  await call;
  await failureOf(paced.run(WRITE, { sendBefore: 0 }, () => Promise.resolve()));
  expect(metrics).toEqual([
    {
      portal: 'driveri',
      operation: 'drivers.list',
      result: 'ok',
      failure: undefined,
      sent: true,
      queuedMs: 0,
      durationMs: 70,
    },
    {
      portal: 'driveri',
      operation: 'drivers.update',
      result: 'too-late',
      failure: expect.any(PortalError) as unknown,
      sent: false,
      queuedMs: 0,
      durationMs: 0,
    },
  ]);
});

describe('reservations', () => {
  /** A pacing, and what it asked of its allowance. */
  function watched(given: GivenPacing = {}) {
    const allowance = createMemoryAllowance(Date.now);
    const reserve = jest.spyOn(allowance, 'reserve');
    return { paced: pacing({ allowance, ...given }), reserve };
  }

  test('a bulk of hundreds of calls a second takes one statement for a slice, not for each call', async () => {
    const { paced, reserve } = watched({ requestsPerSecond: 400, maxConcurrent: 8 });
    let left = 800;
    const worker = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await paced.run(READ, { urgency: 'bulk' }, () => new Promise((resolve) => setTimeout(resolve, 10)));
      }
    };
    const all = Promise.all(Array.from({ length: 8 }, worker));
    await jest.advanceTimersByTimeAsync(10_000);
    await all;
    expect(reserve.mock.calls.length).toBeLessThan(40);
  });

  test('what a slice leaves unused is given back: two calls now and then cost two of the day', async () => {
    const { paced } = watched({ requestsPerSecond: 400, requestsPerDay: 1_000 });
    for (let poll = 0; poll < 20; poll += 1) {
      const send = () => Promise.resolve();
      await Promise.all([
        paced.run(READ, { urgency: 'bulk' }, send),
        paced.run(READ, { urgency: 'bulk' }, send),
      ]);
      await jest.advanceTimersByTimeAsync(5_000);
    }
    expect((await paced.status()).budgetLeft).toBeGreaterThanOrEqual(1_000 - 40 - 4);
  });

  test('a live call takes what a bulk has reserved and not sent', async () => {
    const { paced, reserve } = watched({ requestsPerSecond: 40 });
    const send = () => Promise.resolve();
    await paced.run(READ, { urgency: 'bulk' }, send);
    await paced.run(READ, { urgency: 'bulk' }, send); // the second slice is two calls: one is left
    const asked = reserve.mock.calls.length;
    await paced.run(READ, {}, send);
    expect(reserve.mock.calls.length).toBe(asked);
  });

  test("without the account's limits nothing is sent, and the cause is kept", async () => {
    const { paced, reserve } = watched();
    const cause = new Error('the database is gone');
    reserve.mockRejectedValueOnce(cause);
    const send = jest.fn(() => Promise.resolve('sent'));
    expect(await failureOf(paced.run(WRITE, {}, send))).toMatchObject({
      kind: 'paused',
      outcome: 'none',
      cause,
    });
    expect(send).not.toHaveBeenCalled();
    await expect(paced.run(WRITE, {}, send)).resolves.toBe('sent');
  });

  test("bulk stops at 90 % of the day's calls, people go on", async () => {
    const paced = pacing({ requestsPerDay: 10, requestsPerSecond: 100 });
    for (let call = 0; call < 9; call += 1) await paced.run(READ, {}, () => Promise.resolve());
    const bulk = failureOf(paced.run(READ, { urgency: 'bulk' }, () => Promise.resolve()));
    expect(await bulk).toMatchObject({ kind: 'paused', outcome: 'none' });
    await expect(paced.run(READ, {}, () => Promise.resolve('sent'))).resolves.toBe('sent');
  });
});
