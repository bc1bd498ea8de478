import { blankGpsDriver, type GpsDriver } from '../../src/sandbox/gps/gps-driver';
import { resolveDriver, type GpsView } from '../../src/sandbox/gps/gps-resolve';

const driver = (id: number, fields: Partial<GpsDriver>): GpsDriver => ({
  ...blankGpsDriver(id, 0),
  ...fields,
});

const DRIVERS: readonly GpsDriver[] = [
  driver(1, { firstname: 'Ann', lastname: 'Lee' }),
  driver(2, { firstname: 'Lee', lastname: 'Marsh', refId: 'ann' }),
  driver(3, { firstname: 'Mar', lastname: 'Annable', refId: '1' }),
  driver(4, { firstname: 'Joe Lee', lastname: 'Ortiz', refId: '007' }),
  driver(5, { firstname: '', lastname: 'Del Rio' }),
  driver(6, { firstname: 'Zed', lastname: 'Lee' }),
];

const VIEW: GpsView = {
  drivers: () => DRIVERS,
  withRefId: (refId) => DRIVERS.filter((one) => one.refId === refId),
  withId: (id) => DRIVERS.find((one) => one.id === id),
};

describe('a driver argument', () => {
  it.each([
    { argument: 'ann', id: 2, reason: 'a Ref ID comes before a first name' },
    { argument: '1', id: 3, reason: 'a Ref ID comes before an id' },
    { argument: '2', id: 2, reason: 'an id, when no Ref ID is that number' },
    { argument: '007', id: 4, reason: 'a Ref ID is compared as it is written' },
    { argument: '004', id: undefined, reason: 'an id has no leading zeros' },
    { argument: 'Lee', id: 1, reason: 'a last name comes before a first name; of two the first wins' },
    { argument: 'ANNABLE', id: 3, reason: 'names in any case' },
    { argument: 'mar', id: 3, reason: 'a first name comes before a part of a last name' },
    { argument: 'zed lee', id: 6, reason: 'first and last name' },
    { argument: 'Del Rio', id: 5, reason: 'a last name of two words' },
    { argument: 'rio', id: 5, reason: 'a part of a last name' },
    { argument: 'joe', id: 4, reason: 'a part of a first name' },
    { argument: ' Ortiz ', id: 4, reason: 'space around it does not count' },
    { argument: 'nobody', id: undefined, reason: 'nobody' },
    { argument: ' ', id: undefined, reason: 'an empty argument means nobody, not everybody' },
  ])('$argument means $id: $reason', ({ argument, id }) => {
    expect(resolveDriver(argument, VIEW)?.id).toBe(id);
  });
});
