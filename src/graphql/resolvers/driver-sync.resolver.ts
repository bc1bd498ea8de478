import 'reflect-metadata';
import { Ctx, FieldResolver, Query, Resolver } from 'type-graphql';
import type { ApiContext } from '../request-context';
import {
  DriverSync,
  DriverSyncCounts,
  SyncHealth,
  toDriverSync,
  toDriverSyncCounts,
} from '../types/driver-sync.type';
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

  @FieldResolver(() => SyncRun, { nullable: true, description: 'The newest run.' })
  async lastRun(@Ctx() context: ApiContext): Promise<SyncRun | null> {
    const view = await context.loaders.lastRun();
    return view === null ? null : toSyncRun(view);
  }
}
