import { createPace, type Pace } from '../../src/graphql/admit/pace';

/** Executions of one user that end when they are told to. */
function startJobs(pace: Pace, user: string, count: number, points: number) {
  const running = new Set<() => void>();
  let most = 0;
  const done = Promise.all(
    Array.from({ length: count }, () =>
      pace.run(user, points, async () => {
        await new Promise<void>((resolve) => {
          running.add(resolve);
          most = Math.max(most, running.size);
        });
      }),
    ),
  );
  const endOne = (): void => {
    const [first] = running;
    if (!first) return;
    running.delete(first);
    first();
  };
  return { done, running: () => running.size, most: () => most, endOne };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Somebody else asks for a little, again and again. */
function beThere(pace: Pace, user = 'other'): () => void {
  const ask = () => void pace.run(user, 1, async () => undefined);
  ask();
  const timer = setInterval(ask, 50);
  return () => clearInterval(timer);
}

describe('a user who asks for much', () => {
  it('has it all at once while nobody else is there', async () => {
    const jobs = startJobs(createPace(), 'ann', 8, 1_000);
    await settle();
    expect(jobs.running()).toBe(8);
    while (jobs.running() > 0) jobs.endOne();
    await jobs.done;
  });

  it('has one execution at a time while another user is there, and nothing is left out', async () => {
    const pace = createPace();
    const leave = beThere(pace);
    const jobs = startJobs(pace, 'ann', 8, 1_000);
    const ended = jobs.done.then(() => true);
    const next = setInterval(() => jobs.endOne(), 5);
    expect(await ended).toBe(true);
    expect(jobs.most()).toBe(1);
    clearInterval(next);
    leave();
  });

  it('rests after an execution for as long as it took', async () => {
    const pace = createPace();
    const leave = beThere(pace);
    const took = async (): Promise<number> => {
      const startedAt = performance.now();
      await pace.run('ann', 1_000, () => new Promise((resolve) => setTimeout(resolve, 100)));
      return performance.now() - startedAt;
    };
    await took();
    expect(await took()).toBeGreaterThanOrEqual(190);
    leave();
  });

  it('does not hold up the other one', async () => {
    const pace = createPace();
    const leave = beThere(pace);
    const jobs = startJobs(pace, 'ann', 3, 1_000);
    await settle();
    await pace.run('other', 20, async () => undefined);
    expect(jobs.running()).toBe(1);
    leave();
    while (jobs.most() > 0 && (await Promise.race([jobs.done.then(() => false), settle().then(() => true)])))
      jobs.endOne();
    await jobs.done;
  });

  it('that fails rests as well, and the next one runs', async () => {
    const pace = createPace();
    const leave = beThere(pace);
    await expect(pace.run('ann', 1_000, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await pace.run('ann', 1_000, async () => 'yes')).toBe('yes');
    leave();
  });
});

it('events of a subscription wait while the process is busy and another user is there, and stop waiting when their stream ends', async () => {
  const pace = createPace(() => true);
  const leave = beThere(pace);
  const startedAt = performance.now();
  await pace.event('ann', 400);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  await pace.event('ann', 400);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(100);
  const ended = new AbortController();
  const waiting = pace.event('ann', 2_000, ended.signal);
  ended.abort();
  await expect(waiting).rejects.toThrow();
  leave();
});

it('events of a subscription do not wait in a process that has time', async () => {
  const pace = createPace(() => false);
  const leave = beThere(pace);
  for (let event = 0; event < 100; event += 1) await pace.event('ann', 100_000, AbortSignal.abort());
  leave();
});
