import { createSession, expiryOf, subjectOf } from '../../../src/console/app/session/session';
import { memoryStorage } from './memory-storage';

const ACTIVE = { token: 'one', expiresAt: null };

describe('the session', () => {
  it('survives a reload of the tab, and nothing is left after signing out', () => {
    const storage = memoryStorage();
    createSession(storage).start(ACTIVE);
    storage.setItem('driver-sync-draft:driver', '"typed"');
    storage.setItem('of-another-page', 'stays');
    const reloaded = createSession(storage);
    expect(reloaded.state()).toEqual({ kind: 'active', credentials: ACTIVE });
    reloaded.end();
    expect(Object.keys(storage)).toEqual(['of-another-page']);
    expect(createSession(storage).state()).toEqual({ kind: 'none' });
  });

  it('is expired once its token is refused, and not when an older one is', () => {
    const session = createSession(memoryStorage());
    session.start(ACTIVE);
    session.start({ token: 'two', expiresAt: null });
    session.refuse('one');
    expect(session.state().kind).toBe('active');
    session.refuse('two');
    expect(session.state().kind).toBe('expired');
  });

  it('keeps what was typed when it expires', () => {
    const storage = memoryStorage();
    const session = createSession(storage);
    session.start(ACTIVE);
    storage.setItem('driver-sync-draft:driver', '"typed"');
    session.refuse('one');
    expect(Object.keys(storage)).toEqual(['driver-sync-draft:driver']);
  });

  it('makes those that need a token wait until there is one', async () => {
    const session = createSession(memoryStorage());
    session.start(ACTIVE);
    expect(await session.usableToken()).toBe('one');
    session.refuse('one');
    const later = session.usableToken();
    session.start({ token: 'two', expiresAt: null });
    expect(await later).toBe('two');
  });

  it('ignores what is not a session', () => {
    const storage = memoryStorage();
    storage.setItem('driver-sync-session', '{nonsense');
    expect(createSession(storage).state()).toEqual({ kind: 'none' });
  });

  it('reads from a token when it expires and whose it is, and nothing from what is no token', () => {
    const claims = Buffer.from(JSON.stringify({ exp: 1_700_000_000, sub: 'zoë' })).toString('base64url');
    expect(expiryOf(`head.${claims}.signature`)).toBe(1_700_000_000_000);
    expect(subjectOf(`head.${claims}.signature`)).toBe('zoë');
    expect([expiryOf('nonsense'), subjectOf('a.b.c')]).toEqual([null, null]);
  });
});
