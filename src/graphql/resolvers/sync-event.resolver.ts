import 'reflect-metadata';
import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import type { EventFilter, Page } from '../../gateway/queries';
import type { EventView } from '../../gateway/views/event-view';
import { decodeEventCursor, encodeEventCursor } from '../cursor';
import { SyncEventFilter, toEventFilter } from '../inputs/sync-event-filter.input';
import { readPageSize, toConnection } from '../paging';
import type { ApiContext } from '../request-context';
import { Driver, toDriver } from '../types/driver.type';
import { SyncEvent, SyncEventConnection, toSyncEvent } from '../types/sync-event.type';
import { SyncRun, toSyncRun } from '../types/sync-run.type';

@Resolver(() => SyncEvent)
export class SyncEventResolver {
  @Query(() => SyncEventConnection, { description: "The account's log. Newest first." })
  async syncEvents(
    @Ctx() context: ApiContext,
    @Arg('first', () => Int, { defaultValue: 50, nullable: true, description: 'So many: 1 to 100.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Only older than this cursor.' })
    after: string | null | undefined,
    @Arg('filter', () => SyncEventFilter, { nullable: true, description: 'Which events.' })
    filter: SyncEventFilter | null | undefined,
  ): Promise<SyncEventConnection> {
    const eventFilter = toEventFilter(filter);
    if (eventFilter === null) return toConnection([], { hasBefore: false, hasAfter: false });
    return eventPage(context, { first, after, ...eventFilter });
  }

  @FieldResolver(() => Driver, {
    nullable: true,
    description: 'The driver it is about; null when it is about none, or they are gone.',
  })
  async driver(@Ctx() context: ApiContext, @Root() event: SyncEvent): Promise<Driver | null> {
    const view = event.driverKey === null ? null : await context.loaders.driver.load(event.driverKey);
    return view === null ? null : toDriver(view);
  }

  @FieldResolver(() => SyncRun, { nullable: true, description: 'The run that did it.' })
  async run(@Ctx() context: ApiContext, @Root() event: SyncEvent): Promise<SyncRun | null> {
    const view = event.runId === null ? null : await context.loaders.run.load(event.runId);
    return view === null ? null : toSyncRun(view);
  }
}

interface EventPageRequest extends EventFilter {
  readonly first: number | null;
  readonly after: string | null | undefined;
}

/** A page of the log. The first page of one driver's events is read for all drivers of the answer at once. */
export async function eventPage(
  context: ApiContext,
  request: EventPageRequest,
): Promise<SyncEventConnection> {
  const { first, after, ...filter } = request;
  const { limit } = readPageSize(first);
  const before = after == null ? undefined : decodeEventCursor('after', after);
  const page = await readPage(context, limit, before, filter);
  return toConnection(
    page.rows.map((view) => ({ cursorOf: () => encodeEventCursor(view.seq), node: toSyncEvent(view) })),
    { hasBefore: before !== undefined, hasAfter: page.hasAfter },
  );
}

function readPage(
  context: ApiContext,
  limit: number,
  before: number | undefined,
  filter: EventFilter,
): Promise<Page<EventView>> {
  const { driverKey: only, ...others } = filter;
  const isOnlyDriver = Object.keys(others).length === 0;
  if (before === undefined && only !== undefined && isOnlyDriver)
    return context.loaders.eventsOfDriver(limit).load(only);
  return context.services.queries.eventsNewestFirst(context.account, {
    limit,
    filter,
    ...(before !== undefined && { before }),
  });
}
