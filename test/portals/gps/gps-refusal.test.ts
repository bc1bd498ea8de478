import { gpsFailure, saysSessionEnded } from '../../../src/portals/gps/gps-refusal';

const WRITE = { portal: 'gps', name: 'driver/update', effect: 'write' } as const;

test.each([
  ['429', 'Too Many Requests', 'rate-limited', 'none'],
  ['500', 'Internal Server Error', 'server', 'unknown'],
  ['401', 'Unauthorized', 'credentials', 'none'],
  ['403', 'Forbidden (access denied)', 'forbidden', 'none'],
  ['404', 'Driver not found', 'not-found', 'none'],
  ['400', 'Driver 123 does not exist', 'not-found', 'none'],
  [null, 'No such driver', 'not-found', 'none'],
  ['404', 'Not Found', 'rejected', 'none'],
  ['404', 'Driver group not found', 'rejected', 'none'],
  ['404', 'Attribute of driver not found', 'rejected', 'none'],
  ['400', 'Driver not found or access not allowed', 'rejected', 'none'],
  ['400', 'lastname is required', 'rejected', 'none'],
  [null, null, 'rejected', 'none'],
])('%s %s is %s', (code, text, kind, outcome) => {
  expect(gpsFailure(WRITE, { code, text, sent: [] })).toMatchObject({ kind, outcome });
});

test('the text is shown, what was sent is not', () => {
  const failure = gpsFailure(WRITE, {
    code: '400',
    text: 'Email jo@example.com of Jo is taken',
    sent: ['Jo'],
  });
  expect(failure.message).toBe('Email … of … is taken');
});

test.each([
  ['403', 'Forbidden (session does not exist)', true],
  ['401', 'Session expired', true],
  ['403', 'Forbidden (access denied)', false],
  ['500', 'session store down', false],
])('%s %s: is the session over? %s', (code, text, expected) => {
  expect(saysSessionEnded({ code, text, sent: [] })).toBe(expected);
});
