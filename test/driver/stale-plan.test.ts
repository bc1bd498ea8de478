import type { DriverStep } from '../../src/driver/plan/driver-plan';
import { changesIdentity } from '../../src/driver/plan/identity-change';
import { type ComparableItem, sameSteps, stalePlan } from '../../src/driver/plan/stale-plan';
import { d, driveriDriver, g, PROOF } from './fixtures';

const update: DriverStep = {
  kind: 'update',
  driverId: d('A'),
  fields: { firstName: 'Ann', email: 'a@x.org' },
  sendPhone: false,
};
const create: DriverStep = {
  kind: 'create',
  driverId: d('A'),
  fields: { firstName: 'Ann' },
  sendPhone: false,
};
const rename: DriverStep = { kind: 'rename', from: d('A'), to: d('B'), fields: {}, sendPhone: false };
const link: DriverStep = {
  kind: 'link',
  moves: [
    { gpsId: g('1'), to: d('B') },
    { gpsId: g('2'), to: d('A') },
  ],
  unlinked: [g('3'), g('4')],
  unmanaged: [d('C'), d('D')],
};
const reinstate: DriverStep = { kind: 'reinstate', driver: driveriDriver(), fields: { firstName: 'Ann' } };
const remove: DriverStep = { kind: 'remove', driverId: d('A'), proof: PROOF };

const item = (patch: Partial<ComparableItem> = {}): ComparableItem => ({
  gpsId: g('1'),
  action: 'UPDATE',
  steps: [update],
  changes: [{ field: 'firstName', from: null, to: 'Ann' }],
  ...patch,
});

describe('sameSteps', () => {
  it.each<[string, DriverStep, DriverStep]>([
    ['keys in another order', update, { ...update, fields: { email: 'a@x.org', firstName: 'Ann' } }],
    ['another proof', remove, { ...remove, proof: { kind: 'DeletedHere', at: 1, actor: 'u' } }],
    [
      'a reinstated driver that looked different',
      reinstate,
      { ...reinstate, driver: driveriDriver({ updatedDate: 9 }) },
    ],
    [
      'a circle told from elsewhere',
      link,
      { ...link, moves: [...link.moves].reverse(), unlinked: [g('4'), g('3')], unmanaged: [d('D'), d('C')] },
    ],
    ['none', { kind: 'none' }, { kind: 'none' }],
  ])('does not mind %s', (_, one, other) => {
    expect(sameSteps([one], [other])).toBe(true);
    expect(sameSteps([one], [JSON.parse(JSON.stringify(other)) as DriverStep])).toBe(true);
  });

  it.each<[string, DriverStep, DriverStep]>([
    ['another kind', { kind: 'none' }, { kind: 'forget' }],
    ['another value', update, { ...update, fields: { ...update.fields, email: 'b@x.org' } }],
    ['a field more', update, { ...update, fields: { ...update.fields, lastName: '' } }],
    ['a phone', update, { ...update, sendPhone: true }],
    ['another driver to update', update, { ...update, driverId: d('B') }],
    ['another DriverID to create', create, { ...create, driverId: d('B') }],
    ['other fields to create', create, { ...create, fields: { firstName: 'Bob' } }],
    ['a phone to create with', create, { ...create, sendPhone: true }],
    ['another one to rename', rename, { ...rename, from: d('C') }],
    ['another name', rename, { ...rename, to: d('C') }],
    ['other fields to rename with', rename, { ...rename, fields: { email: '' } }],
    ['a phone to rename with', rename, { ...rename, sendPhone: true }],
    ['another one to reinstate', reinstate, { ...reinstate, driver: driveriDriver({ driverId: d('B') }) }],
    ['other fields to reinstate with', reinstate, { ...reinstate, fields: { firstName: 'Bob' } }],
    ['another one to remove', remove, { ...remove, driverId: d('B') }],
    ['another move', link, { ...link, moves: [{ gpsId: g('1'), to: d('A') }] }],
    [
      'another driver to move',
      link,
      { ...link, moves: link.moves.map((move) => ({ ...move, gpsId: g('9') })) },
    ],
    [
      'another DriverID to move to',
      link,
      { ...link, moves: link.moves.map((move) => ({ ...move, to: d('Q') })) },
    ],
    [
      'a move that only reads the same',
      { ...link, moves: [{ gpsId: g('1'), to: d('23') }] },
      { ...link, moves: [{ gpsId: g('12'), to: d('3') }] },
    ],
    ['another one to unlink', link, { ...link, unlinked: [] }],
    ['another one left unmanaged', link, { ...link, unmanaged: [] }],
  ])('minds %s', (_, one, other) => {
    expect(sameSteps([one], [other])).toBe(false);
  });

  it('minds the number and the order of steps', () => {
    expect(sameSteps([update, rename], [rename, update])).toBe(false);
    expect(sameSteps([update], [update, rename])).toBe(false);
    expect(sameSteps([], [])).toBe(true);
  });
});

describe('stalePlan', () => {
  it('is empty when planning again gives the same, in whatever order', () => {
    const other = item({ gpsId: g('2'), action: 'RENAME', steps: [rename], changes: [] });
    expect(stalePlan([item(), other], [other, item()])).toEqual([]);
  });

  it.each<[string, ComparableItem]>([
    ['action', item({ action: 'RENAME' })],
    ['steps', item({ steps: [] })],
    ['changed from', item({ changes: [{ field: 'firstName', from: 'X', to: 'Ann' }] })],
    ['changed to', item({ changes: [{ field: 'firstName', from: null, to: 'X' }] })],
    ['changed field', item({ changes: [{ field: 'lastName', from: null, to: 'Ann' }] })],
    ['number of changes', item({ changes: [] })],
  ])('names a driver with another %s', (_, again) => {
    expect(stalePlan([item()], [again])).toEqual(['1']);
  });

  it('names who is only in one of the two', () => {
    expect(stalePlan([item()], [])).toEqual(['1']);
    expect(stalePlan([], [item({ gpsId: g('7') })])).toEqual(['7']);
  });
});

describe('changesIdentity', () => {
  const linked = { ...link, moves: [{ gpsId: g('1'), to: d('B') }], unlinked: [], unmanaged: [] };
  it.each<[string, DriverStep, boolean]>([
    ['a rename', rename, true],
    ['a link away from another one', { ...linked, unmanaged: [d('C')] }, true],
    ['a circle', { ...link, unlinked: [], unmanaged: [] }, true],
    ['a first link', linked, false],
    ['a place taken over', { ...linked, unlinked: [g('3')] }, false],
    ['a creation', create, false],
    ['a reinstatement', reinstate, false],
    ['an update', update, false],
    ['a removal', remove, false],
  ])('%s', (_, step, expected) => expect(changesIdentity(step)).toBe(expected));
});
