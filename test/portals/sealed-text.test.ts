import { createSealer } from '../../src/portals/sealed-text';

const sealer = createSealer('app-token', 'gps user');

test('what was sealed is opened by the same secret, in another process too', () => {
  expect(createSealer('app-token', 'gps user').open(sealer.seal('sessión'))).toBe('sessión');
});

test('it shows nothing of the text, and is different each time', () => {
  const sealed = sealer.seal('session');
  expect(Buffer.from(sealed, 'base64').includes('session')).toBe(false);
  expect(sealer.seal('session')).not.toBe(sealed);
});

test.each([
  ['another secret', () => createSealer('other-token', 'gps user').seal('session')],
  ['another user', () => createSealer('app-token', 'gps other').seal('session')],
  ['a changed byte', () => sealer.seal('session').replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))],
  ['a part of it', () => sealer.seal('session').slice(0, 20)],
  ['nothing', () => ''],
])('%s: not opened', (_reason, sealed) => {
  expect(sealer.open(sealed())).toBeNull();
});

test('the fingerprint tells secrets and users apart', () => {
  const fingerprints = [
    sealer,
    createSealer('other-token', 'gps user'),
    createSealer('app-token', 'gps other'),
  ].map(({ fingerprint }) => fingerprint);
  expect(new Set(fingerprints).size).toBe(3);
  expect(createSealer('app-token', 'gps user').fingerprint).toBe(sealer.fingerprint);
});
