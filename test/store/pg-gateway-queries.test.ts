import { sql } from 'kysely';
import { accountId, driverKey, runId } from '../../src/driver/ids';
import { makeDocuments } from '../../src/store/migrations/0011-driver-document';
import { migrations } from '../../src/store/migrations/all';
import { createPgGatewayQueries } from '../../src/store/queries/pg-gateway-queries';
import { healthAt } from '../support/health-source';
import type { GatewayQueries } from '../../src/gateway/queries';
import type { DriverPageRequest, DriverPosition, DriverSort } from '../../src/gateway/queries';
import { ACME, appendEvents, OTHER, SEEDED_AT, seedFleet, seedRun } from '../graphql/support/fleet';
import { describeEachDatabase } from '../support/databases';

const page = (given: Partial<DriverPageRequest> = {}): DriverPageRequest => ({
  filter: {},
  sort: 'NAME',
  descending: false,
  fromEnd: false,
  limit: 7,
  ...given,
});

describeEachDatabase(
  'what the API reads',
  (given) => {
    let queries: GatewayQueries;
    const db = () => given.open().kysely;

    beforeAll(async () => {
      queries = createPgGatewayQueries(
        db(),
        healthAt(() => SEEDED_AT),
      );
      await seedFleet(db(), ACME, 120);
      await seedFleet(db(), OTHER, 5);
      await seedRun(db(), ACME, { id: 'run-1', status: 'RUNNING', items: 8 });
      await seedRun(db(), ACME, { id: 'run-2', status: 'SUCCEEDED', items: 1, startedAt: SEEDED_AT + 1 });
      await seedRun(db(), OTHER, { id: 'other-run', status: 'PLANNED', items: 2 });
      await appendEvents(
        db(),
        ACME,
        Array.from({ length: 30 }, (_, n) => ({
          driverKey: `acme-${(n % 3) + 1}`,
          type: n % 2 ? 'DRIFT_DETECTED' : 'GPS_DRIVER_UPDATED',
          message: `Event ${n + 1}`,
        })),
      );
      await appendEvents(db(), OTHER, [{ driverKey: 'other-1' }]);
    });

    const keys = async (request: DriverPageRequest) =>
      (await queries.drivers(ACME, request)).rows.map(({ driver }) => String(driver.key));
    const search = async (text: string) => keys(page({ filter: { search: text }, limit: 100 }));

    describe('a list of drivers', () => {
      it.each(
        (['NAME', 'REFERENCE_ID', 'DRIVERI_DRIVER_ID', 'LAST_SYNCED_AT', 'STATUS'] as const).flatMap(
          (sort) => [[sort, false] as const, [sort, true] as const],
        ),
      )(
        'is the same forwards, backwards and in one piece, by %s (descending: %s)',
        async (sort, descending) => {
          const all = await keys(page({ sort, descending, limit: 500 }));
          expect(new Set(all).size).toBe(120);
          const forwards = await walk(queries, sort, descending, false);
          const backwards = await walk(queries, sort, descending, true);
          expect(forwards).toEqual(all);
          expect(backwards).toEqual(all);
        },
      );

      it('says exactly whether there is something in front and behind', async () => {
        const first = await queries.drivers(ACME, page({ limit: 3 }));
        expect([first.hasBefore, first.hasAfter]).toEqual([false, true]);
        const place = first.rows[2]!.position;
        const second = await queries.drivers(ACME, page({ limit: 3, after: place }));
        expect([second.hasBefore, second.hasAfter]).toEqual([true, true]);
        const between = await queries.drivers(
          ACME,
          page({ limit: 50, after: place, before: second.rows[2]!.position }),
        );
        expect(between.rows).toHaveLength(2);
        expect([between.hasBefore, between.hasAfter]).toEqual([true, true]);
        const last = await queries.drivers(ACME, page({ limit: 3, fromEnd: true }));
        expect([last.hasBefore, last.hasAfter]).toEqual([true, false]);
      });

      it('goes on where it was, although its last row has gone and others have come in front', async () => {
        const first = await queries.drivers(ACME, page({ limit: 5 }));
        const place = first.rows[4]!;
        const before = await keys(page({ limit: 5, after: place.position }));
        await sql`update gateway.driver set listed = false where account = ${ACME} and key = ${place.driver.key}`.execute(
          db(),
        );
        await sql`update gateway.driver set name_key = 'aaa' where account = ${ACME} and key = 'acme-119'`.execute(
          db(),
        );
        expect(await keys(page({ limit: 5, after: place.position }))).toEqual(
          before.filter((key) => key !== 'acme-119'),
        );
        await sql`update gateway.driver set listed = true where account = ${ACME}`.execute(db());
        await sql`update gateway.driver set name_key = lower(full_name) where account = ${ACME} and key = 'acme-119'`.execute(
          db(),
        );
      });

      it('shows both sides, with the time of the newest observation', async () => {
        const [driver] = await queries.driversByKey(ACME, [driverKey('acme-1')]);
        expect(driver).toMatchObject({
          key: 'acme-1',
          presence: 'BOTH',
          fullName: 'Ana García',
          gps: {
            gpsId: 'g1',
            referenceId: 'R-1',
            driveriDriverId: 'D-1',
            groups: ['North'],
            observedAt: SEEDED_AT,
          },
          driveri: {
            driverId: 'D-1',
            mobileApp: true,
            status: 'Active',
            active: true,
            observedAt: SEEDED_AT,
          },
          sync: { status: 'IN_SYNC', attempts: 0, nextAttemptAt: null, problem: null },
        });
      });

      it('shows a Driveri driver who is removed as not there, and a missing GPS driver as last seen', async () => {
        await sql`update gateway.driveri_driver set removed = true where account = ${ACME} and driver_id = 'D-2'`.execute(
          db(),
        );
        await sql`update gateway.gps_driver set presence = 'missing' where account = ${ACME} and gps_id = 'g2'`.execute(
          db(),
        );
        await makeDocuments(db());
        const [driver] = await queries.driversByKey(ACME, [driverKey('acme-2')]);
        expect(driver?.driveri).toBeNull();
        expect(driver?.gps?.observedAt).toBe(SEEDED_AT - 60_000);
        await sql`update gateway.driveri_driver set removed = false where account = ${ACME}`.execute(db());
        await sql`update gateway.gps_driver set presence = 'present' where account = ${ACME}`.execute(db());
        await makeDocuments(db());
      });
    });

    describe('a search', () => {
      it.each([
        ['accents and case do not matter', 'JOSE garcia', 'acme-100'],
        ['words stand in any order', 'garcía josé', 'acme-100'],
        ['a part of an e-mail', 'driver57@exam', 'acme-57'],
        ['a phone by its digits', '5550000057', 'acme-57'],
        ['a phone however it is written', '(555) 000-0057', 'acme-57'],
        ['a Ref ID', 'r-57', 'acme-57'],
        ['a DriverID of a driver whom only Driveri has', 'D-77', 'acme-77'],
      ])('finds %s: %s', async (_what, text, key) => {
        expect(await search(text)).toContain(key);
      });

      it.each(['100%', '_', 'driver5_@', '\\', "'; drop table gateway.driver; --", '%%%'])(
        'takes %s as the text that it is',
        async (text) => {
          expect(await search(text)).toEqual([]);
        },
      );

      describe('by relevance', () => {
        const relevance = (given: Partial<DriverPageRequest>) => page({ sort: 'RELEVANCE', ...given });

        it('has exact matches first, then beginnings of words, then the rest, each by name', async () => {
          const found = await keys(relevance({ filter: { search: 'd-1' }, limit: 100 }));
          expect(found[0]).toBe('acme-1');
          expect(new Set(found.slice(1))).toEqual(
            new Set(
              [
                10,
                ...Array.from({ length: 10 }, (_, n) => 10 + n),
                ...Array.from({ length: 21 }, (_, n) => 100 + n),
              ].map((n) => `acme-${n}`),
            ),
          );
          const texts = await queries.drivers(ACME, relevance({ filter: { search: 'an' }, limit: 100 }));
          const ranks = texts.rows.map((row) => row.position.rank);
          expect(ranks).toEqual([...ranks].sort());
          expect(new Set(ranks).size).toBeGreaterThan(0);
        });

        it('has beginnings of words only, for a letter or two', async () => {
          const names = async (search: string) =>
            (await queries.drivers(ACME, relevance({ filter: { search }, limit: 500 }))).rows;
          expect(await names('na')).toEqual([]);
          expect((await names('nap')).length + (await names('ana')).length).toBeGreaterThan(0);
          // In "d'angelo", "d-5" and "ana".
          for (const text of ['an', '5', 'd']) expect((await names(text)).length).toBeGreaterThan(0);
        });

        it.each(['d-1', 'na', 'an', 'r', 'garcia', 'e', '%', "'"])(
          'of "%s" reads the same from both ends, and finds what other orders find',
          async (text) => {
            const filter = { search: text };
            const all = await keys(relevance({ filter, limit: 500 }));
            expect(await walk(queries, 'RELEVANCE', false, false, filter)).toEqual(all);
            expect(await walk(queries, 'RELEVANCE', false, true, filter)).toEqual(all);
            expect(new Set(all)).toEqual(new Set(await keys(page({ filter, limit: 500 }))));
          },
        );
      });

      it('finds everybody with nothing but spaces', async () => {
        expect(await queries.countDrivers(ACME, { search: '   ' })).toBe(120);
      });
    });

    describe('filters', () => {
      it.each([
        [{ presence: ['DRIVERI_ONLY'] as const }, 10],
        [{ presence: ['GPS_ONLY', 'DRIVERI_ONLY'] as const }, 21],
        [{ status: ['FAILED'] as const }, 1],
        [{ status: ['OFF'] as const }, 0],
        [{ group: 'Night Shift' }, 4],
        [{ group: 'night shift' }, 0],
        [{ driveriDriverId: 'D-57' }, 1],
        [{ driveriDriverId: ' D-57 ' }, 1],
        [{ driveriDriverId: 'd-57' }, 0],
        [{ referenceId: 'r-57' }, 1],
        [{ presence: [] }, 0],
        [{ group: 'Night Shift', search: 'garcia', status: ['IN_SYNC', 'PENDING', 'DRIFTED'] as const }, 1],
      ])('%j finds %i', async (filter, count) => {
        expect(await queries.countDrivers(ACME, filter)).toBe(count);
        expect(await keys(page({ filter, limit: 200 }))).toHaveLength(count);
      });
    });

    describe('while Driver Sync is off', () => {
      beforeAll(() => sql`update gateway.account set enabled = false where account = ${ACME}`.execute(db()));
      afterAll(() => sql`update gateway.account set enabled = true where account = ${ACME}`.execute(db()));

      it("everybody's status is OFF, in lists, filters, counts and health", async () => {
        const { rows } = await queries.drivers(ACME, page({ filter: { status: ['OFF'] }, limit: 500 }));
        expect(rows).toHaveLength(120);
        expect(new Set(rows.map(({ driver }) => driver.sync.status))).toEqual(new Set(['OFF']));
        expect(await queries.countDrivers(ACME, { status: ['IN_SYNC', 'FAILED'] })).toBe(0);
        expect(await queries.counts(ACME)).toMatchObject({ total: 120, OFF: 120, IN_SYNC: 0 });
        expect(await queries.health(ACME)).toMatchObject({ state: 'OFF' });
        expect(await queries.driverSync(ACME)).toMatchObject({ enabled: false, nextRunAt: null });
      });
    });

    describe('health', () => {
      const problem = (severity: string) =>
        sql`insert into gateway.account_problem (account, code, message, hint, severity, since_at)
          values (${ACME}, ${severity}, 'm', 'h', ${severity}, 1)`.execute(db());

      it('is blocked by what blocks, degraded by the rest and by drivers who failed', async () => {
        expect((await queries.health(ACME)).state).toBe('DEGRADED');
        await sql`update gateway.driver set status = 'IN_SYNC' where account = ${ACME} and status = 'FAILED'`.execute(
          db(),
        );
        expect(await queries.health(ACME)).toMatchObject({
          state: 'HEALTHY',
          gpsObservedAt: SEEDED_AT,
          problems: [],
        });
        await problem('degraded');
        expect((await queries.health(ACME)).state).toBe('DEGRADED');
        await problem('blocked');
        const health = await queries.health(ACME);
        expect([health.state, health.problems[0]?.code]).toEqual(['BLOCKED', 'blocked']);
        await sql`delete from gateway.account_problem where account = ${ACME}`.execute(db());
      });
    });

    describe('drivers by key', () => {
      it('come in the order asked, null for who is not there, the survivor for who was merged', async () => {
        await sql`insert into gateway.driver (account, key, merged_into, created_at, listed, presence, status, full_name, name_key,
          reference_key, driver_id_key, search_text, version)
          values (${ACME}, 'old', 'acme-3', 0, false, 'BOTH', 'IN_SYNC', 'x', 'x', '', '', '', '')`.execute(
          db(),
        );
        const found = await queries.driversByKey(
          ACME,
          ['acme-2', 'nobody', 'old', 'other-1', 'acme-2'].map(driverKey),
        );
        expect(found.map((driver) => driver?.key ?? null)).toEqual([
          'acme-2',
          null,
          'acme-3',
          null,
          'acme-2',
        ]);
      });

      it('have the events of their merged keys, too', async () => {
        await appendEvents(db(), ACME, [{ driverKey: 'old', message: 'before the merge' }]);
        for (const key of ['old', 'acme-3'].map(driverKey)) {
          const { rows } = await queries.eventsNewestFirst(ACME, { limit: 3, filter: { driverKey: key } });
          expect(rows.map(({ message }) => message)).toEqual(['before the merge', 'Event 30', 'Event 27']);
          const [loaded] = await queries.eventsOfDrivers(ACME, [key], 3);
          expect(loaded).toEqual({ rows, hasAfter: true });
        }
      });
    });

    describe('the log', () => {
      it('is read newest first by pages and filters, and oldest first from a place on', async () => {
        const first = await queries.eventsNewestFirst(ACME, {
          limit: 4,
          filter: { types: ['DRIFT_DETECTED'] },
        });
        expect(first.rows.map(({ seq }) => seq)).toEqual([30, 28, 26, 24]);
        const next = await queries.eventsNewestFirst(ACME, {
          limit: 4,
          before: 24,
          filter: { types: ['DRIFT_DETECTED'] },
        });
        expect(next.rows.map(({ seq }) => seq)).toEqual([22, 20, 18, 16]);
        expect((await queries.eventsAfter(ACME, 28, 10)).map(({ seq }) => seq)).toEqual([29, 30, 31]);
        expect((await queries.eventsBySeq(ACME, [5, 999, 2])).map((event) => event?.seq ?? null)).toEqual([
          5,
          null,
          2,
        ]);
        expect(await queries.eventRange(ACME)).toEqual({ first: 1, last: 31 });
      });

      it('has a range also when it is empty, or was cut short', async () => {
        expect(await queries.eventRange(accountId('nobody'))).toEqual({ first: 1, last: 0 });
        await appendEvents(db(), accountId('pruned'), [{}, {}, {}]);
        await sql`delete from gateway.event where account = 'pruned' and seq < 3`.execute(db());
        expect(await queries.eventRange(accountId('pruned'))).toEqual({ first: 3, last: 3 });
        await sql`delete from gateway.event where account = 'pruned'`.execute(db());
        expect(await queries.eventRange(accountId('pruned'))).toEqual({ first: 4, last: 3 });
      });
    });

    describe('runs', () => {
      it('come newest first, by page, with their progress', async () => {
        const first = await queries.runs(ACME, { limit: 1 });
        expect(first).toMatchObject({
          hasAfter: true,
          rows: [{ id: 'run-2', progress: 1, totals: { update: 3, create: 0 } }],
        });
        const next = await queries.runs(ACME, { limit: 5, after: runId('run-2') });
        expect(next).toMatchObject({ hasAfter: false, rows: [{ id: 'run-1', progress: 0.25 }] });
        expect(await queries.countRuns(ACME)).toBe(2);
        expect(await queries.runs(ACME, { limit: 5, after: runId('other-run') })).toEqual({
          rows: [],
          hasAfter: false,
        });
      });

      it('have items by page and filter', async () => {
        const first = await queries.runItems(ACME, runId('run-1'), { limit: 2, action: ['UPDATE'] });
        expect(first.rows.map(({ position }) => position)).toEqual([2, 4]);
        const next = await queries.runItems(ACME, runId('run-1'), { limit: 2, action: ['UPDATE'], after: 4 });
        expect(next.rows.map(({ position }) => position)).toEqual([6, 8]);
        expect(next.hasAfter).toBe(false);
        expect(await queries.countRunItems(ACME, runId('run-1'), { outcome: ['APPLIED'] })).toBe(2);
        const [item, none] = await queries.runItemsById(ACME, ['run-1-1', 'other-run-1']);
        expect([item?.driverName, none]).toEqual(['Driver 1', null]);
      });
    });

    describe('another account', () => {
      it('is not there', async () => {
        expect(await queries.runsById(ACME, [runId('other-run')])).toEqual([null]);
        expect(await queries.countRunItems(ACME, runId('other-run'), {})).toBe(0);
        expect((await queries.drivers(OTHER, page({ limit: 200 }))).rows).toHaveLength(5);
        const own = await queries.eventsNewestFirst(OTHER, {
          limit: 9,
          filter: { driverKey: driverKey('acme-1') },
        });
        expect(own.rows).toEqual([]);
      });
    });
  },
  { migrations },
);

/** Every key, read page by page from one end to the other. */
async function walk(
  queries: GatewayQueries,
  sort: DriverSort,
  descending: boolean,
  fromEnd: boolean,
  filter: DriverPageRequest['filter'] = {},
): Promise<readonly string[]> {
  const found: string[] = [];
  let place: DriverPosition | undefined;
  for (;;) {
    const { rows, hasBefore, hasAfter } = await queries.drivers(
      ACME,
      page({ sort, descending, fromEnd, filter, ...(place && { [fromEnd ? 'before' : 'after']: place }) }),
    );
    const some = rows.map(({ driver }) => String(driver.key));
    if (fromEnd) found.unshift(...some);
    else found.push(...some);
    place = (fromEnd ? rows[0] : rows.at(-1))?.position;
    if (!(fromEnd ? hasBefore : hasAfter)) return found;
  }
}
