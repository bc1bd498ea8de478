import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  DriverPlan,
  DriverSituation,
  GpsSide,
  Holder,
  Rival,
  WantedDriverId,
} from '../../src/driver/plan/driver-plan';
import type { DriveriDriver } from '../../src/driver/driveri-driver';
import type { Link } from '../../src/driver/link';
import { planDriver, PRESENT_RULES, toCase } from '../../src/driver/plan/plan-driver';
import {
  d,
  driveriDriver,
  g,
  gone,
  linkOf,
  missing,
  POLICY,
  present,
  PROOF,
  removedDriver,
} from './fixtures';

/*
 * Every combination of what planDriver sees: each finds exactly one row, the one that the design's table (2.1) says, and no
 * plan breaks a rule. The expected row is worked out here once more, from the table's words and not from the code.
 */

const X = 'X';
const Y = 'Y';

interface Combination {
  readonly gps: 'present' | 'nameless' | 'missing' | 'gone';
  readonly wanted: 'unknown' | 'missing' | 'own' | 'other';
  readonly x: 'no link' | 'active' | 'removed' | 'vanished';
  readonly claimant: 'none' | 'active' | 'removed';
  readonly holder: 'none' | 'gone' | 'missing' | 'stays' | 'goes' | 'circle' | 'stuck';
  readonly rivals: 'none' | 'unlinked' | 'linked';
  readonly successors: 0 | 1 | 2;
  readonly lookalikes: 'none' | 'one' | 'one removed' | 'two' | 'one, sought by two';
}

const VALUES: { readonly [Key in keyof Combination]: readonly Combination[Key][] } = {
  gps: ['present', 'nameless', 'missing', 'gone'],
  wanted: ['unknown', 'missing', 'own', 'other'],
  x: ['no link', 'active', 'removed', 'vanished'],
  claimant: ['none', 'active', 'removed'],
  holder: ['none', 'gone', 'missing', 'stays', 'goes', 'circle', 'stuck'],
  rivals: ['none', 'unlinked', 'linked'],
  successors: [0, 1, 2],
  lookalikes: ['none', 'one', 'one removed', 'two', 'one, sought by two'],
};

function combinations(): readonly Combination[] {
  const keys = Object.keys(VALUES) as (keyof Combination)[];
  let all: readonly Partial<Combination>[] = [{}];
  for (const key of keys) all = all.flatMap((one) => VALUES[key].map((value) => ({ ...one, [key]: value })));
  return all as readonly Combination[];
}

/** What cannot be: the wanted DriverID of a driver without a link is not the link's; who stays is a linked rival; and so on. */
function isPossible(it: Combination): boolean {
  if (it.wanted === 'own' && it.x === 'no link') return false;
  // What is at the wanted DriverID is only looked at when there is one, and when it is not X's.
  if (it.wanted !== 'other' && (it.claimant !== 'none' || it.holder !== 'none')) return false;
  if (it.wanted !== 'other' && it.wanted !== 'own' && it.rivals !== 'none') return false;
  if (it.wanted === 'own' && it.rivals === 'linked') return false;
  if ((it.holder === 'stays') !== (it.rivals === 'linked')) return false;
  if (it.holder === 'circle' && (it.x === 'no link' || it.claimant === 'none' || it.rivals !== 'none'))
    return false;
  const isPresent = it.gps === 'present' || it.gps === 'nameless';
  if (!isPresent && it.wanted !== 'missing') return false;
  if (it.successors > 0 && (isPresent || it.x === 'no link')) return false;
  return it.lookalikes === 'none' || (it.x === 'vanished' && it.gps !== 'missing');
}

const rival = (id: string, linkedTo: string | null, linked = false): Rival => ({
  gpsId: g(id),
  name: `Rival ${id}`,
  linked,
  linkedTo: linkedTo === null ? null : d(linkedTo),
});

const SIDES: { readonly [Gps in Combination['gps']]: GpsSide } = {
  present: present({ firstName: 'Ann', lastName: 'Lee' }, 'hash'),
  nameless: present({ firstName: null, lastName: null, email: null }),
  missing,
  gone,
};

function wantedOf(it: Combination): WantedDriverId {
  if (it.wanted === 'unknown' || it.wanted === 'missing') return { state: it.wanted };
  return { state: 'known', value: d(it.wanted === 'own' ? X : Y) };
}

function xOf(it: Combination): DriveriDriver | null {
  if (it.x === 'active') return driveriDriver({ driverId: d(X), firstName: 'Old', createdDate: 5 });
  if (it.x === 'removed') return removedDriver({ driverId: d(X), firstName: 'Old', createdDate: 5 });
  return null;
}

function holderOf({ holder }: Combination): Holder | null {
  if (holder === 'none') return null;
  const common = { gpsId: g('9'), name: 'Holder' };
  if (holder === 'gone' || holder === 'missing')
    return { ...common, presence: holder, future: 'goes', circle: [] };
  const circle = [
    { gpsId: g('1'), from: d(X), to: d(Y) },
    { gpsId: g('9'), from: d(Y), to: d(X) },
  ];
  return { ...common, presence: 'present', future: holder, circle: holder === 'circle' ? circle : [] };
}

function claimantOf(it: Combination): DriveriDriver | null {
  if (it.wanted === 'own') return xOf(it);
  const make = it.claimant === 'removed' ? removedDriver : driveriDriver;
  return it.claimant === 'none' ? null : make({ driverId: d(Y) });
}

function lookalikesOf({ lookalikes }: Combination): readonly DriveriDriver[] {
  const one = driveriDriver({ driverId: d('L1'), createdDate: 5 });
  if (lookalikes === 'none') return [];
  if (lookalikes === 'one removed') return [{ ...one, removed: true, active: false }];
  return lookalikes === 'two' ? [one, { ...one, driverId: d('L2') }] : [one];
}

function situationOf(it: Combination): DriverSituation {
  const link: Link | null = it.x === 'no link' ? null : linkOf('1', X, { createdDate: 5 });
  return {
    gpsId: g('1'),
    gps: SIDES[it.gps],
    wanted: wantedOf(it),
    link,
    x: xOf(it),
    successors: [rival('5', null), rival('6', 'Z')].slice(0, it.successors),
    lookalikes: lookalikesOf(it),
    otherSeekers: it.lookalikes === 'one, sought by two' ? [g('7')] : [],
    claimant: claimantOf(it),
    holder: holderOf(it),
    rivals: it.rivals === 'none' ? [] : it.rivals === 'linked' ? [rival('9', Y, true)] : [rival('5', null)],
    policy: POLICY,
  };
}

/** The design's table, row by row. */
function rowOf(it: Combination): number {
  const linked = it.x !== 'no link';
  if (it.gps === 'missing') return 4;
  if (it.gps === 'gone') {
    if (!linked) return 1;
    return it.successors > 0 && it.x !== 'vanished' ? 2 : 3;
  }
  if (it.wanted === 'unknown' || it.wanted === 'missing') return 0;
  if (it.wanted === 'own') return it.x === 'active' ? 6 : it.x === 'removed' ? 7 : 10;
  if (it.rivals === 'unlinked') return 5;
  if (it.holder === 'stays') return 14;
  if (it.holder === 'gone' && it.claimant !== 'none') return 2;
  if (it.holder === 'missing' && it.claimant !== 'none') return 4;
  if (it.holder !== 'none') return 15;
  if (it.claimant === 'active') return 12;
  if (it.claimant === 'removed') return 13;
  return it.x === 'active' ? 8 : it.x === 'removed' ? 9 : it.x === 'vanished' ? 10 : 11;
}

/** Planned anew in each test, not once for all: so that mutation testing knows which test has seen what. */
const all = () =>
  combinations()
    .filter(isPossible)
    .map((combination) => {
      const situation = situationOf(combination);
      return { combination, situation, plan: planDriver(situation), row: rowOf(combination) };
    });

/** Checks every combination, and says which one it was that failed. */
function everywhere(check: (it: ReturnType<typeof all>[number]) => void): void {
  for (const it of all()) {
    try {
      check(it);
    } catch (error) {
      throw new Error(JSON.stringify(it.combination), { cause: error });
    }
  }
}

const kindsOf = (plan: DriverPlan): string => plan.step.kind;

/** Every text that the combinations bring up, in the order of rows. `UPDATE_TEXTS=1` writes the file anew: read the difference. */
const TEXTS = join(__dirname, 'plan-texts.txt');

function textOf({ row, action, step, reason, changes, problem }: DriverPlan): string {
  const changed = changes.map(({ field, from, to }) => `${field}: ${from} → ${to}`).join(', ');
  return [
    `row ${row}: ${action}, step ${step.kind}${changed === '' ? '' : ` (${changed})`}`,
    `  ${reason}`,
    ...(problem === null ? [] : [`  ${problem.code}: ${problem.message}`, `  ${problem.hint}`]),
  ].join('\n');
}

const IDENTITY: readonly string[] = ['create', 'reinstate', 'link', 'rename'];

describe('the table of rows', () => {
  it('is walked through as a whole', () => {
    const rows = all();
    expect(rows.length).toBeGreaterThan(500);
    expect(new Set(rows.map(({ row }) => row))).toEqual(new Set(Array.from({ length: 16 }, (_, row) => row)));
  });

  it('finds the one row of the design, with a reason, for every combination', () => {
    everywhere(({ plan, row }) => {
      expect(plan.row).toBe(row);
      expect(plan.reason.length).toBeGreaterThan(20);
      expect(plan.reason).not.toMatch(/undefined|null/);
      expect(`${plan.problem?.message} ${plan.problem?.hint}`.replace('undefined undefined', '')).not.toMatch(
        /undefined|null/,
      );
    });
  });

  it('has no two rows that fit one present driver', () => {
    everywhere(({ situation, row }) => {
      if (situation.gps.presence !== 'present' || situation.wanted.state !== 'known') return;
      const present = toCase(situation, situation.gps, situation.wanted.value);
      expect(PRESENT_RULES.filter(({ matches }) => matches(present)).map((rule) => rule.row)).toEqual([row]);
    });
  });

  it('removes only with the proof that the driver is gone, and only an active X that nobody wants', () => {
    everywhere(({ combination, plan }) => {
      const removes =
        combination.gps === 'gone' && combination.x === 'active' && combination.successors === 0;
      expect(kindsOf(plan) === 'remove').toBe(removes);
      if (removes) expect(plan.step).toEqual({ kind: 'remove', driverId: X, proof: PROOF });
    });
  });

  it('changes no identity without a known DriverID', () => {
    everywhere(({ combination, plan }) => {
      if (combination.gps === 'gone' || combination.wanted === 'own' || combination.wanted === 'other')
        return;
      expect(IDENTITY).not.toContain(kindsOf(plan));
    });
  });

  it('changes no identity in a conflict, and updates X all the same', () => {
    everywhere(({ combination, plan }) => {
      if (plan.action !== 'CONFLICT') return;
      expect(plan.problem?.code).toBe('CONFLICT');
      const mayUpdate = combination.x === 'active' && combination.gps === 'present';
      expect(kindsOf(plan)).toBe(mayUpdate ? 'update' : 'none');
    });
  });

  it('touches no Driveri driver but X, the claimant, and the one lookalike that is sought', () => {
    everywhere(({ plan, situation }) => {
      const { step } = plan;
      const lookalikes = situation.lookalikes.map((driver) => driver.driverId);
      if (step.kind === 'update' || step.kind === 'remove') expect(step.driverId).toBe(X);
      if (step.kind === 'reinstate') expect(step.driver).toBe(situation.x);
      if (step.kind === 'rename') expect(situation.x === null ? lookalikes : [X]).toContain(step.from);
      if (step.kind === 'create') expect(situation.claimant).toBeNull();
      if (step.kind === 'link' && plan.row === 10) expect(step.moves.map(({ to }) => to)).toEqual(lookalikes);
    });
  });

  it('writes to X by reinstating only when X is removed, and never otherwise while it is', () => {
    everywhere(({ combination, plan }) => {
      if (kindsOf(plan) === 'reinstate') expect(combination.x).toBe('removed');
      if (combination.x === 'removed') expect(['update', 'rename', 'remove']).not.toContain(kindsOf(plan));
    });
  });

  it('has either something to do, or a problem, or a driver as it should be', () => {
    everywhere(({ combination, plan }) => {
      if (kindsOf(plan) !== 'none' || plan.problem !== null) return;
      const settled =
        (combination.gps === 'gone' && combination.x === 'removed') ||
        (combination.gps === 'nameless' && combination.x === 'active');
      expect(settled).toBe(true);
    });
  });

  it('lets nobody wait or be told of a problem without a hint', () => {
    everywhere(({ plan }) => {
      if (plan.problem === null) return;
      expect(plan.problem.message).toMatch(/\.$/);
      expect(plan.problem.hint).toMatch(/\.$/);
      if (plan.problem.code === 'WAITING') expect([plan.action, kindsOf(plan)]).toEqual(['NONE', 'none']);
    });
  });

  it('shows the headline of what the step begins', () => {
    const headlines: Record<string, readonly string[]> = {
      none: ['NONE', 'CONFLICT'],
      forget: ['NONE'],
      create: ['CREATE'],
      reinstate: ['REINSTATE'],
      link: ['LINK', 'REINSTATE'],
      rename: ['RENAME'],
      update: ['UPDATE', 'CONFLICT'],
      remove: ['REMOVE'],
    };
    everywhere(({ plan }) => expect(headlines[plan.step.kind]).toContain(plan.action));
  });

  it('says to people what the list of texts says', () => {
    const texts = [...new Set(all().map(({ plan }) => textOf(plan)))];
    const sorted = texts.sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
    const shown = `${sorted.join('\n\n')}\n`;
    if (process.env['UPDATE_TEXTS'] !== undefined) writeFileSync(TEXTS, shown);
    expect(shown).toBe(readFileSync(TEXTS, 'utf8'));
  });
});
