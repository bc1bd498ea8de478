import { portalFailure, type PortalOperation } from '../../src/portals/portal-failure';
import { SharedGrant } from '../../src/portals/shared-grant';
import { failureOf } from './support/failure-of';

const LOGIN: PortalOperation = { portal: 'gps', name: 'userauth/login', effect: 'read' };

function grants(obtain: (refused: string | null, count: number) => Promise<string>) {
  const state = { now: 0, count: 0, good: true };
  const grant = new SharedGrant<string>({
    obtain: (refused) => obtain(refused, ++state.count),
    isGood: () => state.good,
    now: () => state.now,
  });
  return { grant, state };
}

const named = (_refused: string | null, count: number) => Promise.resolve(`session ${count}`);

test('fifty calls at once obtain one', async () => {
  const { grant, state } = grants(named);
  const all = await Promise.all(Array.from({ length: 50 }, () => grant.current()));
  expect(new Set(all)).toEqual(new Set(['session 1']));
  expect(state.count).toBe(1);
});

test('fifty calls whose grant was refused obtain one more', async () => {
  const { grant, state } = grants(named);
  const old = await grant.current();
  const all = await Promise.all(Array.from({ length: 50 }, () => grant.insteadOf(old)));
  expect(new Set(all)).toEqual(new Set(['session 2']));
  await expect(grant.insteadOf(old)).resolves.toBe('session 2');
  expect(state.count).toBe(2);
});

test('one that is no longer good is not given out', async () => {
  const { grant, state } = grants(named);
  await grant.current();
  state.good = false;
  await expect(grant.current()).resolves.toBe('session 2');
});

test('refused credentials are not tried again for a while, but by who asks for a fresh one', async () => {
  const { grant, state } = grants(() => Promise.reject(portalFailure(LOGIN, 'credentials', 'refused')));
  await failureOf(grant.current());
  expect((await failureOf(grant.current())).kind).toBe('credentials');
  expect(state.count).toBe(1);
  await failureOf(grant.fresh());
  expect(state.count).toBe(2);
  state.now = 10_000;
  await failureOf(grant.current());
  expect(state.count).toBe(3);
});

test('a portal that fails is asked again by the next call', async () => {
  const { grant } = grants((_refused, count) =>
    count === 1 ? Promise.reject(portalFailure(LOGIN, 'server', 'failed')) : Promise.resolve('session'),
  );
  await failureOf(grant.current());
  await expect(grant.current()).resolves.toBe('session');
});
