import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, isEnumType } from 'graphql';

const ROOT = path.resolve(__dirname, '../..');
const schema = buildSchema(readFileSync(path.join(ROOT, 'schema/schema.graphql'), 'utf8'));
const NOW = Date.parse('2026-03-04T12:00:00Z');
const NOTHING = { create: 0, reinstate: 0, link: 0, rename: 0, update: 0, remove: 0, held: 0, conflict: 0 };

// Plain JavaScript, for browsers: without types here.
let words: Record<string, CallableFunction & Record<string, unknown>>;

beforeAll(async () => {
  words = await import(path.join(ROOT, 'src/console/assets/words.js'));
});

describe("the console's words", () => {
  it.each([
    ['DRIVER_STATUS', 'DriverSyncStatus'],
    ['HEALTH', 'SyncHealthState'],
    ['RUN_STATUS', 'SyncRunStatus'],
    ['ACTION', 'SyncAction'],
    ['OUTCOME', 'SyncItemOutcome'],
    ['PRESENCE', 'DriverPresence'],
    ['RUN_KIND', 'SyncRunKind'],
  ])('%s has one for each %s of the schema', (name, type) => {
    const found = schema.getType(type);
    if (!isEnumType(found)) throw new Error(`${type} is no enum`);
    const values = found.getValues().map((value) => value.name);
    expect(Object.keys(words[name]!).sort()).toEqual(values.sort());
  });

  it('show what is not known yet as it is', () => {
    expect(words['wordFor']!({}, 'BRAND_NEW')).toMatchObject({ label: 'Brand new', tone: 'quiet' });
    expect(words['eventTone']!('BRAND_NEW')).toBe('quiet');
    expect(words['fieldLabel']!('homeTown')).toBe('Home town');
  });

  it.each([
    ['2026-03-04T12:00:00Z', 'just now'],
    ['2026-03-04T12:00:30Z', 'in a moment'],
    ['2026-03-04T11:57:10Z', '2 minutes ago'],
    ['2026-03-04T15:00:00Z', 'in 3 hours'],
    ['2026-03-02T11:00:00Z', '2 days ago'],
  ])('%s is "%s"', (instant, text) => {
    expect(words['relativeTime']!(instant, NOW)).toBe(text);
  });

  it("shows an instant on the account's clock", () => {
    expect(words['exactTime']!('2026-03-04T12:00:00Z', 'America/Chicago')).toContain('06:00:00');
  });

  it('say what a plan does, and that a plan without actions does nothing', () => {
    expect(
      words['describePlan']!({ ...NOTHING, create: 1, remove: 1_200, held: 1_200, conflict: 2 }),
    ).toEqual([
      '1 driver will be created in Driveri.',
      '1,200 drivers will be removed in Driveri.',
      'A guard holds 1,200 of these changes: with your yes they are approved.',
      '2 drivers in conflict will be left as they are.',
    ]);
    expect(words['describePlan']!(NOTHING)).toEqual([
      'Nothing will be changed: Driveri matches GPS already.',
    ]);
  });

  it('send only the fields that were changed, and null for one that was emptied', () => {
    const entered = { firstName: ' Ada ', lastName: 'Byron', email: ' ', phone: '' };
    const before = { firstName: 'Ada', lastName: 'King', email: 'ada@example.com', phone: null };
    expect(words['changedFields']!(entered, before)).toEqual({ lastName: 'Byron', email: null });
  });
});
