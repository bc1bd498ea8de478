import { planFleet, type FleetPlan } from '../../src/driver/fleet/plan-fleet';
import { d, g, gone, linkOf, missing, removedDriver } from './fixtures';
import { absent, fleet, person, twin } from './fleets';

/** `<GPS id> <row> <action>: <steps>, <problem>` for every item. */
const linesOf = (plan: FleetPlan): readonly string[] =>
  plan.items.map(({ gpsId, row, action, steps, problem }) => {
    const kinds = steps.map((step) => step.kind).join(' ');
    return `${gpsId} ${row} ${action}: ${kinds}${problem === null ? '' : `, ${problem.code}`}`;
  });

const NO_TOTALS = {
  create: 0,
  reinstate: 0,
  link: 0,
  rename: 0,
  update: 0,
  remove: 0,
  conflict: 0,
  unchanged: 0,
};

describe('planFleet', () => {
  it('says nothing of who is as they should be', () => {
    const state = fleet({ gps: [person('1', 'A')], driveri: [twin('1', 'A')], links: [linkOf('1', 'A')] });
    expect(planFleet(state)).toMatchObject({ items: [], totals: { ...NO_TOTALS, unchanged: 1 } });
    expect(planFleet(fleet({}))).toMatchObject({ items: [], totals: NO_TOTALS });
  });

  it('moves a chain from its end, so that nobody loses a history', () => {
    const state = fleet({
      gps: [person('1', 'B'), person('2', 'C'), person('3', 'D')],
      driveri: [twin('1', 'A'), twin('2', 'B'), twin('3', 'C')],
      links: [linkOf('1', 'A'), linkOf('2', 'B'), linkOf('3', 'C')],
    });
    const plan = planFleet(state);
    expect(linesOf(plan)).toEqual(['3 8 RENAME: rename', '2 8 RENAME: rename', '1 8 RENAME: rename']);
    expect(plan.totals).toEqual({ ...NO_TOTALS, rename: 3 });
    const names = plan.result.driveriDrivers().map((driver) => `${driver.driverId} ${driver.firstName}`);
    expect(names.sort()).toEqual(['B F1', 'C F2', 'D F3']);
    expect(state.driveri(d('A'))).not.toBeNull();
  });

  it('plans who waited again after its holder', () => {
    const plan = planFleet(
      fleet({
        gps: [person('1', 'B'), person('2', 'Y')],
        driveri: [twin('1', 'A'), twin('2', 'B'), twin('2', 'Y')],
        links: [linkOf('1', 'A'), linkOf('2', 'B')],
      }),
    );
    expect(linesOf(plan)).toEqual(['2 12 LINK: link', '1 12 LINK: link update']);
    expect(plan.items[1]?.changes).toEqual([
      { field: 'driverId', from: 'A', to: 'B' },
      { field: 'firstName', from: 'F2', to: 'F1' },
    ]);
  });

  it('plans who waited for a forgotten driver again, whoever comes first', () => {
    const gps = [absent('1', gone), person('2', 'A')];
    const links = [linkOf('1', 'A')];
    expect(linesOf(planFleet(fleet({ gps, links })))).toEqual(['1 3 NONE: forget', '2 11 CREATE: create']);
    expect(linesOf(planFleet(fleet({ gps: [...gps].reverse(), links })))).toEqual([
      '1 3 NONE: forget',
      '2 11 CREATE: create',
    ]);
  });

  it('moves a swap in one step, which stands with both', () => {
    const plan = planFleet(
      fleet({
        gps: [person('1', 'B'), person('2', 'A')],
        driveri: [twin('1', 'A'), twin('2', 'B')],
        links: [linkOf('1', 'A'), linkOf('2', 'B')],
      }),
    );
    expect(linesOf(plan)).toEqual(['2 15 LINK: link update', '1 15 LINK: link update']);
    expect(plan.items[0]?.steps[0]).toBe(plan.items[1]?.steps[0]);
    expect(plan.items.map((item) => item.changes[0])).toEqual([
      { field: 'driverId', from: 'B', to: 'A' },
      { field: 'driverId', from: 'A', to: 'B' },
    ]);
    expect(plan.totals).toEqual({ ...NO_TOTALS, link: 2 });
  });

  it('moves a swap one of whose two was renamed in Driveri: the link follows, and then both go', () => {
    const plan = planFleet(
      fleet({
        gps: [person('1', 'B'), person('2', 'A')],
        driveri: [twin('1', 'Q', { createdDate: 50 }), twin('2', 'B')],
        links: [linkOf('1', 'A', { createdDate: 50 }), linkOf('2', 'B')],
      }),
    );
    expect(linesOf(plan)).toEqual(['2 8 RENAME: rename', '1 15 LINK: link rename']);
    const names = plan.result.driveriDrivers().map((driver) => `${driver.driverId} ${driver.firstName}`);
    expect(names.sort()).toEqual(['A F2', 'B F1']);
  });

  it('shows no change of what comes out as it was', () => {
    const plan = planFleet(
      fleet({
        gps: [person('1', 'A')],
        driveri: [removedDriver({ driverId: d('Q'), firstName: 'F1', createdDate: 50 })],
        links: [linkOf('1', 'A', { createdDate: 50 })],
      }),
    );
    expect(linesOf(plan)).toEqual(['1 10 REINSTATE: link reinstate rename']);
    expect(plan.items[0]?.changes).toEqual([{ field: 'status', from: 'Deleted', to: 'Active' }]);
  });

  it('hands over to a successor instead of removing', () => {
    const plan = planFleet(
      fleet({
        gps: [absent('1', gone), person('2', 'A')],
        driveri: [twin('1', 'A')],
        links: [linkOf('1', 'A')],
      }),
    );
    expect(linesOf(plan)).toEqual(['1 2 LINK: link forget', '2 2 LINK: link update']);
    expect(plan.items[1]?.changes).toEqual([
      { field: 'driverId', from: null, to: 'A' },
      { field: 'firstName', from: 'F1', to: 'F2' },
    ]);
  });

  it('shows what a driver comes to, step by step', () => {
    const plan = planFleet(
      fleet({
        gps: [person('1', 'B', { lastName: null }), person('2', 'C')],
        driveri: [
          removedDriver({ driverId: d('A'), lastName: 'Old' }),
          removedDriver({ driverId: d('C'), firstName: 'F2' }),
        ],
        links: [linkOf('1', 'A')],
      }),
    );
    expect(linesOf(plan)).toEqual(['1 9 REINSTATE: reinstate rename', '2 13 REINSTATE: link reinstate']);
    expect(plan.items[0]?.changes).toEqual([
      { field: 'status', from: 'Deleted', to: 'Active' },
      { field: 'firstName', from: 'Ann', to: 'F1' },
      { field: 'driverId', from: 'A', to: 'B' },
      { field: 'lastName', from: 'Old', to: null },
    ]);
    expect(plan.totals).toEqual({ ...NO_TOTALS, reinstate: 2 });
  });

  it('has CONFLICT for a headline when it ends in one, updates and all', () => {
    const plan = planFleet(
      fleet({
        gps: [person('1', 'Z'), person('2', 'Z')],
        driveri: [twin('x', 'A')],
        links: [linkOf('1', 'A')],
      }),
    );
    expect(linesOf(plan)).toEqual(['1 5 CONFLICT: update, CONFLICT', '2 5 CONFLICT: , CONFLICT']);
    expect(plan.totals).toEqual({ ...NO_TOTALS, conflict: 2 });
  });

  it('counts every action, and the rest as unchanged', () => {
    const plan = planFleet(
      fleet({
        gps: [
          person('1', 'NEW'),
          person('2', 'B'),
          absent('3', gone),
          absent('4', missing),
          absent('5', gone),
          person('6', 'F'),
        ],
        driveri: [twin('x', 'B'), twin('3', 'C'), twin('6', 'F')],
        links: [linkOf('2', 'B'), linkOf('3', 'C'), linkOf('6', 'F')],
      }),
    );
    expect(linesOf(plan)).toEqual([
      '1 11 CREATE: create',
      '2 6 UPDATE: update',
      '3 3 REMOVE: remove',
      '4 4 NONE: , NOT_PROVEN_GONE',
      '5 1 NONE: forget',
    ]);
    expect(plan.totals).toEqual({ ...NO_TOTALS, create: 1, update: 1, remove: 1, unchanged: 3 });
  });

  it('reports a link without the name that reinstating needs', () => {
    const plan = planFleet(
      fleet({
        gps: [person('1', 'A', { firstName: null, lastName: null })],
        driveri: [removedDriver()],
      }),
    );
    expect(linesOf(plan)).toEqual(['1 13 LINK: link, MISSING_NAME']);
  });
});

describe('a scope', () => {
  const chain = () =>
    fleet({
      gps: [person('1', 'B'), person('2', 'C')],
      driveri: [twin('1', 'A'), twin('2', 'B')],
      links: [linkOf('1', 'A'), linkOf('2', 'B')],
    });

  it('plans only who is in it, and sees the others', () => {
    expect(linesOf(planFleet(chain(), new Set([g('1')])))).toEqual(['1 15 NONE: , WAITING']);
    expect(linesOf(planFleet(chain(), new Set([g('2')])))).toEqual(['2 8 RENAME: rename']);
    expect(planFleet(chain(), new Set([g('1')])).totals).toEqual({ ...NO_TOTALS, unchanged: 1 });
    expect(planFleet(chain(), new Set()).items).toEqual([]);
  });

  it('has no item for who is moved from outside it', () => {
    const swap = fleet({
      gps: [person('1', 'B'), person('2', 'A')],
      driveri: [twin('1', 'A'), twin('2', 'B')],
      links: [linkOf('1', 'A'), linkOf('2', 'B')],
    });
    const plan = planFleet(swap, new Set([g('1')]));
    expect(linesOf(plan)).toEqual(['1 15 LINK: link update']);
    expect(plan.result.link(g('2'))?.driverId).toBe('A');
  });
});
