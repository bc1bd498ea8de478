import 'reflect-metadata';
import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import type { SyncAction as Action } from '../../driver/driver-plan';
import { runId } from '../../driver/ids';
import type { ItemOutcome } from '../../sync/views';
import { decodeItemCursor, decodeRunCursor, encodeItemCursor, encodeRunCursor } from '../cursor';
import { keyOfNode } from '../node-id';
import { readPageSize, toConnection } from '../paging';
import type { ApiContext } from '../request-context';
import { Driver, toDriver } from '../types/driver.type';
import { SyncRun, SyncRunConnection, toSyncRun } from '../types/sync-run.type';
import {
  SyncAction,
  SyncItemOutcome,
  SyncRunItem,
  SyncRunItemConnection,
  toSyncRunItem,
} from '../types/sync-run-item.type';

@Resolver(() => SyncRun)
export class SyncRunResolver {
  @Query(() => SyncRun, { nullable: true, description: 'One run; null for an id that is not there.' })
  async syncRun(
    @Ctx() context: ApiContext,
    @Arg('id', () => ID, { description: "The run's id." }) id: string,
  ): Promise<SyncRun | null> {
    const key = keyOfNode('SyncRun', id);
    const view = key === null ? null : await context.loaders.run.load(runId(key));
    return view === null ? null : toSyncRun(view);
  }

  @Query(() => SyncRunConnection, { description: "The account's runs. Newest first." })
  async syncRuns(
    @Ctx() context: ApiContext,
    @Arg('first', () => Int, { defaultValue: 20, nullable: true, description: 'So many: 1 to 100.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Only older than this cursor.' })
    after: string | null | undefined,
  ): Promise<SyncRunConnection> {
    const { limit } = readPageSize(first);
    const behind = after == null ? undefined : decodeRunCursor('after', after);
    const page = await context.services.queries.runs(context.account, {
      limit,
      ...(behind !== undefined && { after: behind }),
    });
    return toConnection(
      page.rows.map((view) => ({ cursor: encodeRunCursor(view.id), node: toSyncRun(view) })),
      { hasBefore: behind !== undefined, hasAfter: page.hasAfter },
    );
  }

  @FieldResolver(() => SyncRunItemConnection, {
    description: 'What the run planned, driver by driver: those that differ, and NONE where it was stored.',
  })
  async items(
    @Ctx() context: ApiContext,
    @Root() run: SyncRun,
    @Arg('first', () => Int, { defaultValue: 50, nullable: true, description: 'So many: 1 to 100.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Only behind this cursor.' })
    after: string | null | undefined,
    @Arg('action', () => [SyncAction], { nullable: true, description: 'Only with one of these actions.' })
    action: readonly Action[] | null | undefined,
    @Arg('outcome', () => [SyncItemOutcome], {
      nullable: true,
      description: 'Only with one of these outcomes.',
    })
    outcome: readonly ItemOutcome[] | null | undefined,
  ): Promise<SyncRunItemConnection> {
    const { queries } = context.services;
    const { limit } = readPageSize(first);
    const behind = after == null ? undefined : decodeItemCursor('after', after);
    const filter = { ...(action && { action }), ...(outcome && { outcome }) };
    const page = await queries.runItems(context.account, run.runId, {
      limit,
      ...filter,
      ...(behind !== undefined && { after: behind }),
    });
    return {
      count: () => queries.countRunItems(context.account, run.runId, filter),
      ...toConnection(
        page.rows.map((view) => ({ cursor: encodeItemCursor(view.position), node: toSyncRunItem(view) })),
        { hasBefore: behind !== undefined, hasAfter: page.hasAfter },
      ),
    };
  }
}

@Resolver(() => SyncRunConnection)
export class SyncRunConnectionResolver {
  @FieldResolver(() => Int, { description: 'How many runs there are. Counted only when asked for.' })
  totalCount(@Ctx() context: ApiContext): Promise<number> {
    return context.services.queries.countRuns(context.account);
  }
}

@Resolver(() => SyncRunItem)
export class SyncRunItemResolver {
  @FieldResolver(() => Driver, { nullable: true, description: 'The driver; null once they are gone.' })
  async driver(@Ctx() context: ApiContext, @Root() item: SyncRunItem): Promise<Driver | null> {
    const view = item.driverKey === null ? null : await context.loaders.driver.load(item.driverKey);
    return view === null ? null : toDriver(view);
  }
}

@Resolver(() => SyncRunItemConnection)
export class SyncRunItemConnectionResolver {
  @FieldResolver(() => Int, {
    description: 'How many items the arguments find. Counted only when asked for.',
  })
  totalCount(@Root() connection: SyncRunItemConnection): Promise<number> {
    return connection.count();
  }
}
