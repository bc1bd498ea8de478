import { createFleetState, type FleetSnapshot } from '../../src/driver/fleet-state';
import { planFleet } from '../../src/driver/plan-fleet';
import { d, driveriDriver, g, gone, known, linkOf, POLICY, present } from './fixtures';

const person = (id: string, wanted: string) => ({
  gpsId: g(id),
  side: present({ gpsId: g(id), driverId: known(wanted), firstName: `F${id}` }),
});
const twin = (id: string, driveri: string) => driveriDriver({ driverId: d(driveri), firstName: `F${id}` });

function fleet(snapshot: Partial<FleetSnapshot>) {
  return createFleetState({ gps: [], driveri: [], links: [], policy: POLICY, ...snapshot });
}

describe('planFleet', () => {
  it('moves a chain from its end, so that nobody loses a history', () => {
    const state = fleet({
      gps: [person('1', 'B'), person('2', 'C'), person('3', 'D')],
      driveri: [twin('1', 'A'), twin('2', 'B'), twin('3', 'C')],
      links: [linkOf('1', 'A'), linkOf('2', 'B'), linkOf('3', 'C')],
    });
    const plan = planFleet(state);
    expect(
      plan.items.map((item) => [item.gpsId, item.row, item.action, item.steps.map((step) => step.kind)]),
    ).toEqual([
      ['3', 8, 'RENAME', ['rename']],
      ['2', 8, 'RENAME', ['rename']],
      ['1', 8, 'RENAME', ['rename']],
    ]);
    expect(
      plan.result
        .driveriDrivers()
        .map((driver) => [driver.driverId, driver.firstName])
        .sort(),
    ).toEqual([
      ['B', 'F1'],
      ['C', 'F2'],
      ['D', 'F3'],
    ]);
  });

  it('moves a swap in one step, which stands with both', () => {
    const state = fleet({
      gps: [person('1', 'B'), person('2', 'A')],
      driveri: [twin('1', 'A'), twin('2', 'B')],
      links: [linkOf('1', 'A'), linkOf('2', 'B')],
    });
    const plan = planFleet(state);
    expect(
      plan.items.map((item) => [item.gpsId, item.row, item.action, item.steps.map((step) => step.kind)]),
    ).toEqual([
      ['2', 15, 'LINK', ['link', 'update']],
      ['1', 15, 'LINK', ['link', 'update']],
    ]);
    expect(plan.totals).toMatchObject({ link: 2, unchanged: 0 });
  });

  it('plans ten thousand chained drivers in about a second', () => {
    const size = 10_000;
    const ids = Array.from({ length: size }, (_, index) => index);
    const state = fleet({
      gps: ids.map((id) => person(`${id}`, `D${id + 1}`)),
      driveri: ids.map((id) => twin(`${id}`, `D${id}`)),
      links: ids.map((id) => linkOf(`${id}`, `D${id}`)),
    });
    const start = performance.now();
    const plan = planFleet(state);
    console.log(performance.now() - start);
    expect(plan.totals.rename).toBe(size);
  });

  it('hands over to a successor instead of removing', () => {
    const state = fleet({
      gps: [{ gpsId: g('1'), side: gone }, person('2', 'A')],
      driveri: [twin('2', 'A')],
      links: [linkOf('1', 'A')],
    });
    const plan = planFleet(state);
    expect(
      plan.items.map((item) => [item.gpsId, item.row, item.action, item.steps.map((step) => step.kind)]),
    ).toEqual([
      ['1', 2, 'LINK', ['link', 'forget']],
      ['2', 2, 'LINK', ['link']],
    ]);
  });
});
