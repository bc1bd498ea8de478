import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, isEnumType } from 'graphql';
import { clockTime, exactTime, relativeTime, shortDuration } from '../../../src/console/app/words/times';
import {
  ABSENCE,
  ACTION,
  changedFields,
  describePlan,
  DRIVER_STATUS,
  EVENT,
  fieldLabel,
  HEALTH,
  HELD_FOR,
  OUTCOME,
  PRESENCE,
  ROLE,
  RUN_KIND,
  RUN_STATUS,
  wordFor,
} from '../../../src/console/app/words/words';

const ROOT = path.resolve(__dirname, '../../..');
const schema = buildSchema(readFileSync(path.join(ROOT, 'schema/schema.graphql'), 'utf8'));
const NOW = Date.parse('2026-03-04T12:00:00Z');
const NOTHING = {
  create: 0,
  reinstate: 0,
  link: 0,
  rename: 0,
  update: 0,
  remove: 0,
  unchanged: 0,
  conflict: 0,
  applied: 0,
  failed: 0,
  held: 0,
  overwrites: 0,
  rejected: 0,
};

describe("the console's words", () => {
  it.each([
    [DRIVER_STATUS, 'DriverSyncStatus'],
    [HEALTH, 'SyncHealthState'],
    [RUN_STATUS, 'SyncRunStatus'],
    [ACTION, 'SyncAction'],
    [OUTCOME, 'SyncItemOutcome'],
    [HELD_FOR, 'HeldFor'],
    [ABSENCE, 'AbsenceKind'],
    [EVENT, 'SyncEventType'],
    [ROLE, 'Role'],
    [PRESENCE, 'DriverPresence'],
    [RUN_KIND, 'SyncRunKind'],
  ])('%# has one for each %s of the schema', (words, type) => {
    const found = schema.getType(type);
    if (!isEnumType(found)) throw new Error(`${type} is no enum`);
    const values = found.getValues().map((value) => value.name);
    expect(Object.keys(words).sort()).toEqual(values.sort());
  });

  it('show what is not known yet as it is', () => {
    expect(wordFor({}, 'BRAND_NEW')).toMatchObject({ label: 'Brand new', tone: 'quiet' });
    expect(fieldLabel('homeTown')).toBe('Home town');
  });

  it.each([
    ['2026-03-04T12:00:00Z', 'just now'],
    ['2026-03-04T12:00:30Z', 'in a moment'],
    ['2026-03-04T11:57:10Z', '2 minutes ago'],
    ['2026-03-04T15:00:00Z', 'in 3 hours'],
    ['2026-03-02T11:00:00Z', '2 days ago'],
  ])('%s is "%s"', (instant, text) => {
    expect(relativeTime(instant, NOW)).toBe(text);
  });

  it("show an instant on the account's clock, and name its zone", () => {
    expect(exactTime('2026-03-04T12:00:00Z', 'America/Chicago', 'en')).toMatch(/06:00:00 CST$/);
    expect(clockTime('2026-07-04T12:00:00Z', 'America/Chicago', 'en')).toBe('07:00 CDT');
  });

  it.each([
    [250, '250 ms'],
    [3_240, '3.2 s'],
    [42_000, '42 s'],
    [240_000, '4 min'],
    [7_300_000, '2 h'],
  ])('%i ms are "%s"', (ms, text) => {
    expect(shortDuration(ms)).toBe(text);
  });

  it('say what a plan does, the gravest first, and that a plan without actions does nothing', () => {
    const plan = {
      ...NOTHING,
      create: 1,
      update: 18,
      remove: 1_200,
      overwrites: 18,
      held: 1_200,
      conflict: 2,
    };
    expect(describePlan(plan)).toEqual([
      '1,200 drivers will be removed from Driveri.',
      '18 drivers get another name or e-mail in Driveri.',
      '18 drivers will be updated in Driveri.',
      '1 driver will be created in Driveri.',
      'A guard holds 1,200 of these changes: with your yes they are approved.',
      '2 drivers in conflict will be left as they are.',
    ]);
    expect(describePlan(NOTHING)).toEqual(['Nothing will be changed: Driveri matches GPS already.']);
  });

  it('send only the fields that were changed, and null for one that was emptied', () => {
    const entered = { firstName: ' Ada ', lastName: 'Byron', email: ' ', phone: '' };
    const before = { firstName: 'Ada', lastName: 'King', email: 'ada@example.com', phone: null };
    expect(changedFields(entered, before)).toEqual({ lastName: 'Byron', email: null });
  });
});
