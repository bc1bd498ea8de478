import { migrations } from '../../src/store/migrations/all';
import { createPgGatewayQueries } from '../../src/store/queries/pg-gateway-queries';
import { healthAt } from '../support/health-source';
import { refreshStatistics } from '../../src/store/queries/query-statistics';
import { ACME, OTHER, seedFleet } from '../graphql/support/fleet';
import { describeEachDatabase } from '../support/databases';

describeEachDatabase(
  'the statistics of the planner',
  (given) => {
    it('are made anew where a table has grown, and left alone otherwise', async () => {
      const { kysely } = given.open();
      await seedFleet(kysely, ACME, 500);
      const grown = await refreshStatistics(kysely);
      expect(grown).toEqual(
        expect.arrayContaining(['driver', 'gps_driver', 'driveri_driver', 'driver_work']),
      );
      expect(await refreshStatistics(kysely)).toEqual([]);
      await seedFleet(kysely, OTHER, 2_000);
      expect(await refreshStatistics(kysely)).toContain('driver');
    });

    it('do not decide what a group has: a small one is looked up first, a large one is walked past', async () => {
      const { kysely } = given.open();
      const queries = createPgGatewayQueries(kysely, healthAt(Date.now));
      // Of 2,000 drivers every eleventh is not in GPS; all others are in North, every twenty-fifth in Night Shift as well.
      const sizes = { North: 2_000 - 181, 'Night Shift': 80 - 7, Nowhere: 0 };
      for (const [group, size] of Object.entries(sizes)) {
        expect(await queries.countDrivers(OTHER, { group })).toBe(size);
        const { rows, hasAfter } = await queries.drivers(OTHER, {
          filter: { group },
          sort: 'NAME',
          descending: false,
          fromEnd: false,
          limit: 50,
        });
        expect([rows.length, hasAfter]).toEqual([Math.min(size, 50), size > 50]);
        expect(rows.every(({ driver }) => driver.gps?.groups.includes(group))).toBe(true);
      }
    });
  },
  { migrations },
);
