import { migrations } from '../../src/store/migrations/all';
import { refreshStatistics } from '../../src/store/query-statistics';
import { ACME, OTHER, seedFleet } from '../graphql/support/fleet';
import { describeEachDatabase } from '../support/databases';

describeEachDatabase(
  'the statistics of the planner',
  (given) => {
    it('are made anew where a table has grown, and left alone otherwise', async () => {
      const { kysely } = given.open();
      await seedFleet(kysely, ACME, 500);
      const grown = await refreshStatistics(kysely);
      expect(grown).toEqual(expect.arrayContaining(['driver', 'gps_driver', 'driveri_driver', 'sync_row']));
      expect(await refreshStatistics(kysely)).toEqual([]);
      await seedFleet(kysely, OTHER, 2_000);
      expect(await refreshStatistics(kysely)).toContain('driver');
    });
  },
  { migrations },
);
