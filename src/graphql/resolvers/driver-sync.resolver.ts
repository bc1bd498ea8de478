import 'reflect-metadata';
import { Arg, Ctx, FieldResolver, Query, Resolver } from 'type-graphql';
import { bucketLimits, MOST_BUCKETS } from '../../gateway/statistics-buckets';
import type { StatisticsBucket as Bucket } from '../../gateway/views/statistics-view';
import { apiError } from '../answers/api-error';
import { configuredAccount, type ApiContext } from '../request-context';
import { DateTime } from '../types/date-time.scalar';
import {
  DriverSync,
  DriverSyncCounts,
  SyncHealth,
  toDriverSync,
  toDriverSyncCounts,
} from '../types/driver-sync.type';
import { StatisticsBucket, SyncStatistics } from '../types/sync-statistics.type';
import { SyncSettings } from '../types/sync-settings.type';
import { SyncRun, toSyncRun } from '../types/sync-run.type';

@Resolver(() => DriverSync)
export class DriverSyncResolver {
  @Query(() => DriverSync, { description: "The account's Driver Sync." })
  async driverSync(@Ctx() context: ApiContext): Promise<DriverSync> {
    return toDriverSync(context.account, await context.loaders.driverSync());
  }

  @FieldResolver(() => SyncHealth, { description: 'How it fares.' })
  health(@Ctx() context: ApiContext): Promise<SyncHealth> {
    return context.loaders.health();
  }

  @FieldResolver(() => DriverSyncCounts, { description: 'How many drivers have which status.' })
  async counts(@Ctx() context: ApiContext): Promise<DriverSyncCounts> {
    return toDriverSyncCounts(await context.loaders.counts());
  }

  @FieldResolver(() => SyncSettings, {
    description: 'The limits and intervals in force for this account: read-only, from its configuration.',
  })
  settings(@Ctx() context: ApiContext): SyncSettings {
    return configuredAccount(context).settings;
  }

  @Query(() => [SyncStatistics], {
    description: `What the sync did over time, one row per bucket that the range touches, gaps included as zeros. At most ${MOST_BUCKETS} buckets.`,
  })
  async syncStatistics(
    @Ctx() context: ApiContext,
    @Arg('from', () => DateTime, { description: 'The first bucket holds this time.' }) from: number,
    @Arg('to', () => DateTime, { description: 'The last bucket holds the instant before this time.' })
    to: number,
    @Arg('bucket', () => StatisticsBucket, { defaultValue: 'DAY', description: 'How long a bucket is.' })
    bucket: Bucket,
  ): Promise<readonly SyncStatistics[]> {
    const limits = bucketLimits(from, to, bucket, configuredAccount(context).timeZone);
    if (limits === null) {
      throw apiError(
        'TOO_MANY_BUCKETS',
        `The range has more than ${MOST_BUCKETS} buckets. Ask for a shorter one.`,
        {
          argument: 'to',
        },
      );
    }
    return context.services.queries.statistics(context.account, limits);
  }

  @FieldResolver(() => SyncRun, { nullable: true, description: 'The newest run.' })
  async lastRun(@Ctx() context: ApiContext): Promise<SyncRun | null> {
    const view = await context.loaders.lastRun();
    return view === null ? null : toSyncRun(view);
  }
}
