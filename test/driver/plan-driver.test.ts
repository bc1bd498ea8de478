import type { DriverPlan, DriverSituation, Holder, Rival } from '../../src/driver/plan/driver-plan';
import { planDriver } from '../../src/driver/plan/plan-driver';
import {
  d,
  driveriDriver,
  g,
  gone,
  gpsDriver,
  linkOf,
  missing,
  present,
  PROOF,
  removedDriver,
  situation,
} from './fixtures';

const rival = (patch: Partial<Rival> = {}): Rival => ({
  gpsId: g('2'),
  name: 'Bob Ray',
  linked: false,
  linkedTo: null,
  ...patch,
});

const holder = (patch: Partial<Holder> = {}): Holder => ({
  gpsId: g('2'),
  presence: 'present',
  name: 'Bob Ray',
  future: 'goes',
  circle: [],
  ...patch,
});

const wants = (id: string): DriverSituation['wanted'] => ({ state: 'known', value: d(id) });

const linkA = linkOf('1', 'A');
const activeA = driveriDriver();
const removedA = removedDriver();
const freeB = driveriDriver({ driverId: d('B') });
const ANN = { firstName: 'Ann', lastName: 'Lee', email: 'ann@example.com' };
const BACK = [{ field: 'status', from: 'Deleted', to: 'Active' }];
const toB = [{ field: 'driverId', from: 'A', to: 'B' }];
const nameless = { firstName: null, lastName: null };

/** Whose own X has vanished: the circle has no moves. */
const inBrokenCircle: Partial<DriverSituation> = {
  wanted: wants('B'),
  link: linkA,
  claimant: freeB,
  holder: holder({ future: 'circle' }),
};

interface Case {
  readonly reason: string;
  readonly given: Partial<DriverSituation>;
  readonly row: number;
  readonly action: DriverPlan['action'];
  readonly step: DriverPlan['step'];
  readonly changes?: DriverPlan['changes'];
  readonly problem?: NonNullable<DriverPlan['problem']>['code'];
}

const none = { kind: 'none' } as const;

const CASES: readonly Case[] = [
  {
    reason: 'gone and never linked: nothing is left of them',
    given: { gps: gone },
    row: 1,
    action: 'NONE',
    step: { kind: 'forget' },
  },
  {
    reason: 'gone, and one other now has the DriverID: a history is handed over, not removed',
    given: { gps: gone, link: linkA, x: activeA, successors: [rival()] },
    row: 2,
    action: 'LINK',
    step: { kind: 'link', moves: [{ gpsId: g('2'), to: d('A') }], unlinked: [g('1')], unmanaged: [] },
  },
  {
    reason: 'the successor leaves a Driveri driver of its own behind',
    given: { gps: gone, link: linkA, x: activeA, successors: [rival({ linkedTo: d('B') })] },
    row: 2,
    action: 'LINK',
    step: { kind: 'link', moves: [{ gpsId: g('2'), to: d('A') }], unlinked: [g('1')], unmanaged: [d('B')] },
  },
  {
    reason: 'gone, and several want the DriverID: a person decides, and nothing is removed meanwhile',
    given: { gps: gone, link: linkA, x: activeA, successors: [rival(), rival({ gpsId: g('3') })] },
    row: 2,
    action: 'NONE',
    step: none,
    problem: 'CONFLICT',
  },
  {
    reason: 'proven gone',
    given: { gps: gone, link: linkA, x: driveriDriver({ status: 'On leave' }) },
    row: 3,
    action: 'REMOVE',
    step: { kind: 'remove', driverId: d('A'), proof: PROOF },
    changes: [{ field: 'status', from: 'On leave', to: 'Deleted' }],
  },
  {
    reason: 'gone, and removed already',
    given: { gps: gone, link: linkA, x: removedA },
    row: 3,
    action: 'NONE',
    step: none,
  },
  {
    reason: 'gone on both sides: the link must not keep the DriverID from others',
    given: { gps: gone, link: linkA, x: null, successors: [rival()] },
    row: 3,
    action: 'NONE',
    step: { kind: 'forget' },
  },
  {
    reason: 'gone, and X may have been renamed in Driveri: a creation date is no reason to remove anybody',
    given: { gps: gone, link: linkA, x: null, lookalikes: [driveriDriver({ driverId: d('Q') })] },
    row: 3,
    action: 'NONE',
    step: { kind: 'forget' },
  },
  {
    reason: 'missing proves nothing, whoever wants X',
    given: { gps: missing, link: linkA, x: activeA, successors: [rival()] },
    row: 4,
    action: 'NONE',
    step: none,
    problem: 'NOT_PROVEN_GONE',
  },
  {
    reason: 'missing, and never linked',
    given: { gps: missing },
    row: 4,
    action: 'NONE',
    step: none,
    problem: 'NOT_PROVEN_GONE',
  },
  {
    reason: 'several want it and nobody has it: nobody gets it',
    given: { claimant: activeA, rivals: [rival()] },
    row: 5,
    action: 'CONFLICT',
    step: none,
    problem: 'CONFLICT',
  },
  {
    reason: 'a conflict over the DriverID does not keep the other fields from X',
    given: {
      gps: present({ email: 'new@example.com' }, 'hash'),
      wanted: wants('B'),
      link: linkA,
      x: activeA,
      rivals: [rival()],
    },
    row: 5,
    action: 'CONFLICT',
    step: { kind: 'update', driverId: d('A'), fields: { email: 'new@example.com' }, sendPhone: true },
    changes: [
      { field: 'email', from: 'ann@example.com', to: 'new@example.com' },
      { field: 'phone', from: null, to: '(new phone)' },
    ],
    problem: 'CONFLICT',
  },
  {
    reason: 'a conflict does not bring a removed X back',
    given: {
      gps: present({ email: 'n@x.org' }),
      wanted: wants('B'),
      link: linkA,
      x: removedA,
      rivals: [rival()],
    },
    row: 5,
    action: 'CONFLICT',
    step: none,
    problem: 'CONFLICT',
  },
  {
    reason: 'the linked one of several rivals has it',
    given: { link: linkA, x: activeA, claimant: activeA, rivals: [rival()] },
    row: 6,
    action: 'NONE',
    step: none,
  },
  {
    reason: 'a field differs',
    given: { gps: present({ lastName: 'Leigh' }), link: linkA, x: activeA, claimant: activeA },
    row: 6,
    action: 'UPDATE',
    step: { kind: 'update', driverId: d('A'), fields: { lastName: 'Leigh' }, sendPhone: false },
    changes: [{ field: 'lastName', from: 'Lee', to: 'Leigh' }],
  },
  {
    reason: 'a phone alone is a reason to update, and is not shown',
    given: {
      gps: present({}, 'new'),
      link: linkOf('1', 'A', { phoneHash: 'old' }),
      x: activeA,
      claimant: activeA,
    },
    row: 6,
    action: 'UPDATE',
    step: { kind: 'update', driverId: d('A'), fields: {}, sendPhone: true },
    changes: [{ field: 'phone', from: null, to: '(new phone)' }],
  },
  {
    reason: 'a phone that GPS no longer has is cleared where one was sent',
    given: { link: linkOf('1', 'A', { phoneHash: 'old' }), x: activeA, claimant: activeA },
    row: 6,
    action: 'UPDATE',
    step: { kind: 'update', driverId: d('A'), fields: {}, sendPhone: true },
    changes: [{ field: 'phone', from: null, to: '(no phone)' }],
  },
  {
    reason: 'the phone that was sent last is not sent again',
    given: {
      gps: present({}, 'h'),
      link: linkOf('1', 'A', { phoneHash: 'h' }),
      x: activeA,
      claimant: activeA,
    },
    row: 6,
    action: 'NONE',
    step: none,
  },
  {
    reason: 'removed in Driveri although GPS has them',
    given: { link: linkA, x: removedA, claimant: removedA },
    row: 7,
    action: 'REINSTATE',
    step: { kind: 'reinstate', driver: removedA, fields: ANN },
    changes: BACK,
  },
  {
    reason: 'reinstating carries what GPS says, and clears nothing',
    given: {
      gps: present({ firstName: null, email: null }),
      link: linkA,
      x: removedA,
      claimant: removedA,
    },
    row: 7,
    action: 'REINSTATE',
    step: { kind: 'reinstate', driver: removedA, fields: { firstName: 'Lee' } },
    changes: [...BACK, { field: 'firstName', from: 'Ann', to: 'Lee' }],
  },
  {
    reason: 'Driveri demands a first name of who is reinstated',
    given: { gps: present(nameless), link: linkA, x: removedA, claimant: removedA },
    row: 7,
    action: 'NONE',
    step: none,
    problem: 'MISSING_NAME',
  },
  {
    reason: 'a new DriverID that nobody has, with what differs in the same request',
    given: { gps: present({ lastName: 'Leigh' }, 'h'), wanted: wants('B'), link: linkA, x: activeA },
    row: 8,
    action: 'RENAME',
    step: { kind: 'rename', from: d('A'), to: d('B'), fields: { lastName: 'Leigh' }, sendPhone: true },
    changes: [
      ...toB,
      { field: 'lastName', from: 'Lee', to: 'Leigh' },
      { field: 'phone', from: null, to: '(new phone)' },
    ],
  },
  {
    reason: 'a removed driver cannot be renamed: back first, under the old DriverID',
    given: { wanted: wants('B'), link: linkA, x: removedA },
    row: 9,
    action: 'REINSTATE',
    step: { kind: 'reinstate', driver: removedA, fields: ANN },
    changes: BACK,
  },
  {
    reason: 'back first needs a name as well',
    given: { gps: present(nameless), wanted: wants('B'), link: linkA, x: removedA },
    row: 9,
    action: 'NONE',
    step: none,
    problem: 'MISSING_NAME',
  },
  {
    reason: 'X was renamed in Driveri: renamed back',
    given: { link: linkA, lookalikes: [driveriDriver({ driverId: d('Q'), lastName: 'Old' })] },
    row: 10,
    action: 'RENAME',
    step: { kind: 'rename', from: d('Q'), to: d('A'), fields: { lastName: 'Lee' }, sendPhone: false },
    changes: [
      { field: 'driverId', from: 'Q', to: 'A' },
      { field: 'lastName', from: 'Old', to: 'Lee' },
    ],
  },
  {
    reason: 'X was renamed in Driveri, and GPS has changed the DriverID as well',
    given: { wanted: wants('B'), link: linkA, lookalikes: [driveriDriver({ driverId: d('Q') })] },
    row: 10,
    action: 'RENAME',
    step: { kind: 'rename', from: d('Q'), to: d('B'), fields: {}, sendPhone: false },
    changes: [{ field: 'driverId', from: 'Q', to: 'B' }],
  },
  {
    reason: 'X was renamed and removed in Driveri: linked first, rows 9 and 8 follow',
    given: { link: linkA, lookalikes: [removedDriver({ driverId: d('Q') })] },
    row: 10,
    action: 'REINSTATE',
    step: { kind: 'link', moves: [{ gpsId: g('1'), to: d('Q') }], unlinked: [], unmanaged: [] },
    changes: [{ field: 'driverId', from: 'A', to: 'Q' }],
  },
  {
    reason: 'without a name it can be linked, but not reinstated',
    given: { gps: present(nameless), link: linkA, lookalikes: [removedDriver({ driverId: d('Q') })] },
    row: 10,
    action: 'LINK',
    step: { kind: 'link', moves: [{ gpsId: g('1'), to: d('Q') }], unlinked: [], unmanaged: [] },
    changes: [{ field: 'driverId', from: 'A', to: 'Q' }],
  },
  {
    reason: 'several look like X: a person decides',
    given: {
      link: linkA,
      lookalikes: [driveriDriver({ driverId: d('Q') }), driveriDriver({ driverId: d('R') })],
    },
    row: 10,
    action: 'CONFLICT',
    step: none,
    problem: 'CONFLICT',
  },
  {
    reason: 'one looks like X, and like the X of somebody else',
    given: { link: linkA, lookalikes: [driveriDriver({ driverId: d('Q') })], otherSeekers: [g('7')] },
    row: 10,
    action: 'CONFLICT',
    step: none,
    problem: 'CONFLICT',
  },
  {
    reason: 'X has vanished without trace',
    given: { gps: present({}, 'h'), link: linkA, otherSeekers: [g('7')] },
    row: 10,
    action: 'CREATE',
    step: { kind: 'create', driverId: d('A'), fields: ANN, sendPhone: true },
    changes: [
      { field: 'driverId', from: null, to: 'A' },
      { field: 'firstName', from: null, to: 'Ann' },
      { field: 'lastName', from: null, to: 'Lee' },
      { field: 'email', from: null, to: 'ann@example.com' },
      { field: 'phone', from: null, to: '(new phone)' },
    ],
  },
  {
    reason: 'nobody has it: created, without what GPS does not say',
    given: { gps: present({ lastName: null, email: null }) },
    row: 11,
    action: 'CREATE',
    step: { kind: 'create', driverId: d('A'), fields: { firstName: 'Ann' }, sendPhone: false },
    changes: [
      { field: 'driverId', from: null, to: 'A' },
      { field: 'firstName', from: null, to: 'Ann' },
    ],
  },
  {
    reason: 'nobody can be created without a name',
    given: { gps: present(nameless) },
    row: 11,
    action: 'NONE',
    step: none,
    problem: 'MISSING_NAME',
  },
  {
    reason: 'Driveri has it, and it is free',
    given: { claimant: activeA },
    row: 12,
    action: 'LINK',
    step: { kind: 'link', moves: [{ gpsId: g('1'), to: d('A') }], unlinked: [], unmanaged: [] },
    changes: [{ field: 'driverId', from: null, to: 'A' }],
  },
  {
    reason: 'linked to another one before: X stays in Driveri, unmanaged',
    given: { wanted: wants('B'), link: linkA, x: activeA, claimant: freeB },
    row: 12,
    action: 'LINK',
    step: { kind: 'link', moves: [{ gpsId: g('1'), to: d('B') }], unlinked: [], unmanaged: [d('A')] },
    changes: toB,
  },
  {
    reason: 'an X that has vanished is not left behind unmanaged',
    given: { wanted: wants('B'), link: linkA, claimant: freeB },
    row: 12,
    action: 'LINK',
    step: { kind: 'link', moves: [{ gpsId: g('1'), to: d('B') }], unlinked: [], unmanaged: [] },
    changes: toB,
  },
  {
    reason: 'free and removed: linked first, row 7 reinstates',
    given: { claimant: removedA },
    row: 13,
    action: 'REINSTATE',
    step: { kind: 'link', moves: [{ gpsId: g('1'), to: d('A') }], unlinked: [], unmanaged: [] },
    changes: [{ field: 'driverId', from: null, to: 'A' }],
  },
  {
    reason: 'free and removed, but no name to reinstate it with: only linked',
    given: { gps: present(nameless), claimant: removedA },
    row: 13,
    action: 'LINK',
    step: { kind: 'link', moves: [{ gpsId: g('1'), to: d('A') }], unlinked: [], unmanaged: [] },
    changes: [{ field: 'driverId', from: null, to: 'A' }],
  },
  {
    reason: 'the holder is gone: this driver is the successor',
    given: {
      wanted: wants('B'),
      link: linkA,
      x: activeA,
      claimant: freeB,
      holder: holder({ presence: 'gone' }),
    },
    row: 2,
    action: 'LINK',
    step: { kind: 'link', moves: [{ gpsId: g('1'), to: d('B') }], unlinked: [g('2')], unmanaged: [d('A')] },
    changes: toB,
  },
  {
    reason: 'the holder is gone and was removed: a rehire gets the history back',
    given: { claimant: removedA, holder: holder({ presence: 'gone' }) },
    row: 2,
    action: 'REINSTATE',
    step: { kind: 'link', moves: [{ gpsId: g('1'), to: d('A') }], unlinked: [g('2')], unmanaged: [] },
    changes: [{ field: 'driverId', from: null, to: 'A' }],
  },
  {
    reason: 'the holder is missing: who is there goes before who is not',
    given: { claimant: activeA, holder: holder({ presence: 'missing' }) },
    row: 4,
    action: 'LINK',
    step: { kind: 'link', moves: [{ gpsId: g('1'), to: d('A') }], unlinked: [g('2')], unmanaged: [] },
    changes: [{ field: 'driverId', from: null, to: 'A' }],
  },
  {
    reason: 'the holder wants it too',
    given: {
      claimant: activeA,
      holder: holder({ future: 'stays' }),
      rivals: [rival({ linked: true, linkedTo: d('A') })],
    },
    row: 14,
    action: 'CONFLICT',
    step: none,
    problem: 'CONFLICT',
  },
  {
    reason: 'the holder goes first',
    given: {
      gps: present({ email: 'n@x.org' }),
      wanted: wants('B'),
      link: linkA,
      x: activeA,
      claimant: freeB,
      holder: holder(),
    },
    row: 15,
    action: 'NONE',
    step: none,
    problem: 'WAITING',
  },
  {
    reason: 'the holder is gone and its X has vanished: its link goes first',
    given: { holder: holder({ presence: 'gone', future: 'stuck' }) },
    row: 15,
    action: 'NONE',
    step: none,
    problem: 'WAITING',
  },
  {
    reason: 'in a circle whose X was renamed in Driveri the link follows first, so that the others can go',
    given: { ...inBrokenCircle, lookalikes: [driveriDriver({ driverId: d('Q') })] },
    row: 15,
    action: 'LINK',
    step: { kind: 'link', moves: [{ gpsId: g('1'), to: d('Q') }], unlinked: [], unmanaged: [] },
    changes: [{ field: 'driverId', from: 'A', to: 'Q' }],
  },
  {
    reason:
      'in a circle whose X was renamed and removed in Driveri, too: that they come back is the headline',
    given: { ...inBrokenCircle, lookalikes: [removedDriver({ driverId: d('Q') })] },
    row: 10,
    action: 'REINSTATE',
    step: { kind: 'link', moves: [{ gpsId: g('1'), to: d('Q') }], unlinked: [], unmanaged: [] },
    changes: [{ field: 'driverId', from: 'A', to: 'Q' }],
  },
  {
    reason: 'in a circle whose X may be one of two',
    given: {
      ...inBrokenCircle,
      lookalikes: [driveriDriver({ driverId: d('Q') }), removedDriver({ driverId: d('R') })],
    },
    row: 10,
    action: 'CONFLICT',
    step: none,
    problem: 'CONFLICT',
  },
  {
    reason: 'in a circle whose X has vanished without trace nobody can go',
    given: inBrokenCircle,
    row: 15,
    action: 'CONFLICT',
    step: none,
    problem: 'CONFLICT',
  },
  {
    reason: 'a swap moves both links at once',
    given: {
      wanted: wants('B'),
      link: linkA,
      x: activeA,
      claimant: freeB,
      holder: holder({
        future: 'circle',
        circle: [
          { gpsId: g('1'), from: d('A'), to: d('B') },
          { gpsId: g('2'), from: d('B'), to: d('A') },
        ],
      }),
    },
    row: 15,
    action: 'LINK',
    step: {
      kind: 'link',
      moves: [
        { gpsId: g('1'), to: d('B') },
        { gpsId: g('2'), to: d('A') },
      ],
      unlinked: [],
      unmanaged: [],
    },
    changes: toB,
  },
  {
    reason: 'the holder cannot go',
    given: { claimant: activeA, holder: holder({ future: 'stuck' }) },
    row: 15,
    action: 'CONFLICT',
    step: none,
    problem: 'CONFLICT',
  },
  {
    reason: 'no DriverID and no fallback',
    given: { wanted: { state: 'missing' } },
    row: 0,
    action: 'NONE',
    step: none,
    problem: 'MISSING_DRIVER_ID',
  },
  {
    reason: 'not answered is not empty: nobody is created for it',
    given: { wanted: { state: 'unknown' } },
    row: 0,
    action: 'NONE',
    step: none,
    problem: 'DRIVER_ID_UNREADABLE',
  },
  {
    reason: 'unknown, and linked: other fields go on',
    given: { gps: present({ lastName: 'Leigh' }), wanted: { state: 'unknown' }, link: linkA, x: activeA },
    row: 0,
    action: 'UPDATE',
    step: { kind: 'update', driverId: d('A'), fields: { lastName: 'Leigh' }, sendPhone: false },
    changes: [{ field: 'lastName', from: 'Lee', to: 'Leigh' }],
  },
  {
    reason: 'unknown, linked, and nothing differs: as good as it can be',
    given: { wanted: { state: 'unknown' }, link: linkA, x: activeA },
    row: 0,
    action: 'NONE',
    step: none,
  },
  {
    reason: 'unknown: nobody is reinstated',
    given: { gps: present({ lastName: 'Leigh' }), wanted: { state: 'unknown' }, link: linkA, x: removedA },
    row: 0,
    action: 'NONE',
    step: none,
    problem: 'DRIVER_ID_UNREADABLE',
  },
  {
    reason: 'unknown, and X has vanished',
    given: { wanted: { state: 'unknown' }, link: linkA, x: null },
    row: 0,
    action: 'NONE',
    step: none,
    problem: 'DRIVER_ID_UNREADABLE',
  },
];

describe('planDriver', () => {
  it.each(CASES)('row $row: $reason', ({ given, row, action, step, changes, problem }) => {
    const plan = planDriver(situation(given));
    expect(plan).toEqual({
      row,
      action,
      step,
      changes: changes ?? [],
      reason: expect.any(String) as string,
      problem: problem === undefined ? null : expect.objectContaining({ code: problem }),
    });
  });

  it('has a case for every row', () => {
    expect(new Set(CASES.map(({ row }) => row))).toEqual(
      new Set(Array.from({ length: 16 }, (_, row) => row)),
    );
  });

  it.each([
    ['DeletedHere', { kind: 'DeletedHere', at: 1, actor: 'u' }, 'deleted through this gateway'],
    ['MissingTwice', { kind: 'MissingTwice', first: 1, second: 2 }, 'two complete listings'],
    ['MissingThenRead', { kind: 'MissingThenRead', missingAt: 1, readAt: 2 }, 'asked for directly'],
  ] as const)('says in words what proves an absence: %s', (_, proof, words) => {
    const plan = planDriver(situation({ gps: { presence: 'gone', proof }, link: linkA, x: activeA }));
    expect(plan.reason).toContain(words);
    expect(plan.step).toEqual({ kind: 'remove', driverId: 'A', proof });
  });
});

describe('the texts for people', () => {
  const problemOf = (given: Partial<DriverSituation>): string =>
    planDriver(situation(given)).problem?.message ?? '';

  it('names both sides of a conflict, by name and GPS id, and the DriverID', () => {
    const linked = rival({ linked: true, linkedTo: d('A') });
    expect(problemOf({ claimant: activeA, rivals: [linked] })).toBe(
      'Ann Lee (GPS driver 1) wants DriverID A, which belongs to Bob Ray (GPS driver 2).',
    );
    expect(problemOf({ rivals: [rival(), rival({ gpsId: g('3'), name: 'Cy' })] })).toBe(
      'Ann Lee (GPS driver 1) wants DriverID A, and so does Bob Ray (GPS driver 2) and Cy (GPS driver 3).',
    );
    expect(problemOf({ claimant: activeA, holder: holder({ future: 'stuck' }) })).toContain(
      'Bob Ray (GPS driver 2)',
    );
  });

  it('says whose place a driver takes over', () => {
    const reasonFor = (presence: 'gone' | 'missing') =>
      planDriver(situation({ claimant: activeA, holder: holder({ presence }) })).reason;
    expect(reasonFor('gone')).toContain('linked to Bob Ray (GPS driver 2), whom GPS no longer has');
    expect(reasonFor('missing')).toContain('linked to Bob Ray (GPS driver 2), whom GPS no longer shows');
  });

  it('says whose link follows whom out of a circle', () => {
    const lookalikes = [driveriDriver({ driverId: d('Q') })];
    expect(planDriver(situation({ ...inBrokenCircle, lookalikes })).reason).toBe(
      'Driveri driver A of Ann Lee (GPS driver 1) was renamed to Q in Driveri: the link follows, so that its DriverID is free for who wants it.',
    );
  });

  it('names three of many rivals', () => {
    const many = ['2', '3', '4', '5'].map((id) => rival({ gpsId: g(id), name: `N${id}` }));
    expect(problemOf({ rivals: many })).toMatch(
      /N2 \(GPS driver 2\), N3 \(GPS driver 3\), N4 \(GPS driver 4\) and others\.$/,
    );
    expect(problemOf({ rivals: many.slice(0, 3) })).toMatch(
      /2\), N3 \(GPS driver 3\) and N4 \(GPS driver 4\)\.$/,
    );
  });

  it('calls a driver without a name by the GPS id, once', () => {
    const gps = {
      presence: 'present',
      driver: gpsDriver({ firstName: ' ', lastName: null }),
      phoneHash: null,
    } as const;
    expect(problemOf({ gps, rivals: [rival()] })).toMatch(/^GPS driver 1 wants/);
  });

  it('names the Driveri drivers that a vanished one may be', () => {
    const lookalikes = ['Q', 'R', 'S', 'T'].map((id) => driveriDriver({ driverId: d(id) }));
    expect(problemOf({ link: linkA, lookalikes })).toContain('It may now be Q or R or S:');
  });

  it('names the Driveri drivers that one who is gone may be, unless they are removed', () => {
    const reasonFor = (lookalikes: DriverSituation['lookalikes']): string =>
      planDriver(situation({ gps: gone, link: linkA, lookalikes })).reason;
    const [q, r] = ['Q', 'R'].map((id) => driveriDriver({ driverId: d(id) }));
    expect(reasonFor([q!, removedDriver({ driverId: d('P') }), r!])).toContain('it may be Q or R there now');
    const both = 'The driver is gone from GPS, and from Driveri as well.';
    expect([reasonFor([]), reasonFor([removedDriver({ driverId: d('P') })])]).toEqual([both, both]);
  });

  it('says who stays behind unmanaged', () => {
    const plan = planDriver(situation({ wanted: wants('B'), link: linkA, x: activeA, claimant: freeB }));
    expect(plan.reason).toContain('A stays in Driveri, unmanaged.');
    expect(planDriver(situation({ claimant: activeA })).reason).not.toContain('unmanaged');
  });

  it('says which fields differ', () => {
    const plan = planDriver(
      situation({
        gps: present({ lastName: 'B', email: 'b@x.org' }),
        link: linkA,
        x: activeA,
        claimant: activeA,
      }),
    );
    expect(plan.reason).toBe('Driveri driver A differs from GPS: lastName, email.');
  });
});
