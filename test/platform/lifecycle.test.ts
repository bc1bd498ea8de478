import { createLifecycle, type Part } from '../../src/platform/lifecycle';
import { silentLogger } from '../../src/platform/logger';

function recorded(failing: Partial<Record<string, () => Promise<void>>> = {}) {
  const story: string[] = [];
  const part = (name: string): Part => ({
    name,
    async start() {
      story.push(`start ${name}`);
      await failing[`start ${name}`]?.();
    },
    async stop() {
      story.push(`stop ${name}`);
      await failing[`stop ${name}`]?.();
    },
  });
  return { story, parts: ['store', 'queue', 'server'].map(part) };
}

const never = () => new Promise<void>(() => undefined);

test('parts start in order and stop in reverse, once', async () => {
  const { story, parts } = recorded();
  const lifecycle = createLifecycle(parts, { logger: silentLogger });
  await lifecycle.start();
  await Promise.all([lifecycle.stop(), lifecycle.stop()]);
  await lifecycle.stop();
  expect(story).toEqual([
    'start store',
    'start queue',
    'start server',
    'stop server',
    'stop queue',
    'stop store',
  ]);
});

test('when one part fails, the error names it and the earlier ones are stopped', async () => {
  const { story, parts } = recorded({ 'start queue': () => Promise.reject(new Error('no redis')) });
  const lifecycle = createLifecycle(parts, { logger: silentLogger });
  await expect(lifecycle.start()).rejects.toThrow('Could not start queue: no redis');
  expect(story).toEqual(['start store', 'start queue', 'stop store']);
});

test('a part that hangs at its start is given up after the deadline', async () => {
  const { parts } = recorded({ 'start server': never });
  const lifecycle = createLifecycle(parts, { logger: silentLogger, startTimeoutMs: 10 });
  await expect(lifecycle.start()).rejects.toThrow('Could not start server: not done within 10 ms');
});

test('a part that fails or hangs at its stop does not keep the others open', async () => {
  const { story, parts } = recorded({
    'stop server': never,
    'stop queue': () => Promise.reject(new Error('gone')),
  });
  const lifecycle = createLifecycle(parts, { logger: silentLogger, stopTimeoutMs: 10 });
  await lifecycle.start();
  await lifecycle.stop();
  expect(story.slice(3)).toEqual(['stop server', 'stop queue', 'stop store']);
});

test('a stop during the start waits for the part at hand and starts no other', async () => {
  let release = () => {};
  const { story, parts } = recorded({
    'start queue': () => new Promise<void>((resolve) => (release = resolve)),
  });
  const lifecycle = createLifecycle(parts, { logger: silentLogger });
  const started = lifecycle.start();
  started.catch(() => undefined);
  while (!story.includes('start queue')) await new Promise(setImmediate);
  const stopped = lifecycle.stop();
  release();
  await stopped;
  await expect(started).rejects.toThrow('Stopped before server was started');
  expect(story).toEqual(['start store', 'start queue', 'stop queue', 'stop store']);
});

test('all parts together have a deadline, after which each still gets its turn', async () => {
  const hangs = { 'stop server': never, 'stop queue': never };
  const { story, parts } = recorded(hangs);
  const lifecycle = createLifecycle(parts, {
    logger: silentLogger,
    stopTimeoutMs: 60_000,
    stopAllWithinMs: 0,
  });
  await lifecycle.start();
  await lifecycle.stop();
  expect(story.slice(3)).toEqual(['stop server', 'stop queue', 'stop store']);
});
