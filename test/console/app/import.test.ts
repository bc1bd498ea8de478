import { planRows } from '../../../src/console/app/screens/import/plan-rows';
import { readRows } from '../../../src/console/app/screens/import/read-rows';
import type { DriverExportFragment } from '../../../src/console/app/generated/documents';

const driver = (n: number, change: Partial<DriverExportFragment> = {}): DriverExportFragment => ({
  id: `id-${n}`,
  version: `v-${n}`,
  fullName: `First${n} Last${n}`,
  firstName: `First${n}`,
  lastName: `Last${n}`,
  email: null,
  phone: '5550100',
  timeZone: null,
  referenceId: `R-${n}`,
  driveriDriverId: `D-${n}`,
  presence: 'BOTH',
  gps: { gpsId: `${n}`, groups: ['Yard'] },
  sync: { status: 'IN_SYNC', lastSyncedAt: null },
  ...change,
});
const FLEET = [driver(1), driver(2), driver(3, { referenceId: 'R-2' }), driver(4, { gps: null })];
const plan = (text: string) => planRows(readRows(text).rows, FLEET);

describe('the rows of an import', () => {
  it.each([
    ['a DriverID', 'DriverID,Last name\nD-1,Other', { kind: 'update', driverId: 'id-1' }],
    ['a GPS number before a DriverID', 'GPS number,DriverID\n2,D-1', { kind: 'update', driverId: 'id-2' }],
    ['a Ref ID, whatever its case', 'Ref ID,Last name\nr-1,Other', { kind: 'update', driverId: 'id-1' }],
    [
      'nothing',
      'DriverID,Last name\nNEW,Other',
      { kind: 'create', input: { driveriDriverId: 'NEW', lastName: 'Other' } },
    ],
    ['one whom only Driveri has', 'DriverID,Last name\nD-4,Other', { kind: 'create' }],
    ['what stands there already', 'DriverID,Phone,Groups\nD-1,555-0100,Yard', { kind: 'same' }],
  ])('find a driver by %s', (_what, text, expected) => {
    expect(plan(text)).toMatchObject([expected]);
  });

  it('change only what differs, based on the version that was seen, and clear nothing', () => {
    expect(plan('DriverID,Last name,First name,E-mail,Groups\nD-1,Other,First1,,"Yard, Local"')).toEqual([
      {
        line: 2,
        name: 'First1 Other',
        kind: 'update',
        driverId: 'id-1',
        input: { id: 'id-1', version: 'v-1', lastName: 'Other', groups: ['Yard', 'Local'] },
        changes: [
          { field: 'lastName', from: 'Last1', to: 'Other' },
          { field: 'groups', from: 'Yard', to: 'Yard, Local' },
        ],
      },
    ]);
  });

  it.each([
    ['a GPS number that is not there', 'GPS number\n99', 'gpsId'],
    ['a Ref ID that two have', 'Ref ID,Last name\nR-2,Other', 'referenceId'],
    ['no last name for a new driver', 'DriverID\nNEW', 'lastName'],
    ['no e-mail address', 'DriverID,E-mail\nD-1,nonsense', 'email'],
    ['no phone number', 'DriverID,Phone\nD-1,12', 'phone'],
    ['a line break', 'DriverID,Last name\nD-1,"a\nb"', 'lastName'],
  ])('are refused for %s', (_why, text, column) => {
    expect(plan(text)).toMatchObject([{ kind: 'error', errors: [{ column }] }]);
  });

  it('are refused when two are about one driver, or give one DriverID to two', () => {
    const [first, second, third, fourth] = plan(
      'GPS number,DriverID,Last name\n1,,A\n,D-1,B\n,NEW,C\n,NEW,D',
    );
    expect(first).toMatchObject({ kind: 'update' });
    expect(second).toMatchObject({
      kind: 'error',
      errors: [{ message: 'Line 2 is about the same driver.' }],
    });
    expect(third).toMatchObject({ kind: 'create' });
    expect(fourth).toMatchObject({ kind: 'error', errors: [{ message: 'Line 4 has the same DriverID.' }] });
  });
});

describe('the file of an import', () => {
  it.each([
    ['', /empty/],
    ['Shoe size\n44', /must have the headings/],
    ['Last name\n', /no row below/],
    ['Last name,Surname\na,b', /Two columns are the Last name/],
    [`Last name\n${'x\n'.repeat(10_001)}`, /at most 10,000/],
  ])('%# is refused with a reason', (text, problem) => {
    expect(readRows(text).problem).toMatch(problem);
  });

  it('has its columns in any order, and those that are not used are told', () => {
    expect(readRows('Status,driveri driver id,SURNAME\nIN_SYNC,D-1,Other')).toEqual({
      rows: [{ line: 2, cells: { driveriDriverId: 'D-1', lastName: 'Other' } }],
      unused: ['Status'],
      problem: null,
    });
  });
});
