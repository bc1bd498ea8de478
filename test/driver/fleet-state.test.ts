import { MOST_NAMED, type DriverStep } from '../../src/driver/plan/driver-plan';
import {
  createFleetState,
  fallbackDriverId,
  type FleetSnapshot,
  type FleetState,
} from '../../src/driver/fleet/fleet-state';
import type { GpsDriver } from '../../src/driver/gps-driver';
import {
  d,
  driveriDriver,
  g,
  gone,
  gpsDriver,
  known,
  linkOf,
  missing,
  POLICY,
  present,
  removedDriver,
} from './fixtures';

const person = (id: string, driverId: GpsDriver['driverId'] | string, patch: Partial<GpsDriver> = {}) => ({
  gpsId: g(id),
  side: present({
    gpsId: g(id),
    firstName: `N${id}`,
    lastName: null,
    email: null,
    driverId: typeof driverId === 'string' ? known(driverId) : driverId,
    ...patch,
  }),
});

const inDriveri = (id: string, patch = {}) => driveriDriver({ driverId: d(id), ...patch });

const fleet = (snapshot: Partial<FleetSnapshot>): FleetState =>
  createFleetState({ gps: [], driveri: [], links: [], policy: POLICY, ...snapshot });

/** Drivers in a row, each linked to the DriverID of its letter, and each wanting another one. */
function row(
  wanted: Readonly<Record<string, string>>,
  there: readonly string[] = Object.keys(wanted),
): FleetState {
  return fleet({
    gps: Object.entries(wanted).map(([id, to]) => person(id.toLowerCase(), to)),
    driveri: there.map((id) => inDriveri(id)),
    links: Object.keys(wanted).map((id) => linkOf(id.toLowerCase(), id)),
  });
}

const empty: GpsDriver['driverId'] = { state: 'empty' };
const unknown: GpsDriver['driverId'] = { state: 'unknown' };

describe('the wanted DriverID', () => {
  const wantedOf = (side: ReturnType<typeof person>, snapshot: Partial<FleetSnapshot> = {}) =>
    fleet({ gps: [side], ...snapshot }).wanted(g('1'));
  const linked = { links: [linkOf('1', 'X')] };

  it.each([
    ['GPS’s own', person('1', 'A'), linked, { state: 'known', value: 'A' }],
    [
      'empty and linked: the link’s, whatever the Ref ID',
      person('1', empty, { referenceId: 'R' }),
      linked,
      { state: 'known', value: 'X' },
    ],
    [
      'empty and not linked: the Ref ID',
      person('1', empty, { referenceId: ' R ' }),
      {},
      { state: 'known', value: 'R' },
    ],
    ['no Ref ID: the GPS id', person('1', empty), {}, { state: 'known', value: 'GPS-1' }],
    [
      'a blank Ref ID is none',
      person('1', empty, { referenceId: ' ' }),
      {},
      { state: 'known', value: 'GPS-1' },
    ],
    [
      'fallback gps-id',
      person('1', empty, { referenceId: 'R' }),
      { policy: { ...POLICY, fallback: 'gps-id' } },
      { state: 'known', value: 'GPS-1' },
    ],
    [
      'fallback none',
      person('1', empty, { referenceId: 'R' }),
      { policy: { ...POLICY, fallback: 'none' } },
      { state: 'missing' },
    ],
    [
      'fallback none, linked',
      person('1', empty),
      { policy: { ...POLICY, fallback: 'none' }, ...linked },
      { state: 'known', value: 'X' },
    ],
    ['not answered is not empty', person('1', unknown, { referenceId: 'R' }), linked, { state: 'unknown' }],
    [
      'nobody’s is known while unreadable',
      person('1', 'A'),
      { policy: { ...POLICY, driverIdsReadable: false } },
      { state: 'unknown' },
    ],
    [
      'nor empty',
      person('1', empty),
      { policy: { ...POLICY, driverIdsReadable: false }, ...linked },
      { state: 'unknown' },
    ],
  ] as const)('%s', (_, side, snapshot, expected) => {
    expect(wantedOf(side, snapshot)).toEqual(expected);
  });

  it.each([missing, gone])('is nothing for one who is $presence', (side) => {
    const state = fleet({ gps: [{ gpsId: g('1'), side }], ...linked });
    expect(state.wanted(g('1'))).toEqual({ state: 'missing' });
    expect(state.link(g('1'))?.driverId).toBe('X');
  });

  it('is nothing for one who is not there', () => {
    expect(fleet({}).wanted(g('8'))).toEqual({ state: 'missing' });
  });

  it('follows the link', () => {
    const state = fleet({ gps: [person('1', empty, { referenceId: 'R' })], driveri: [inDriveri('R')] });
    state.applyStep(g('1'), {
      kind: 'link',
      moves: [{ gpsId: g('1'), to: d('R') }],
      unlinked: [],
      unmanaged: [],
    });
    state.applyStep(g('1'), { kind: 'rename', from: d('R'), to: d('S'), fields: {}, sendPhone: false });
    expect(state.wanted(g('1'))).toEqual({ state: 'known', value: 'S' });
  });

  it('is no longer the old one for rivals once the link has moved', () => {
    const state = fleet({
      gps: [person('1', empty), person('2', 'R'), person('3', 'S')],
      links: [linkOf('1', 'R')],
    });
    expect(state.situationOf(g('2')).rivals.map((rival) => rival.gpsId)).toEqual(['1']);
    state.applyStep(g('1'), { kind: 'rename', from: d('R'), to: d('S'), fields: {}, sendPhone: false });
    expect(state.situationOf(g('2')).rivals).toEqual([]);
    expect(state.situationOf(g('3')).rivals.map((rival) => rival.gpsId)).toEqual(['1']);
  });

  it('is nothing once the driver has been forgotten', () => {
    const state = fleet({ gps: [person('1', 'A'), person('2', 'A')] });
    state.applyStep(g('1'), { kind: 'forget' });
    expect(state.wanted(g('1'))).toEqual({ state: 'missing' });
    expect(state.situationOf(g('2')).rivals).toEqual([]);
  });
});

it('fallbackDriverId says what serves without a link', () => {
  const driver = gpsDriver({ gpsId: g('7'), referenceId: 'e\u0301' });
  expect(fallbackDriverId(driver, 'reference-id')).toBe('é');
  expect(fallbackDriverId(driver, 'gps-id')).toBe('GPS-7');
  expect(fallbackDriverId(driver, 'none')).toBeNull();
});

describe('situationOf', () => {
  it('shows X, claimant, holder and rivals', () => {
    const state = fleet({
      gps: [person('1', 'B'), person('2', 'C'), person('3', 'B')],
      driveri: [inDriveri('A'), inDriveri('B')],
      links: [linkOf('1', 'A'), linkOf('2', 'B')],
    });
    expect(state.situationOf(g('1'))).toEqual({
      gpsId: '1',
      gps: state.gps(g('1')),
      wanted: { state: 'known', value: 'B' },
      link: linkOf('1', 'A'),
      x: inDriveri('A'),
      claimant: inDriveri('B'),
      holder: { gpsId: '2', presence: 'present', name: 'N2', future: 'goes', circle: [] },
      rivals: [{ gpsId: '3', name: 'N3', linked: false, linkedTo: null }],
      successors: [],
      lookalikes: [],
      otherSeekers: [],
      policy: POLICY,
    });
  });

  it('counts who is not in the snapshot as missing', () => {
    const state = fleet({ driveri: [inDriveri('A')], links: [linkOf('1', 'A')] });
    expect(state.situationOf(g('1'))).toMatchObject({ gps: { presence: 'missing' }, x: { driverId: 'A' } });
    expect(state.situationOf(g('2'))).toMatchObject({ gps: { presence: 'missing' }, link: null });
  });

  it('tells the rival who is linked to the DriverID, and puts it first', () => {
    const state = fleet({
      gps: ['1', '2', '3', '4'].map((id) => person(id, 'A')),
      links: [linkOf('4', 'A'), linkOf('3', 'Z')],
    });
    expect(state.situationOf(g('1')).rivals).toEqual([
      { gpsId: '4', name: 'N4', linked: true, linkedTo: 'A' },
      { gpsId: '2', name: 'N2', linked: false, linkedTo: null },
      { gpsId: '3', name: 'N3', linked: false, linkedTo: 'Z' },
    ]);
    expect(state.situationOf(g('4')).rivals.map((rival) => rival.gpsId)).toEqual(['1', '2', '3']);
  });

  it('lists no more than a few of many rivals, the linked one among them', () => {
    const ids = Array.from({ length: 30 }, (_, index) => `${100 + index}`);
    const state = fleet({ gps: ids.map((id) => person(id, 'A')), links: [linkOf('129', 'A')] });
    const { rivals } = state.situationOf(g('100'));
    expect(rivals).toHaveLength(MOST_NAMED);
    expect(rivals[0]).toMatchObject({ gpsId: '129', linked: true });
    expect(state.situationOf(g('129')).rivals).toHaveLength(MOST_NAMED);
  });

  it('shows successors of who is gone or missing, and of nobody else', () => {
    const sides = [missing, gone].map((side, index) => ({ gpsId: g(`${index}`), side }));
    const state = fleet({
      gps: [...sides, person('5', 'A'), person('6', 'B'), person('7', 'C'), person('8', 'C')],
      links: [linkOf('0', 'A'), linkOf('1', 'B'), linkOf('7', 'C'), linkOf('5', 'Z')],
    });
    expect(state.situationOf(g('0')).successors).toEqual([
      { gpsId: '5', name: 'N5', linked: false, linkedTo: 'Z' },
    ]);
    expect(state.situationOf(g('1')).successors.map((one) => one.gpsId)).toEqual(['6']);
    expect(state.situationOf(g('7')).successors).toEqual([]);
  });

  it('calls a holder who is gone by the name in Driveri, or by the GPS id', () => {
    const state = fleet({
      gps: [
        { gpsId: g('1'), side: gone },
        { gpsId: g('2'), side: missing },
        person('3', 'A'),
        person('4', 'B'),
      ],
      driveri: [inDriveri('A', { firstName: 'Cy', lastName: 'Fox' })],
      links: [linkOf('1', 'A'), linkOf('2', 'B')],
    });
    expect(state.situationOf(g('3')).holder).toMatchObject({
      name: 'Cy Fox',
      presence: 'gone',
      future: 'goes',
    });
    expect(state.situationOf(g('4')).holder).toMatchObject({ name: 'GPS driver 2', presence: 'missing' });
  });
});

describe('the lookalikes of a vanished driver', () => {
  const SOUGHT = { createdDate: 50, written: { firstName: 'Ann', lastName: 'Lee' } };
  const seeker = linkOf('1', 'A', SOUGHT);
  const lookalikes = (snapshot: Partial<FleetSnapshot>): readonly string[] =>
    fleet({ gps: [person('1', 'A')], links: [seeker], ...snapshot })
      .situationOf(g('1'))
      .lookalikes.map((driver) => driver.driverId);

  it('are unlinked, and have the creation date that the link remembers', () => {
    const driveri = [
      inDriveri('Q', { createdDate: 50 }),
      inDriveri('P', { createdDate: 50, removed: true }),
      inDriveri('R', { createdDate: 51 }),
      inDriveri('S', { createdDate: 50 }),
    ];
    expect(lookalikes({ driveri, links: [seeker, linkOf('2', 'S')] })).toEqual(['P', 'Q']);
  });

  it('have the name or the e-mail that the driver has, or had: bulk imports share a creation date', () => {
    const someone = { createdDate: 50, firstName: 'Sue', lastName: 'Stranger', email: null };
    expect(lookalikes({ driveri: [inDriveri('Q', someone)] })).toEqual([]);
    expect(
      lookalikes({ driveri: [inDriveri('Q', { ...someone, firstName: 'ANN', lastName: 'Lee' })] }),
    ).toEqual(['Q']);
    const links = [linkOf('1', 'A', { createdDate: 50, written: { email: 'a@x.org' } })];
    expect(lookalikes({ links, driveri: [inDriveri('Q', { ...someone, email: 'A@x.org' })] })).toEqual(['Q']);
  });

  it('are none of those that somebody else wants', () => {
    const driveri = [inDriveri('Q', { createdDate: 50 })];
    expect(lookalikes({ driveri, gps: [person('1', 'A'), person('2', 'Q')] })).toEqual([]);
  });

  it('are told of who is gone, too', () => {
    const driveri = [inDriveri('Q', { createdDate: 50 })];
    expect(lookalikes({ driveri, gps: [{ gpsId: g('1'), side: gone }] })).toEqual(['Q']);
  });

  it('are not looked for without a creation date, by who is missing, or while X is there', () => {
    const driveri = [inDriveri('Q', { createdDate: 50 })];
    expect(lookalikes({ driveri, links: [linkOf('1', 'A')] })).toEqual([]);
    expect(lookalikes({ driveri, gps: [{ gpsId: g('1'), side: missing }] })).toEqual([]);
    expect(lookalikes({ driveri: [...driveri, inDriveri('A', { createdDate: 50 })] })).toEqual([]);
  });

  it('are not looked for when somebody has the wanted DriverID', () => {
    const driveri = [inDriveri('Q', { createdDate: 50 }), inDriveri('B')];
    expect(lookalikes({ driveri, gps: [person('1', 'B')] })).toEqual([]);
    expect(lookalikes({ gps: [person('1', 'C')], driveri, links: [seeker, linkOf('3', 'C')] })).toEqual([]);
  });

  it('may be those of others who seek the same, unless these are gone', () => {
    const state = fleet({
      gps: [
        person('1', 'A'),
        person('2', 'B'),
        { gpsId: g('3'), side: gone },
        { gpsId: g('4'), side: missing },
      ],
      driveri: [inDriveri('Q', { createdDate: 50 })],
      links: ['1', '2', '3', '4'].map((id) => linkOf(id, `L${id}`, SOUGHT)),
    });
    expect(state.situationOf(g('1')).otherSeekers).toEqual(['2', '4']);
  });

  it('are not those of drivers whose X is there', () => {
    const state = fleet({
      gps: [person('1', 'A'), person('2', 'B')],
      driveri: [inDriveri('B', { createdDate: 50 }), inDriveri('Q', { createdDate: 50 })],
      links: [linkOf('1', 'A', SOUGHT), linkOf('2', 'B', SOUGHT)],
    });
    expect(state.situationOf(g('1')).otherSeekers).toEqual([]);
  });

  it('are a few at most, as are those who seek the same', () => {
    const ids = Array.from({ length: MOST_NAMED + 5 }, (_, index) => `${index}`);
    const state = fleet({
      gps: ids.map((id) => person(id, `L${id}`)),
      driveri: ids.map((id) => inDriveri(`Q${id}`, { createdDate: 50 })),
      links: ids.map((id) => linkOf(id, `L${id}`, SOUGHT)),
    });
    expect(state.situationOf(g('0')).lookalikes).toHaveLength(MOST_NAMED);
    expect(state.situationOf(g('0')).otherSeekers).toHaveLength(MOST_NAMED);
  });
});

describe('the future of a holder', () => {
  const futureFor = (state: FleetState, id: string) => state.situationOf(g(id)).holder?.future;

  it('goes when what it wants is nobody’s or free', () => {
    expect(futureFor(row({ A: 'B', B: 'C' }), 'a')).toBe('goes');
    expect(futureFor(row({ A: 'B', B: 'C' }, ['A', 'B', 'C']), 'a')).toBe('goes');
  });

  it('goes when the one it waits for goes', () => {
    expect(futureFor(row({ A: 'B', B: 'C', C: 'D', D: 'E' }), 'a')).toBe('goes');
  });

  it('stays when it wants what it has', () => {
    expect(futureFor(row({ A: 'B', B: 'B' }), 'a')).toBe('stays');
  });

  it('is stuck behind one who stays, at any distance', () => {
    const state = row({ A: 'B', B: 'C', C: 'D', D: 'D' });
    expect(futureFor(state, 'a')).toBe('stuck');
    expect(futureFor(state, 'b')).toBe('stuck');
    expect(futureFor(state, 'c')).toBe('stays');
  });

  it('is stuck when its own wanted DriverID has a rival', () => {
    const state = fleet({
      gps: [person('a', 'B'), person('b', 'C'), person('c', 'C')],
      links: [linkOf('a', 'A'), linkOf('b', 'B')],
    });
    expect(futureFor(state, 'a')).toBe('stuck');
  });

  it('is stuck when its DriverID is unknown, or stays when it is empty', () => {
    const of = (reading: GpsDriver['driverId']) =>
      fleet({ gps: [person('a', 'B'), person('b', reading)], links: [linkOf('a', 'A'), linkOf('b', 'B')] });
    expect(futureFor(of(unknown), 'a')).toBe('stuck');
    expect(futureFor(of(empty), 'a')).toBe('stays');
  });

  it('is stuck when it would have to be created and has no name', () => {
    const nameless = person('b', 'C', { firstName: null });
    const state = fleet({ gps: [person('a', 'B'), nameless], links: [linkOf('a', 'A'), linkOf('b', 'B')] });
    expect(futureFor(state, 'a')).toBe('stuck');
  });

  it('goes through a holder who is gone or missing', () => {
    for (const side of [gone, missing]) {
      const state = fleet({
        gps: [person('a', 'B'), person('b', 'C'), { gpsId: g('c'), side }],
        driveri: ['A', 'B', 'C'].map((id) => inDriveri(id)),
        links: [linkOf('a', 'A'), linkOf('b', 'B'), linkOf('c', 'C')],
      });
      expect(futureFor(state, 'a')).toBe('goes');
    }
  });

  it('goes after a gone one whose X has vanished has been forgotten', () => {
    const state = fleet({
      gps: [person('a', 'B'), person('b', 'C'), { gpsId: g('c'), side: gone }],
      driveri: ['A', 'B'].map((id) => inDriveri(id)),
      links: [linkOf('a', 'A'), linkOf('b', 'B'), linkOf('c', 'C')],
    });
    expect(futureFor(state, 'a')).toBe('goes');
  });

  it('is a circle for everybody in it, told from each', () => {
    const state = row({ A: 'B', B: 'C', C: 'A' });
    expect(state.situationOf(g('b')).holder).toEqual({
      gpsId: 'c',
      presence: 'present',
      name: 'Nc',
      future: 'circle',
      circle: [
        { gpsId: 'b', from: 'B', to: 'C' },
        { gpsId: 'c', from: 'C', to: 'A' },
        { gpsId: 'a', from: 'A', to: 'B' },
      ],
    });
    expect(futureFor(state, 'a')).toBe('circle');
    expect(futureFor(state, 'c')).toBe('circle');
  });

  it('is stuck for one at the door of a circle, and that does not break the circle for those in it', () => {
    const parts = {
      gps: [person('x', 'A'), person('a', 'B'), person('b', 'C'), person('c', 'B')],
      driveri: ['A', 'B', 'C'].map((id) => inDriveri(id)),
      links: [linkOf('a', 'A'), linkOf('b', 'B'), linkOf('c', 'C')],
    };
    const state = fleet(parts);
    expect(futureFor(state, 'x')).toBe('stuck');
    const swap = fleet({
      ...parts,
      gps: [person('x', 'B'), person('a', 'B'), person('b', 'A')],
      links: parts.links.slice(0, 2),
    });
    expect(futureFor(swap, 'x')).toBe('stuck');
    expect(futureFor(swap, 'b')).toBe('stuck');
  });

  it('is stuck in a circle through one who has vanished without trace: to that one, it is a circle without moves', () => {
    const state = row({ A: 'B', B: 'C', C: 'A' }, ['A', 'B']);
    expect(['a', 'b', 'c'].map((id) => futureFor(state, id))).toEqual(['stuck', 'stuck', 'circle']);
    const asked = state.situationOf(g('c'));
    expect(asked.holder?.circle).toEqual([]);
  });

  it('is looked at anew after an identity has changed', () => {
    const state = fleet({
      gps: [person('a', 'B'), person('b', 'C'), person('x', empty)],
      driveri: ['A', 'B', 'X'].map((id) => inDriveri(id)),
      links: [linkOf('a', 'A'), linkOf('b', 'B'), linkOf('x', 'X')],
    });
    expect(futureFor(state, 'a')).toBe('goes');
    state.applyStep(g('x'), { kind: 'rename', from: d('X'), to: d('C'), fields: {}, sendPhone: false });
    expect(futureFor(state, 'a')).toBe('stuck');
  });

  it('is found for chains of thousands without a deep stack', () => {
    const size = 20_000;
    const wanted = Object.fromEntries(
      Array.from({ length: size }, (_, index) => [`D${index}`, `D${index + 1}`]),
    );
    const state = row(wanted);
    expect(futureFor(state, 'd0')).toBe('goes');
    expect(futureFor(state, `d${size - 2}`)).toBe('goes');
  });
});

describe('applyStep', () => {
  const base = (): FleetState =>
    fleet({
      gps: [
        { gpsId: g('1'), side: present({ driverId: known('A') }, 'hash') },
        person('2', 'A'),
        person('3', 'B'),
      ],
      driveri: [
        inDriveri('A', { createdDate: 7, email: 'old@x.org' }),
        removedDriver({ driverId: d('B'), createdDate: 8 }),
      ],
      links: [
        linkOf('1', 'A', { createdDate: 7, written: { firstName: 'Old' }, phoneHash: 'was' }),
        linkOf('3', 'B'),
      ],
    });

  const apply = (id: string, step: DriverStep, state = base()) => {
    const concerned = [...state.applyStep(g(id), step)].sort();
    return { state, concerned };
  };

  it('none: changes nothing', () => {
    const { state, concerned } = apply('1', { kind: 'none' });
    expect(concerned).toEqual([]);
    expect(state.links()).toEqual(base().links());
  });

  it('forget: driver and link go, and who wants the DriverID is told', () => {
    const { state, concerned } = apply('1', { kind: 'forget' });
    expect(state.gpsIds()).toEqual(['2', '3']);
    expect(state.gps(g('1'))).toBeNull();
    expect(state.link(g('1'))).toBeNull();
    expect(state.holderOf(d('A'))).toBeNull();
    expect(state.driveri(d('A'))).not.toBeNull();
    expect(concerned).toEqual(['2']);
  });

  it('forget: one without a link concerns nobody', () => {
    expect(apply('2', { kind: 'forget' }).concerned).toEqual([]);
  });

  it('create: a driver, and a link that remembers what was sent', () => {
    const fields = { firstName: 'Ann', lastName: 'Lee' };
    const { state, concerned } = apply('1', { kind: 'create', driverId: d('N'), fields, sendPhone: true });
    expect(state.driveri(d('N'))).toEqual({
      driverId: 'N',
      firstName: 'Ann',
      lastName: 'Lee',
      email: null,
      userName: null,
      mobileApp: null,
      group: null,
      statusCode: null,
      status: 'Active',
      removed: false,
      active: true,
      createdDate: null,
      updatedDate: null,
    });
    expect(state.link(g('1'))).toEqual({
      gpsId: '1',
      driverId: 'N',
      createdDate: null,
      written: fields,
      phoneHash: 'hash',
    });
    expect(concerned).toEqual(['2']);
  });

  it('reinstate: back, with its history, and with what was sent', () => {
    const driver = base().driveri(d('B'))!;
    const { state, concerned } = apply('3', { kind: 'reinstate', driver, fields: { firstName: 'Cy' } });
    expect(state.driveri(d('B'))).toEqual({
      ...driver,
      removed: false,
      active: true,
      status: 'Active',
      statusCode: null,
      firstName: 'Cy',
    });
    expect(state.link(g('3'))).toEqual(linkOf('3', 'B', { createdDate: 8, written: { firstName: 'Cy' } }));
    expect(concerned).toEqual([]);
  });

  it('reinstate: the phone that was sent before is remembered', () => {
    const driver = base().driveri(d('A'))!;
    const { state } = apply('1', { kind: 'reinstate', driver, fields: { firstName: 'Ann' } });
    expect(state.link(g('1'))).toMatchObject({ phoneHash: 'was', written: { firstName: 'Ann' } });
  });

  it('link: moves at once, forgets what was written, tells everybody', () => {
    const { state, concerned } = apply('2', {
      kind: 'link',
      moves: [
        { gpsId: g('2'), to: d('A') },
        { gpsId: g('1'), to: d('B') },
      ],
      unlinked: [g('3')],
      unmanaged: [],
    });
    expect(state.link(g('2'))).toEqual(linkOf('2', 'A', { createdDate: 7 }));
    expect(state.link(g('1'))).toEqual(linkOf('1', 'B', { createdDate: 8 }));
    expect(state.link(g('3'))).toBeNull();
    expect([d('A'), d('B')].map((id) => state.holderOf(id))).toEqual(['2', '1']);
    expect(concerned).toEqual(['1', '3']);
  });

  it('rename: the history goes on under the new DriverID', () => {
    const { state, concerned } = apply('1', {
      kind: 'rename',
      from: d('A'),
      to: d('N'),
      fields: { email: '' },
      sendPhone: true,
    });
    expect(state.driveri(d('A'))).toBeNull();
    expect(state.driveri(d('N'))).toMatchObject({ createdDate: 7, email: null, firstName: 'Ann' });
    expect(state.link(g('1'))).toEqual({
      gpsId: '1',
      driverId: 'N',
      createdDate: 7,
      written: { firstName: 'Old', email: '' },
      phoneHash: 'hash',
    });
    expect(concerned).toEqual(['2']);
  });

  it('update: fields and phone, and concerns nobody else', () => {
    const step: DriverStep = {
      kind: 'update',
      driverId: d('A'),
      fields: { firstName: 'Ann' },
      sendPhone: true,
    };
    const { state, concerned } = apply('1', step);
    expect(state.driveri(d('A'))).toMatchObject({ firstName: 'Ann', email: 'old@x.org' });
    expect(state.link(g('1'))).toMatchObject({
      written: { firstName: 'Ann' },
      phoneHash: 'hash',
      createdDate: 7,
    });
    expect(concerned).toEqual([]);
    expect(apply('1', { ...step, sendPhone: false }).state.link(g('1'))?.phoneHash).toBe('was');
  });

  it('update: of one who is not there changes nothing', () => {
    const { state } = apply('1', {
      kind: 'update',
      driverId: d('Z'),
      fields: { firstName: 'Z' },
      sendPhone: false,
    });
    expect(state.links()).toEqual(base().links());
    expect(state.driveri(d('Z'))).toBeNull();
  });

  it('remove: stays in Driveri, and stays linked', () => {
    const proof = { kind: 'DeletedHere', at: 1, actor: 'u' } as const;
    const { state, concerned } = apply('1', { kind: 'remove', driverId: d('A'), proof });
    expect(state.driveri(d('A'))).toMatchObject({
      removed: true,
      active: false,
      status: 'Deleted',
      createdDate: 7,
    });
    expect(state.holderOf(d('A'))).toBe('1');
    expect(concerned).toEqual(['2']);
  });

  it('remove: of one who is not there changes nothing', () => {
    const proof = { kind: 'DeletedHere', at: 1, actor: 'u' } as const;
    const { state } = apply('1', { kind: 'remove', driverId: d('Z'), proof });
    expect(state.driveriDrivers()).toEqual(base().driveriDrivers());
  });

  it('tells who seeks a driver that is left without a link', () => {
    const state = fleet({
      gps: [person('1', 'A'), person('2', 'C')],
      driveri: [inDriveri('B', { createdDate: 5 }), inDriveri('C')],
      links: [
        linkOf('1', 'A', { createdDate: 5, written: { firstName: 'Ann', lastName: 'Lee' } }),
        linkOf('2', 'B'),
      ],
    });
    expect(state.situationOf(g('1')).lookalikes).toEqual([]);
    const step: DriverStep = {
      kind: 'link',
      moves: [{ gpsId: g('2'), to: d('C') }],
      unlinked: [],
      unmanaged: [d('B')],
    };
    expect(state.applyStep(g('2'), step)).toEqual(['1']);
    expect(state.situationOf(g('1')).lookalikes).toHaveLength(1);
  });

  it('tells seekers of the second lookalike, and not of the fourth', () => {
    const with_ = (others: readonly string[]): readonly string[] => {
      const state = fleet({
        gps: [person('1', 'A'), person('2', 'C')],
        driveri: [
          inDriveri('B', { createdDate: 5 }),
          inDriveri('C'),
          ...others.map((id) => inDriveri(id, { createdDate: 5 })),
        ],
        links: [linkOf('1', 'A', { createdDate: 5 }), linkOf('2', 'B')],
      });
      return state.applyStep(g('2'), {
        kind: 'link',
        moves: [{ gpsId: g('2'), to: d('C') }],
        unlinked: [],
        unmanaged: [d('B')],
      });
    };
    expect(with_(['P'])).toEqual(['1']);
    expect(with_(['P', 'Q', 'R'])).toEqual([]);
  });

  it('tells the one who is left alone in seeking', () => {
    const seekers = (ids: readonly string[]): FleetState =>
      fleet({
        gps: [...ids.map((id) => person(id, id)), { gpsId: g('gone'), side: gone }],
        driveri: [inDriveri('Q', { createdDate: 5 })],
        links: [...ids, 'gone'].map((id) => linkOf(id, `L${id}`, { createdDate: 5 })),
      });
    const create: DriverStep = {
      kind: 'create',
      driverId: d('1'),
      fields: { firstName: 'N1' },
      sendPhone: false,
    };
    expect(seekers(['1', '2']).applyStep(g('1'), create)).toEqual(['2']);
    expect(seekers(['1', '2', '3']).applyStep(g('1'), create)).toEqual([]);
    expect(seekers(['1', '2']).applyStep(g('1'), { kind: 'forget' })).toEqual(['2']);
  });

  it('leaves a copy as it was', () => {
    const state = base();
    const copy = state.copy();
    state.applyStep(g('1'), { kind: 'forget' });
    expect(copy.gpsIds()).toEqual(['1', '2', '3']);
    expect(copy.link(g('1'))).toEqual(base().link(g('1')));
    expect(copy.driveriDrivers()).toEqual(base().driveriDrivers());
    expect(copy.policy).toBe(POLICY);
  });
});

it('a snapshot with two links on one DriverID, or for one driver, keeps the last', () => {
  const state = fleet({ links: [linkOf('1', 'A'), linkOf('2', 'A'), linkOf('3', 'B'), linkOf('3', 'C')] });
  expect(state.links()).toEqual([linkOf('2', 'A'), linkOf('3', 'C')]);
  expect(state.holderOf(d('A'))).toBe('2');
  expect(state.holderOf(d('B'))).toBeNull();
});
