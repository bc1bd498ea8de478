import { inspect } from 'node:util';
import { Secret } from '../../src/platform/secret';

test('a secret shows itself only when asked to', () => {
  const secret = new Secret('hunter2');
  const shown = [
    `${secret}`,
    JSON.stringify({ secret }),
    inspect({ secret }, { showHidden: true, depth: 5 }),
    JSON.stringify({ ...secret }),
  ];
  expect(shown.join()).not.toContain('hunter2');
  expect(shown.join()).toContain('[redacted]');
  expect(secret.reveal()).toBe('hunter2');
});
