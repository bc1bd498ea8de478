import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AccountConfig } from '../../src/config/account-config';
import { parseAccounts } from '../../src/config/accounts-file';
import { createAccountsReload, createFileWatch, secretFiles } from '../../src/config/accounts-reload';
import { ConfigError } from '../../src/config/config-error';
import { silentLogger } from '../../src/platform/logger';
import { temporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';

const accounts = (...ids: string[]): readonly AccountConfig[] =>
  parseAccounts(
    `accounts:${ids
      .map(
        (id) => `
  - id: ${id}
    name: ${id}
    tier: PRO
    gps: { baseUrl: "https://gps.example.com", username: ${id}, appToken: t }
    driveri: { baseUrl: "https://driveri.example.com", tenant: ${id}, clientId: c, clientSecret: s }`,
      )
      .join('')}`,
    {},
    'accounts.yaml',
  );

function givenReload(apply: () => Promise<void> = () => Promise.resolve()) {
  const state = { file: accounts('a'), inUse: accounts('a'), readings: 0, isUsable: [] as boolean[] };
  const reload = createAccountsReload({
    logger: silentLogger,
    beforeRead: () => Promise.resolve(),
    read: () => {
      state.readings += 1;
      if (state.file.length === 0) throw new ConfigError('the file', [{ where: 'x', what: 'y' }]);
      return state.file;
    },
    current: () => state.inUse,
    apply: async () => {
      await apply();
      state.inUse = state.file;
    },
    onRead: (isUsable) => {
      state.isUsable.push(isUsable);
      return Promise.reject(new Error('health cannot be written'));
    },
  });
  return { state, ...reload };
}

describe('a reload', () => {
  it('whose file cannot be used rejects with the reason, and the next one starts from what is in use', async () => {
    const { state, reload } = givenReload();
    state.file = [];
    await expect(reload()).rejects.toThrow(ConfigError);
    expect(state.inUse.map(({ id }) => id)).toEqual(['a']);
    state.file = accounts('b');
    const { added, removed } = await reload();
    expect([added.map(({ id }) => id), removed.map(({ id }) => id)]).toEqual([['b'], ['a']]);
    expect(state.isUsable).toEqual([false, true]);
  });

  it('that is called while one runs is one more, however often; it sees what the first one did not', async () => {
    let letGo = (): void => undefined;
    const { state, reload } = givenReload(() => new Promise((resolve) => (letGo = resolve)));
    state.file = accounts('a', 'b');
    const first = reload();
    await until('the first one is under way', () => state.readings === 1);
    const others = [reload(), reload(), reload()];
    letGo();
    expect((await first).added.map(({ id }) => id)).toEqual(['b']);
    state.file = accounts('a', 'b', 'c');
    await until('the second one has read', () => state.readings === 2);
    letGo();
    for (const changes of await Promise.all(others)) expect(changes.added.map(({ id }) => id)).toEqual(['c']);
    expect(state.readings).toBe(2);
  });
});

describe('a watch over files', () => {
  const directory = temporaryDirectory();
  const file = path.join(directory, 'accounts.yaml');

  it('calls when the file is replaced, again after a failure, and not for what was read already', async () => {
    writeFileSync(file, 'one');
    const watch = createFileWatch([file, path.join(directory, 'not-there')], 5);
    const outcomes: (Error | null)[] = [
      new Error('the database is away'),
      null,
      new ConfigError('x', []),
      null,
    ];
    let calls = 0;
    await watch.start(() => {
      calls += 1;
      const error = outcomes.shift();
      return error instanceof Error ? Promise.reject(error) : Promise.resolve();
    });
    writeFileSync(path.join(directory, 'next'), 'two!');
    renameSync(path.join(directory, 'next'), file);
    // A failure of our own, and then a success.
    await until('it was called twice', () => calls === 2);
    writeFileSync(file, 'three!!');
    // A file that cannot be used is read once.
    await until('it was called for the next change', () => calls === 3);
    writeFileSync(file, 'four!!!!');
    await until('it was called for the last change', () => calls === 4);
    expect(outcomes).toEqual([]);
    watch.stop();
  });
});

test('files of secrets are watched as well', () => {
  expect(
    secretFiles({ TOKEN_FILE: '/run/token', OTHER: '/x', EMPTY_FILE: '', ACCOUNTS_FILE: 'a.yaml' }),
  ).toEqual(['/run/token', 'a.yaml']);
});
