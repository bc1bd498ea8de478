import { safeText } from '../../src/portals/safe-text';

test.each([
  ['firstName is required', [], 'firstName is required'],
  ['Al is already there', ['Al'], '… is already there'],
  ['ÅSA lindqvist exists', ['Åsa', 'Lindqvist'], '… … exists'],
  ['Taken by jo.doe+x@example.com', [], 'Taken by …'],
  ['See https://api.example.com/v2/driver?token=abc for help', [], 'See … for help'],
  ['Phone (555) 383-9328 is in use', [], 'Phone … is in use'],
  ['Session 8c3f0a9b8c3f0a9b8c3f0a9b ended', [], 'Session … ended'],
  ['Driver "John Smith" exists', [], 'Driver … exists'],
  ['<html><body>Down</body></html>', [], null],
  ['  \n ', [], null],
  [null, [], null],
])('%j becomes %j without %j', (text, sent, expected) => {
  expect(safeText(text, sent)).toBe(expected);
});

test('it is short', () => {
  expect(safeText('word '.repeat(100))).toHaveLength(161);
});
