import { Writable } from 'node:stream';
import { createLogger, logging, silentLogger } from '../../src/platform/logger';
import { Secret } from '../../src/platform/secret';

function logged(format: 'json' | 'pretty') {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const logger = createLogger({ level: 'info', format }, destination);
  return { logger, lines };
}

test('a line has its level as a word, its message, its fields and those of its parents', () => {
  const { logger, lines } = logged('json');
  logger.child({ account: 'acme' }).info({ runId: 7 }, 'run finished');
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 'info',
    msg: 'run finished',
    account: 'acme',
    runId: 7,
  });
});

test('what is below the level is not written', () => {
  const { logger, lines } = logged('json');
  logger.debug({}, 'detail');
  silentLogger.error({}, 'nothing');
  expect(lines).toEqual([]);
});

test('secrets are redacted, by name at several depths and by type', () => {
  const { logger, lines } = logged('json');
  logger.warn(
    {
      token: 't1',
      headers: { authorization: 't2' },
      request: { body: { clientSecret: 't3' } },
      key: new Secret('t4'),
    },
    'refused',
  );
  expect(lines.join()).not.toMatch(/t[1-4]/);
});

test('an error shows its message, code and causes, but not what else hangs on it', () => {
  const { logger, lines } = logged('json');
  const refused = Object.assign(new Error('refused'), {
    code: '23505',
    detail: 'Key (email)=(ann@x.org) exists',
  });
  logger.warn({ err: new Error('not saved', { cause: refused }) }, 'not saved');
  expect(JSON.parse(lines[0]!).err).toMatchObject({ cause: { message: 'refused', code: '23505' } });
  expect(lines[0]).not.toContain('ann@x.org');
});

test('an error keeps its message and stack', () => {
  const { logger, lines } = logged('json');
  logger.error({ err: new Error('no disk') }, 'cannot go on');
  expect(JSON.parse(lines[0]!).err).toMatchObject({
    message: 'no disk',
    stack: expect.stringContaining('no disk'),
  });
});

test('at a terminal, lines are for people', () => {
  const { logger, lines } = logged('pretty');
  logger.info({ port: 4000 }, 'listening');
  expect(lines.join('')).toContain('listening');
  expect(lines.join('')).not.toContain('{"level"');
});

test('every line of a piece of work has its fields, and no other line has', async () => {
  const { logger, lines } = logged('json');
  const log = async (message: string): Promise<void> => {
    await Promise.resolve();
    logger.info({ message }, 'said');
  };
  await Promise.all([
    logging({ requestId: 'r1' }, () => logging({ run: 2 }, () => log('both'))),
    logging({ requestId: 'r2' }, () => logging({ requestId: undefined }, () => log('none'))),
    log('outside'),
  ]);
  const said = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(said.map(({ message, requestId, run }) => ({ message, requestId, run }))).toEqual([
    { message: 'both', requestId: 'r1', run: 2 },
    { message: 'none' },
    { message: 'outside' },
  ]);
});
