import { compareAccounts } from '../../src/config/account-changes';
import { parseAccounts } from '../../src/config/accounts-file';

const account = (id: string, changes: { token?: string; url?: string; name?: string } = {}) => `
  - id: ${id}
    name: ${changes.name ?? id}
    tier: PRO
    gps: { baseUrl: "${changes.url ?? 'https://gps.example.com'}", username: ${id}, appToken: ${changes.token ?? 'secret'} }
    driveri: { baseUrl: "https://driveri.example.com", tenant: ${id}, clientId: c, clientSecret: s }`;

const read = (...entries: string[]) => parseAccounts(`accounts:${entries.join('')}`, {}, 'accounts.yaml');

test('a file that says the same changes nothing', () => {
  const [before, after] = [read(account('a'), account('b')), read(account('b'), account('a'))];
  expect(compareAccounts(before, after)).toEqual({ added: [], removed: [], changed: [] });
});

test('added, removed and changed accounts are told apart, and a renewed secret is a change', () => {
  const before = read(account('gone'), account('renewed'), account('moved'), account('same'));
  const after = read(
    account('new'),
    account('renewed', { token: 'another' }),
    account('moved', { url: 'https://other.example.com' }),
    account('same'),
  );
  const changes = compareAccounts(before, after);
  expect(changes.added.map((one) => one.id)).toEqual(['new']);
  expect(changes.removed.map((one) => one.id)).toEqual(['gone']);
  expect(changes.changed.map((one) => [one.after.id, one.isOtherConnection])).toEqual([
    ['renewed', false],
    ['moved', true],
  ]);
});
