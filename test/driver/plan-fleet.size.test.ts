import type { SyncAction } from '../../src/driver/plan/driver-plan';
import type { FleetSnapshot } from '../../src/driver/fleet/fleet-state';
import { planFleet } from '../../src/driver/fleet/plan-fleet';
import { gone, linkOf } from './fixtures';
import { absent, fleet, person, twin } from './fleets';

describe('ten thousand drivers', () => {
  const SIZE = 10_000;
  const ids = Array.from({ length: SIZE }, (_, index) => index);
  const links = ids.map((id) => linkOf(`${id}`, `D${id}`, { createdDate: 1 }));
  const driveri = ids.map((id) => twin(`${id}`, `D${id}`, { createdDate: 1 }));
  const all = (wanted: (id: number) => string) => ids.map((id) => person(`${id}`, wanted(id)));

  /** All of them as they should be, most awkward first. */
  it.each<[string, SyncAction | 'NONE', Partial<FleetSnapshot>]>([
    ['are settled', 'NONE', { gps: all((id) => `D${id}`), driveri, links }],
    ['are created', 'CREATE', { gps: all((id) => `D${id}`) }],
    [
      'are linked and updated',
      'LINK',
      { gps: all((id) => `D${id}`), driveri: ids.map((id) => twin('x', `D${id}`)) },
    ],
    ['wait in one chain', 'RENAME', { gps: all((id) => `D${id + 1}`), driveri, links }],
    [
      'wait in one chain, listed from its end',
      'RENAME',
      { gps: all((id) => `D${id + 1}`).reverse(), driveri, links },
    ],
    ['wait in one circle', 'LINK', { gps: all((id) => `D${(id + 1) % SIZE}`), driveri, links }],
    ['want one DriverID, as from a broken column', 'CONFLICT', { gps: all(() => '0'), driveri, links }],
    [
      'want what one of them has',
      'CONFLICT',
      { gps: all(() => 'D0').slice(1), driveri, links: links.slice(1) },
    ],
    ['have vanished at one time', 'CREATE', { gps: all((id) => `D${id}`), links }],
    [
      'have vanished, and one may be any of them',
      'CONFLICT',
      { gps: all((id) => `D${id}`), links, driveri: [twin('x', 'Q', { createdDate: 1 })] },
    ],
    ['are gone', 'REMOVE', { gps: ids.map((id) => absent(`${id}`, gone)), driveri, links }],
    ['swap in pairs', 'LINK', { gps: all((id) => `D${id ^ 1}`), driveri, links }],
    [
      'wait behind one who stays',
      'CONFLICT',
      { gps: all((id) => `D${Math.min(id + 1, SIZE - 1)}`), driveri, links },
    ],
  ])(
    '%s: planned within the time that a test has, which what is quadratic does not keep',
    (_, action, snapshot) => {
      const state = fleet(snapshot);
      const plan = planFleet(state);
      expect(new Set(plan.items.map((item) => item.action))).toEqual(
        new Set(action === 'NONE' ? [] : [action]),
      );
    },
  );
});
