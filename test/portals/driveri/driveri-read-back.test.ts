import type { DriveriDriver } from '../../../src/driver/driveri-driver';
import type { DriveriPortal } from '../../../src/driver/ports/driveri-portal';
import { driverId, type DriverId } from '../../../src/driver/ids';
import { PortalError, type PortalErrorKind } from '../../../src/driver/ports/portal-error';
import { createReadBack } from '../../../src/portals/driveri/driveri-read-back';
import { driveriDriver } from '../../driver/fixtures';

const D = driverId;

/** A tenant that notes what it is asked, and answers when the test says so. */
class Tenant implements Pick<DriveriPortal, 'readDriver' | 'changedSince'> {
  readonly asked: string[] = [];
  readonly drivers = new Map<DriverId, DriveriDriver>();
  failure: PortalErrorKind | null = null;
  private now = 0;

  put(id: string, updatedDate: number): void {
    this.drivers.set(D(id), driveriDriver({ driverId: D(id), createdDate: 1, updatedDate }));
  }

  async readDriver(id: DriverId): ReturnType<DriveriPortal['readDriver']> {
    const sentAt = this.ask(id);
    await Promise.resolve();
    return { driver: this.drivers.get(id) ?? null, sentAt };
  }

  async changedSince(from: number): ReturnType<DriveriPortal['changedSince']> {
    const sentAt = this.ask(`since ${from}`);
    await Promise.resolve();
    if (this.failure !== null) throw failure(this.failure);
    const drivers = [...this.drivers.values()].filter((one) => (one.updatedDate ?? 0) >= from);
    return { drivers, sentAt, setAside: [], cleaned: new Map(), provesAbsence: false };
  }

  private ask(what: string): number {
    this.asked.push(what);
    return (this.now += 1);
  }
}

const failure = (kind: PortalErrorKind): PortalError =>
  new PortalError({ portal: 'driveri', operation: 'drivers.list', kind, outcome: 'none', message: kind });

describe('reading back', () => {
  let tenant: Tenant;
  let readBack: DriveriPortal['readBack'];
  const all = (...ids: string[]) => Promise.all(ids.map((id) => readBack(D(id))));

  beforeEach(async () => {
    tenant = new Tenant();
    readBack = createReadBack(tenant);
    tenant.put('A', 100_000);
    await readBack(D('A'));
  });

  it('costs one driver one direct read', async () => {
    expect(tenant.asked).toEqual(['A']);
    expect(await readBack(D('NOBODY'))).toEqual({ driver: null, sentAt: 2 });
    expect(tenant.asked).toEqual(['A', 'NOBODY']);
  });

  it('costs many drivers one listing, from a little before the newest change seen', async () => {
    for (const [index, id] of ['B', 'C', 'D'].entries()) tenant.put(id, 101_000 + index);
    const readings = await all('B', 'C', 'D');
    expect(tenant.asked.slice(1)).toEqual(['since 98000']);
    expect(readings.map((reading) => [reading.driver?.driverId, reading.sentAt])).toEqual([
      ['B', 2],
      ['C', 2],
      ['D', 2],
    ]);
    await all('B', 'C');
    expect(tenant.asked.slice(2)).toEqual(['since 99002']);
  });

  it('gathers whoever comes while an answer is awaited, and asks for them only after that', async () => {
    tenant.put('B', 101_000);
    tenant.put('C', 101_000);
    const first = readBack(D('A'));
    await Promise.resolve();
    const later = all('B', 'C');
    await first;
    await later;
    expect(tenant.asked.slice(1)).toEqual(['A', 'since 98000']);
  });

  it('reads whoever the listing does not show directly: it is a hint, never a proof of absence', async () => {
    tenant.put('B', 101_000);
    tenant.put('OLD', 5);
    const readings = await all('B', 'OLD', 'NOBODY');
    expect(tenant.asked.slice(1)).toEqual(['since 98000', 'OLD', 'NOBODY']);
    expect(readings.map((reading) => reading.driver?.driverId ?? null)).toEqual(['B', 'OLD', null]);
  });

  it('lists from further back once somebody was missed for it, and not for a date that a write leaves alone', async () => {
    tenant.put('LATE', 95_000);
    tenant.put('OLD', 5);
    await all('A', 'LATE');
    await all('A', 'OLD');
    await all('A', 'LATE');
    const listings = tenant.asked.filter((asked) => asked.startsWith('since'));
    expect(listings).toEqual(['since 98000', 'since 95000', 'since 95000']);
  });

  it('waits a moment after a listing, so that the writes of a run share the next one', async () => {
    await all('A', 'NOBODY');
    const asked = tenant.asked.length;
    const first = readBack(D('A'));
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([first, all('A', 'NOBODY')]);
    expect(tenant.asked.slice(asked)).toEqual(['since 98000', 'NOBODY']);
  });

  it('reads everybody directly when the listing moved while it was read', async () => {
    tenant.failure = 'incomplete';
    tenant.put('B', 101_000);
    expect((await all('A', 'B')).map((reading) => reading.driver?.driverId)).toEqual(['A', 'B']);
  });

  it('fails for everybody whom a listing failed for, and goes on with the next', async () => {
    tenant.failure = 'unreachable';
    const outcomes = await Promise.allSettled([readBack(D('A')), readBack(D('B'))]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected']);
    tenant.failure = null;
    expect((await readBack(D('A'))).driver?.driverId).toBe('A');
  });
});
