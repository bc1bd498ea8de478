import { createWakeUps } from '../../src/queue/wake-up';
import type { WakeUps } from '../../src/gateway/wake-ups';
import { describeEachDeployment, Happenings } from './given-queue';

describeEachDeployment('wake-ups', (given) => {
  const open: WakeUps[] = [];

  function opened(options: ReturnType<typeof given.options>): WakeUps {
    const wakeUps = createWakeUps(options);
    open.push(wakeUps);
    return wakeUps;
  }

  afterEach(() => Promise.all(open.splice(0).map((wakeUps) => wakeUps.close())));

  test('a message reaches every subscriber of its channel, in every process', async () => {
    const first = opened(given.options());
    // The embedded database has one process, and its wake-ups are that process's one object.
    const second = given.deployment === 'embedded' ? first : opened(given.anotherProcess());
    const heard = new Happenings<string>();
    await first.subscribe('events:acme', (payload) => heard.add(`first ${payload}`));
    await second.subscribe('events:acme', (payload) => heard.add(`second ${payload}`));
    await second.subscribe('events:other', (payload) => heard.add(`other ${payload}`));
    await first.publish('events:acme', '7');
    expect([...(await heard.atLeast(2))].sort()).toEqual(['first 7', 'second 7']);
    await second.publish('events:other');
    expect((await heard.atLeast(3)).at(-1)).toBe('other ');
  });

  test('who has unsubscribed hears nothing; the others still do', async () => {
    const wakeUps = opened(given.options());
    const heard = new Happenings<string>();
    const stop = await wakeUps.subscribe('a', () => heard.add('stopped'));
    await wakeUps.subscribe('a', (payload) => heard.add(payload));
    await stop();
    await stop();
    await wakeUps.publish('a', '1');
    expect(await heard.atLeast(1)).toEqual(['1']);
  });

  test('a listener that throws keeps nothing from the others', async () => {
    const wakeUps = opened(given.options());
    const heard = new Happenings<string>();
    await wakeUps.subscribe('error', () => {
      throw new Error('a bug');
    });
    await wakeUps.subscribe('error', heard.add);
    await wakeUps.publish('error', '1');
    await heard.atLeast(1);
  });

  test('publishing never throws: too long, or closed', async () => {
    const wakeUps = opened(given.options());
    await wakeUps.publish('a', 'x'.repeat(5_000));
    await wakeUps.close();
    await wakeUps.close();
    await wakeUps.publish('a', '1');
    await (
      await wakeUps.subscribe('a', () => undefined)
    )();
  });

  test('a payload may hold anything', async () => {
    const wakeUps = opened(given.options());
    const heard = new Happenings<string>();
    await wakeUps.subscribe('a', heard.add);
    const payload = `{"é": "'\\"\n🚚"}`;
    await wakeUps.publish('a', payload);
    expect(await heard.atLeast(1)).toEqual([payload]);
  });
});
