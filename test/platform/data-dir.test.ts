import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { prepareDataDir } from '../../src/platform/data-dir';
import { temporaryDirectory } from '../support/temporary-directory';

const rightsOf = (directory: string) => statSync(directory).mode & 0o777;

test('the data directory is made for its owner only', async () => {
  const directory = path.join(temporaryDirectory(), 'deep', 'data');
  await prepareDataDir(directory);
  expect(rightsOf(directory)).toBe(0o700);
});

test.each([
  { reason: 'is empty', file: undefined, rights: 0o700 },
  { reason: 'holds our files', file: 'auth-secret', rights: 0o700 },
  { reason: 'holds other files', file: 'notes.txt', rights: 0o755 },
])('one that is there and $reason has the rights that fit', async ({ file, rights }) => {
  const directory = path.join(temporaryDirectory(), 'data');
  mkdirSync(directory);
  chmodSync(directory, 0o755);
  if (file !== undefined) writeFileSync(path.join(directory, file), '');
  await prepareDataDir(directory);
  expect(rightsOf(directory)).toBe(rights);
});
