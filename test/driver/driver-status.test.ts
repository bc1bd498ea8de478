import { foldText, fullName, searchText, statusOf, type StatusInput } from '../../src/driver/driver-status';

const settled: StatusInput = {
  enabled: true,
  isManaged: true,
  isHeld: false,
  problem: null,
  isPending: false,
  isLinked: true,
  hasDifferences: false,
};

describe('statusOf', () => {
  it.each<[string, Partial<StatusInput>, string]>([
    ['everything as it should be', {}, 'IN_SYNC'],
    ['edited in Driveri', { hasDifferences: true }, 'DRIFTED'],
    ['a change on its way', { isPending: true, hasDifferences: true }, 'PENDING'],
    ['not linked yet', { isLinked: false }, 'PENDING'],
    ['waits for a holder', { problem: 'WAITING' }, 'PENDING'],
    ['missing, not proven', { problem: 'NOT_PROVEN_GONE' }, 'PENDING'],
    ['the DriverID is not readable', { problem: 'DRIVER_ID_UNREADABLE' }, 'PENDING'],
    ['no DriverID', { problem: 'MISSING_DRIVER_ID', isPending: true }, 'FAILED'],
    ['no name', { problem: 'MISSING_NAME' }, 'FAILED'],
    ['anything else that went wrong', { problem: 'REJECTED', isPending: true, isLinked: false }, 'FAILED'],
    ['a conflict, although pending', { problem: 'CONFLICT', isPending: true }, 'CONFLICT'],
    ['held, although in conflict', { isHeld: true, problem: 'CONFLICT' }, 'HELD'],
    ['a held change of identity', { problem: 'HELD' }, 'HELD'],
    ['a held removal', { problem: 'REMOVAL_HELD', isPending: true }, 'HELD'],
    ['only in Driveri', { isManaged: false, isHeld: true, problem: 'CONFLICT' }, 'UNMANAGED'],
    ['gone from GPS, removal rejected', { problem: 'REMOVAL_REJECTED', isPending: true }, 'UNMANAGED'],
    ['off, whatever else', { enabled: false, isManaged: false, isHeld: true, problem: 'CONFLICT' }, 'OFF'],
  ])('%s', (_, patch, status) => {
    expect(statusOf({ ...settled, ...patch })).toBe(status);
  });
});

describe('fullName', () => {
  it.each([
    [['Ann', 'Lee'], 'Ann Lee'],
    [[' Ann ', null], 'Ann'],
    [[null, 'Lee'], 'Lee'],
    [['', null, null, ' ann@x.org '], 'ann@x.org'],
    [['Ann', null, 'ann@x.org'], 'Ann'],
    [[null, null, ' '], '(no name)'],
    [[null, null], '(no name)'],
  ] as const)('%j: %s', ([first, last, ...fallbacks], name) => {
    expect(fullName(first, last, ...fallbacks)).toBe(name);
  });
});

describe('searchText', () => {
  it('holds everything folded, and the digits of the phone', () => {
    expect(searchText(['José Núñez', null, ' R-7 ', ''], '(555) 383-9328')).toBe('jose nunez r-7 5553839328');
    expect(searchText(['A'], null)).toBe('a');
    expect(searchText([], 'none')).toBe('');
  });

  it('folds what is searched for likewise', () => {
    expect(foldText('JOSE\u0301')).toBe('jose');
    expect(foldText('Łódź Ångström')).toBe('łodz angstrom');
    expect(foldText('한국')).toBe('한국'.normalize('NFC'));
  });
});
