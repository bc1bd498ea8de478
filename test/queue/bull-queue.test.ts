import { accountId } from '../../src/driver/ids';
import { createAccountQueue } from '../../src/queue/bull-queue';
import type { AccountJob, AccountQueue } from '../../src/sync/ports/account-queue';
import { createGate, describeEachDeployment, Happenings } from './given-queue';

describeEachDeployment('the account queue', (given) => {
  const open: AccountQueue[] = [];
  let suffix = 0;

  /** Processes on one queue; each test has a queue of its own. */
  async function processes(count: number): Promise<AccountQueue[]> {
    suffix += 1;
    const queues: AccountQueue[] = [];
    for (let index = 0; index < count; index += 1) {
      const options = index === 0 ? given.options() : given.anotherProcess();
      queues.push(await createAccountQueue({ ...options, prefix: `${options.prefix}-${suffix}` }));
    }
    open.push(...queues);
    return queues;
  }

  async function oneProcess(): Promise<AccountQueue> {
    const [queue] = await processes(1);
    await reachable(queue!);
    return queue!;
  }

  afterEach(() => Promise.all(open.splice(0).map((queue) => queue.close())));

  const accounts = (...ids: string[]) => ids.map(accountId);
  const ids = (jobs: readonly AccountJob[]) => jobs.map(({ account }) => account);

  /** Holds a queue's only worker busy, so that what is enqueued meanwhile waits. */
  async function busyWorker(queue: AccountQueue) {
    const done = new Happenings<AccountJob>();
    const started = new Happenings<AccountJob>();
    const gate = createGate();
    await queue.work(
      async (job) => {
        started.add(job);
        if (job.account === 'busy') await gate.passed;
        done.add(job);
      },
      { concurrency: 1 },
    );
    await queue.enqueue(accounts('busy'));
    await started.atLeast(1);
    return { done, started, letGo: gate.open };
  }

  test('a job reaches a worker, in whichever process it is', async () => {
    const [sender, receiver] = await processes(2);
    const done = new Happenings<AccountJob>();
    await receiver!.work(async (job) => done.add(job), { concurrency: 2 });
    await reachable(sender!);
    expect(await sender!.enqueue(accounts('1:2/3'))).toBe(true);
    expect(await sender!.enqueue(accounts('4', '5'))).toBe(true);
    expect(await sender!.enqueue([])).toBe(true);
    const jobs = [...(await done.atLeast(3))].sort((a, b) => a.account.localeCompare(b.account));
    expect(jobs).toEqual([{ account: '1:2/3' }, { account: '4' }, { account: '5' }]);
  });

  test('an account that waits already is not queued again, and another one is', async () => {
    const queue = await oneProcess();
    const { done, letGo } = await busyWorker(queue);
    await queue.enqueue(accounts('1'));
    await queue.enqueue(accounts('1'));
    await queue.enqueue(accounts('1', '1', 'other', 'last'));
    expect(await queue.counts()).toMatchObject({ active: 1, waiting: 3 });
    letGo();
    await done.atLeast(4);
    await idle(queue);
    expect(ids(done.seen).sort()).toEqual(['1', 'busy', 'last', 'other']);
  });

  test('what is said while an account is at work makes one more job after it', async () => {
    const queue = await oneProcess();
    const { started, letGo } = await busyWorker(queue);
    expect(await queue.enqueue(accounts('busy'))).toBe(true);
    expect(await queue.enqueue(accounts('busy', 'busy'))).toBe(true);
    expect(started.seen).toHaveLength(1);
    letGo();
    await started.atLeast(2);
    await queue.enqueue(accounts('afterwards'));
    await started.atLeast(3);
    expect(ids(started.seen)).toEqual(['busy', 'busy', 'afterwards']);
  });

  test('a finished account can be queued again, also after a failure', async () => {
    const queue = await oneProcess();
    const runs = new Happenings<string>();
    await queue.work(
      async ({ account }) => {
        runs.add(account);
        if (runs.seen.length === 1) throw new Error('a bug');
      },
      { concurrency: 1 },
    );
    for (let count = 1; count <= 4; count += 1) {
      await queue.enqueue(accounts('1'));
      await runs.atLeast(count);
      await idle(queue);
    }
    expect(await queue.counts()).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });
  });

  test('what is said while an account fails makes one more job after it', async () => {
    const queue = await oneProcess();
    const started = new Happenings<string>();
    const gate = createGate();
    await queue.work(
      async ({ account }) => {
        started.add(account);
        if (started.seen.length > 1) return;
        await gate.passed;
        throw new Error('a bug');
      },
      { concurrency: 1 },
    );
    await queue.enqueue(accounts('1'));
    await started.atLeast(1);
    expect(await queue.enqueue(accounts('1'))).toBe(true);
    gate.open();
    await started.atLeast(2);
    await idle(queue);
    expect(started.seen).toEqual(['1', '1']);
  });

  test('one account that is always wanted does not starve another', async () => {
    const queue = await oneProcess();
    const started = new Happenings<string>();
    await queue.work(
      async ({ account }) => {
        started.add(account);
        if (account === 'big' && started.seen.length < 20) await queue.enqueue(accounts('big'));
      },
      { concurrency: 1 },
    );
    await queue.enqueue(accounts('big'));
    await started.atLeast(1);
    await queue.enqueue(accounts('small'));
    await started.atLeast(20);
    expect(started.seen).toContain('small');
  });

  test('two workers share the work, and never have one account at the same time', async () => {
    const [first, second] = await processes(2);
    const done = new Happenings<string>();
    const active = new Set<string>();
    const workOn = (queue: AccountQueue, name: string) =>
      queue.work(
        async ({ account }) => {
          expect(active.has(account)).toBe(false);
          active.add(account);
          await new Promise((resolve) => setTimeout(resolve, 5));
          active.delete(account);
          done.add(`${name} ${account}`);
        },
        { concurrency: 3 },
      );
    await workOn(first!, 'first');
    await workOn(second!, 'second');
    await Promise.all([reachable(first!), reachable(second!)]);
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(
        [1, 2, 3, 4, 5, 6].map((id) => (id % 2 ? first! : second!).enqueue(accounts(`${id}`))),
      );
    }
    await Promise.all([7, 8, 9, 10, 11, 12].map((id) => first!.enqueue(accounts(`${id}`))));
    await idle(first!);
    const workers = done.seen.map((line) => line.split(' ')[0]);
    expect(new Set(workers)).toEqual(new Set(['first', 'second']));
    expect(new Set(done.seen.map((line) => line.split(' ')[1])).size).toBe(12);
  });

  test('closing waits for what is at work and takes nothing more', async () => {
    const queue = await oneProcess();
    const { done, started, letGo } = await busyWorker(queue);
    await queue.enqueue(accounts('later'));
    const closed = queue.close();
    letGo();
    await closed;
    expect(ids(done.seen)).toEqual(['busy']);
    expect(started.seen).toHaveLength(1);
    expect(await queue.enqueue(accounts('too late'))).toBe(false);
    await queue.close();
    await expect(queue.work(async () => undefined, { concurrency: 1 })).rejects.toThrow('until it is closed');
  });

  test('what a closed process has left, another one does', async () => {
    const [first, second] = await processes(2);
    await reachable(first!);
    await first!.enqueue(accounts('left'));
    await first!.close();
    const done = new Happenings<AccountJob>();
    await second!.work(async (job) => done.add(job), { concurrency: 1 });
    expect(await done.atLeast(1)).toEqual([{ account: 'left' }]);
  });
});

/** A Redis connection takes a moment; until then, the queue says that it has not taken the job. */
async function reachable(queue: AccountQueue): Promise<void> {
  for (;;) {
    try {
      await queue.counts();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

async function idle(queue: AccountQueue): Promise<void> {
  for (;;) {
    const { waiting, active } = await queue.counts();
    if (waiting + active === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
