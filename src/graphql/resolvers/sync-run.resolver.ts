import 'reflect-metadata';
import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import type { SyncAction as Action } from '../../driver/plan/driver-plan';
import { runId } from '../../driver/ids';
import type { ItemOutcome } from '../../gateway/views/run-view';
import type { RunFilter, RunItemFilter } from '../../gateway/queries';
import { apiError } from '../answers/api-error';
import {
  decodeHeldItemCursor,
  decodeItemCursor,
  decodeRunCursor,
  encodeHeldItemCursor,
  encodeItemCursor,
  encodeRunCursor,
} from '../cursor';
import { HeldItemFilter, toHeldItemFilter } from '../inputs/held-item-filter.input';
import { SyncRunFilter, toRunFilter } from '../inputs/run-filter.input';
import { keyOfNode } from '../schema/node-id';
import { readPageSize, toConnection } from '../paging';
import type { ApiContext } from '../request-context';
import { Driver, toDriver } from '../types/driver.type';
import { PlanDifference } from '../types/plan-difference.type';
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
    return runPage(context, first, after, {});
  }

  @Query(() => SyncRunConnection, { description: "The account's runs that match the filter, newest first." })
  async runs(
    @Ctx() context: ApiContext,
    @Arg('first', () => Int, { defaultValue: 20, nullable: true, description: 'So many: 1 to 100.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Only older than this cursor.' })
    after: string | null | undefined,
    @Arg('filter', () => SyncRunFilter, { nullable: true, description: 'Which runs.' })
    filter: SyncRunFilter | null | undefined,
  ): Promise<SyncRunConnection> {
    return runPage(context, first, after, toRunFilter(filter));
  }

  @Query(() => SyncRunItemConnection, {
    description: "Everything that waits for a person's decision, whichever run holds it, oldest first.",
  })
  async heldItems(
    @Ctx() context: ApiContext,
    @Arg('first', () => Int, { defaultValue: 50, nullable: true, description: 'So many: 1 to 100.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Only behind this cursor.' })
    after: string | null | undefined,
    @Arg('filter', () => HeldItemFilter, { nullable: true, description: 'Which held items.' })
    filter: HeldItemFilter | null | undefined,
  ): Promise<SyncRunItemConnection> {
    const { queries } = context.services;
    const { limit } = readPageSize(first);
    const behind = after == null ? undefined : decodeHeldItemCursor('after', after);
    const queryFilter = toHeldItemFilter(filter);
    const page = await queries.heldItems(context.account, {
      limit,
      filter: queryFilter,
      ...(behind !== undefined && { after: behind }),
    });
    return {
      count: () => queries.countHeldItems(context.account, queryFilter),
      ...toConnection(
        page.rows.map((row) => ({
          cursorOf: () => encodeHeldItemCursor(row.position),
          node: toSyncRunItem(row.item),
        })),
        { hasBefore: behind !== undefined, hasAfter: page.hasAfter },
      ),
    };
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
    return itemPage(context, run, first, after, { ...(action && { action }), ...(outcome && { outcome }) });
  }

  @FieldResolver(() => SyncRunItemConnection, {
    description:
      'Items of the run that match every argument; an argument that is left out or null matches any.',
  })
  async itemsBy(
    @Ctx() context: ApiContext,
    @Root() run: SyncRun,
    @Arg('action', () => [SyncAction], { nullable: true, description: 'Only with one of these actions.' })
    action: readonly Action[] | null | undefined,
    @Arg('outcome', () => [SyncItemOutcome], {
      nullable: true,
      description: 'Only with one of these outcomes.',
    })
    outcome: readonly ItemOutcome[] | null | undefined,
    @Arg('overwrites', () => Boolean, {
      nullable: true,
      description:
        'Only items that replace a name or an e-mail that Driveri has now (true), or only the others (false).',
    })
    overwrites: boolean | null | undefined,
    @Arg('search', () => String, {
      nullable: true,
      description: "Part of the driver's name or of a DriverID, without regard to case or accents.",
    })
    search: string | null | undefined,
    @Arg('first', () => Int, { defaultValue: 50, nullable: true, description: 'So many: 1 to 100.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Only behind this cursor.' })
    after: string | null | undefined,
  ): Promise<SyncRunItemConnection> {
    return itemPage(context, run, first, after, {
      ...(action && { action }),
      ...(outcome && { outcome }),
      ...(overwrites != null && { overwrites }),
      ...(search && { search }),
    });
  }
}

async function runPage(
  context: ApiContext,
  first: number | null,
  after: string | null | undefined,
  filter: RunFilter,
): Promise<SyncRunConnection> {
  const { queries } = context.services;
  const { limit } = readPageSize(first);
  const behind = after == null ? undefined : decodeRunCursor('after', after);
  const page = await queries.runs(context.account, {
    limit,
    filter,
    ...(behind !== undefined && { after: behind }),
  });
  return {
    count: () => queries.countRuns(context.account, filter),
    ...toConnection(
      page.rows.map((view) => ({ cursorOf: () => encodeRunCursor(view.id), node: toSyncRun(view) })),
      { hasBefore: behind !== undefined, hasAfter: page.hasAfter },
    ),
  };
}

async function itemPage(
  context: ApiContext,
  run: SyncRun,
  first: number | null,
  after: string | null | undefined,
  filter: RunItemFilter,
): Promise<SyncRunItemConnection> {
  const { queries } = context.services;
  const { limit } = readPageSize(first);
  const behind = after == null ? undefined : decodeItemCursor('after', after);
  const page = await queries.runItems(context.account, run.runId, {
    limit,
    ...filter,
    ...(behind !== undefined && { after: behind }),
  });
  return {
    count: () => queries.countRunItems(context.account, run.runId, filter),
    ...toConnection(
      page.rows.map((view) => ({
        cursorOf: () => encodeItemCursor(view.position),
        node: toSyncRunItem(view),
      })),
      { hasBefore: behind !== undefined, hasAfter: page.hasAfter },
    ),
  };
}

@Resolver(() => SyncRunConnection)
export class SyncRunConnectionResolver {
  @FieldResolver(() => Int, { description: 'How many runs the filter finds. Counted only when asked for.' })
  totalCount(@Root() connection: SyncRunConnection): Promise<number> {
    return connection.count();
  }
}

@Resolver(() => SyncRunItem)
export class SyncRunItemResolver {
  @FieldResolver(() => SyncRun, { description: 'The run that planned it.' })
  async run(@Ctx() context: ApiContext, @Root() item: SyncRunItem): Promise<SyncRun> {
    const view = await context.loaders.run.load(item.runId);
    // A run and its items are discarded together: between two reads of one answer it can happen.
    if (view === null) throw apiError('NOT_FOUND', 'The run of this item is no longer kept.', {});
    return toSyncRun(view);
  }

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

@Resolver(() => PlanDifference)
export class PlanDifferenceResolver {
  @FieldResolver(() => Driver, { nullable: true, description: 'The driver; null once they are gone.' })
  async driver(@Ctx() context: ApiContext, @Root() difference: PlanDifference): Promise<Driver | null> {
    const { driverKey } = difference;
    const view = driverKey === null ? null : await context.loaders.driver.load(driverKey);
    return view === null ? null : toDriver(view);
  }

  @FieldResolver(() => SyncRunItem, {
    nullable: true,
    description: 'The item of the plan that was looked at; null when it has none for the driver.',
  })
  async item(@Ctx() context: ApiContext, @Root() difference: PlanDifference): Promise<SyncRunItem | null> {
    const view = difference.itemId === null ? null : await context.loaders.runItem.load(difference.itemId);
    return view === null ? null : toSyncRunItem(view);
  }
}
