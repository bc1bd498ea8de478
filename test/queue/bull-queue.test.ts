import { createReconcileQueue } from '../../src/queue/bull-queue';
import type { ReconcileJob, ReconcileQueue } from '../../src/sync/reconcile-queue';
import { createGate, describeEachDeployment, Happenings } from './given-queue';

describeEachDeployment('the reconcile queue', (given) => {
  const open: ReconcileQueue[] = [];
  let suffix = 0;

  /** Processes on one queue; each test has a queue of its own. */
  async function processes(count: number): Promise<ReconcileQueue[]> {
    suffix += 1;
    const queues: ReconcileQueue[] = [];
    for (let index = 0; index < count; index += 1) {
      const options = index === 0 ? given.options() : given.anotherProcess();
      queues.push(await createReconcileQueue({ ...options, prefix: `${options.prefix}-${suffix}` }));
    }
    open.push(...queues);
    return queues;
  }

  async function oneProcess(): Promise<ReconcileQueue> {
    const [queue] = await processes(1);
    await reachable(queue!);
    return queue!;
  }

  afterEach(() => Promise.all(open.splice(0).map((queue) => queue.close())));

  const live = (gpsId: string, account = 'acme') => ({ account, gpsId, priority: 'live' as const });
  const run = (gpsId: string, account = 'acme') => ({ account, gpsId, priority: 'run' as const });
  const ids = (jobs: readonly ReconcileJob[]) => jobs.map(({ gpsId }) => gpsId);

  /** Holds a queue's only worker busy, so that what is enqueued meanwhile waits. */
  async function busyWorker(queue: ReconcileQueue) {
    const done = new Happenings<ReconcileJob>();
    const started = new Happenings<ReconcileJob>();
    const gate = createGate();
    await queue.work(
      async (job) => {
        started.add(job);
        if (job.gpsId === 'busy') await gate.passed;
        done.add(job);
      },
      { concurrency: 1 },
    );
    await queue.enqueue(live('busy'));
    await started.atLeast(1);
    return { done, started, letGo: gate.open };
  }

  test('a job reaches a worker, in whichever process it is', async () => {
    const [sender, receiver] = await processes(2);
    const done = new Happenings<ReconcileJob>();
    await receiver!.work(async (job) => done.add(job), { concurrency: 2 });
    await reachable(sender!);
    expect(await sender!.enqueue(live('1:2/3'))).toBe(true);
    expect(await sender!.enqueueMany([run('4'), live('5', 'other')])).toBe(true);
    const jobs = [...(await done.atLeast(3))].sort((a, b) => a.gpsId.localeCompare(b.gpsId));
    expect(jobs).toEqual([
      { account: 'acme', gpsId: '1:2/3' },
      { account: 'acme', gpsId: '4' },
      { account: 'other', gpsId: '5' },
    ]);
  });

  test('a driver who waits already is not queued again, and one in another account is', async () => {
    const queue = await oneProcess();
    const { done, letGo } = await busyWorker(queue);
    await queue.enqueue(live('1'));
    await queue.enqueue(live('1'));
    await queue.enqueueMany([run('1'), live('1'), run('1', 'other'), run('last')]);
    expect(await queue.counts()).toMatchObject({ active: 1, waiting: 3 });
    letGo();
    await done.atLeast(4);
    expect(done.seen.map(({ account, gpsId }) => `${account} ${gpsId}`).sort()).toEqual([
      'acme 1',
      'acme busy',
      'acme last',
      'other 1',
    ]);
  });

  test('what is said while a driver is at work makes one more job after it', async () => {
    const queue = await oneProcess();
    const { started, letGo } = await busyWorker(queue);
    expect(await queue.enqueue(live('busy'))).toBe(true);
    expect(await queue.enqueueMany([live('busy'), run('busy')])).toBe(true);
    expect(started.seen).toHaveLength(1);
    letGo();
    await started.atLeast(2);
    await queue.enqueue(live('afterwards'));
    await started.atLeast(3);
    expect(ids(started.seen)).toEqual(['busy', 'busy', 'afterwards']);
  });

  test('a finished driver can be queued again, also after a failure', async () => {
    const queue = await oneProcess();
    const runs = new Happenings<string>();
    await queue.work(
      async ({ gpsId }) => {
        runs.add(gpsId);
        if (runs.seen.length === 1) throw new Error('a bug');
      },
      { concurrency: 1 },
    );
    for (let count = 1; count <= 4; count += 1) {
      await queue.enqueue(live('1'));
      await runs.atLeast(count);
      await idle(queue);
    }
    expect(await queue.counts()).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });
  });

  test('a live edit overtakes bulk, also when its driver waits there already', async () => {
    const queue = await oneProcess();
    const { done, letGo } = await busyWorker(queue);
    await queue.enqueueMany(['r1', 'r2', 'r3', 'r4', 'r5'].map((gpsId) => run(gpsId)));
    await queue.enqueue(live('new'));
    await queue.enqueue(live('r4'));
    await queue.enqueueMany([live('r5'), run('r1')]);
    letGo();
    const order = ids(await done.atLeast(7));
    expect(new Set(order.slice(1, 4))).toEqual(new Set(['new', 'r4', 'r5']));
    expect(order.slice(4)).toEqual(['r1', 'r2', 'r3']);
  });

  test('one account’s bulk does not starve another’s', async () => {
    const queue = await oneProcess();
    const { done, letGo } = await busyWorker(queue);
    await queue.enqueueMany(Array.from({ length: 60 }, (_, index) => run(`b${index}`, 'big')));
    await queue.enqueueMany([run('s1', 'small'), run('s2', 'small')]);
    letGo();
    const order = ids(await done.atLeast(63));
    // Its turn comes by the second, so that a slow machine shifts it a little.
    expect(order.indexOf('s2')).toBeLessThan(30);
    expect(order.filter((id) => id.startsWith('b')).slice(1)).toEqual(
      Array.from({ length: 60 }, (_, index) => `b${index}`),
    );
  });

  test('two workers share the work, and never have one driver at the same time', async () => {
    const [first, second] = await processes(2);
    const done = new Happenings<string>();
    const active = new Set<string>();
    const workOn = (queue: ReconcileQueue, name: string) =>
      queue.work(
        async ({ gpsId }) => {
          expect(active.has(gpsId)).toBe(false);
          active.add(gpsId);
          await new Promise((resolve) => setTimeout(resolve, 5));
          active.delete(gpsId);
          done.add(`${name} ${gpsId}`);
        },
        { concurrency: 3 },
      );
    await workOn(first!, 'first');
    await workOn(second!, 'second');
    await Promise.all([reachable(first!), reachable(second!)]);
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([1, 2, 3, 4, 5, 6].map((id) => (id % 2 ? first! : second!).enqueue(live(`${id}`))));
    }
    await Promise.all([7, 8, 9, 10, 11, 12].map((id) => first!.enqueue(live(`${id}`))));
    await idle(first!);
    const workers = done.seen.map((line) => line.split(' ')[0]);
    expect(new Set(workers)).toEqual(new Set(['first', 'second']));
    expect(new Set(done.seen.map((line) => line.split(' ')[1])).size).toBe(12);
  });

  test('closing waits for what is at work and takes nothing more', async () => {
    const queue = await oneProcess();
    const { done, started, letGo } = await busyWorker(queue);
    await queue.enqueue(live('later'));
    const closed = queue.close();
    letGo();
    await closed;
    expect(ids(done.seen)).toEqual(['busy']);
    expect(started.seen).toHaveLength(1);
    expect(await queue.enqueue(live('too late'))).toBe(false);
    await queue.close();
    await expect(queue.work(async () => undefined, { concurrency: 1 })).rejects.toThrow('until it is closed');
  });

  test('what a closed process has left, another one does', async () => {
    const [first, second] = await processes(2);
    await reachable(first!);
    await first!.enqueue(live('left'));
    await first!.close();
    const done = new Happenings<ReconcileJob>();
    await second!.work(async (job) => done.add(job), { concurrency: 1 });
    expect(await done.atLeast(1)).toEqual([{ account: 'acme', gpsId: 'left' }]);
  });
});

/** A Redis connection takes a moment; until then, the queue says that it has not taken the job. */
async function reachable(queue: ReconcileQueue): Promise<void> {
  for (;;) {
    try {
      await queue.counts();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

async function idle(queue: ReconcileQueue): Promise<void> {
  for (;;) {
    const { waiting, active } = await queue.counts();
    if (waiting + active === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
