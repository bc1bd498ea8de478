import 'reflect-metadata';
import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { driverKey } from '../../driver/ids';
import type { DriverPage } from '../../gateway/queries';
import { decodeDriverCursor, encodeDriverCursor } from '../cursor';
import { toPortalKey } from '../inputs/portal-key';
import { DriverFilter, DriverOrder, toDriverQueryFilter } from '../inputs/driver-filter.input';
import { keyOfNode } from '../schema/node-id';
import { readPageSize, toConnection } from '../paging';
import type { ApiContext } from '../request-context';
import { DriverConnection } from '../types/driver-connection.type';
import { Driver, toDriver } from '../types/driver.type';
import { SyncEventConnection } from '../types/sync-event.type';
import { eventPage } from './sync-event.resolver';

@Resolver(() => Driver)
export class DriverResolver {
  @Query(() => Driver, { nullable: true, description: 'One driver; null for an id that is not there.' })
  async driver(
    @Ctx() context: ApiContext,
    @Arg('id', () => ID, { description: "The driver's id." }) id: string,
  ): Promise<Driver | null> {
    const key = keyOfNode('Driver', id);
    const view = key === null ? null : await context.loaders.driver.load(driverKey(key));
    return view === null ? null : toDriver(view);
  }

  @Query(() => Driver, {
    nullable: true,
    description:
      'One driver by a key of either portal: give exactly one of the three, as the portal spells it, case included. Null when no driver has it.',
  })
  async driverBy(
    @Ctx() context: ApiContext,
    @Arg('gpsId', () => ID, { nullable: true, description: "The GPS portal's own number for the driver." })
    gpsId: string | null | undefined,
    @Arg('driveriDriverId', () => String, {
      nullable: true,
      description: 'The Driveri DriverID that the driver is shown with.',
    })
    driveriDriverId: string | null | undefined,
    @Arg('referenceId', () => String, {
      nullable: true,
      description:
        "The company's own reference (Ref ID). Of several drivers with one, the oldest is answered.",
    })
    referenceId: string | null | undefined,
  ): Promise<Driver | null> {
    const key = toPortalKey({ gpsId, driveriDriverId, referenceId });
    const view = key === null ? null : await context.services.queries.driverBy(context.account, key);
    return view === null ? null : toDriver(view);
  }

  @Query(() => DriverConnection, {
    description:
      "The account's drivers: the union of both portals, each person once. 50 at a time, unless told otherwise.",
  })
  async drivers(
    @Ctx() context: ApiContext,
    @Arg('first', () => Int, { nullable: true, description: 'So many from the front: 1 to 100.' })
    first: number | null | undefined,
    @Arg('after', () => String, { nullable: true, description: 'Only behind this cursor.' })
    after: string | null | undefined,
    @Arg('last', () => Int, {
      nullable: true,
      description: 'So many from the end: 1 to 100. Not with first.',
    })
    last: number | null | undefined,
    @Arg('before', () => String, { nullable: true, description: 'Only in front of this cursor.' })
    before: string | null | undefined,
    @Arg('filter', () => DriverFilter, { nullable: true, description: 'Which drivers.' })
    filter: DriverFilter | null | undefined,
    @Arg('orderBy', () => DriverOrder, {
      nullable: true,
      description:
        'Sorted how. Without it: by name; with a search, exact matches come first, then those that begin with it.',
    })
    orderBy: DriverOrder | null | undefined,
  ): Promise<DriverConnection> {
    const descending = orderBy?.direction === 'DESC';
    const queryFilter = toDriverQueryFilter(filter);
    const sort = orderBy?.field ?? (queryFilter.search === undefined ? 'NAME' : 'RELEVANCE');
    const page = await context.services.queries.drivers(context.account, {
      ...readPageSize(first, last),
      filter: queryFilter,
      sort,
      descending,
      ...(after != null && { after: decodeDriverCursor('after', after, sort, descending) }),
      ...(before != null && { before: decodeDriverCursor('before', before, sort, descending) }),
    });
    return {
      filter: queryFilter,
      ...connectionOf(page, (place) => encodeDriverCursor(sort, descending, place)),
    };
  }

  @FieldResolver(() => SyncEventConnection, { description: 'What happened to this driver, newest first.' })
  async events(
    @Ctx() context: ApiContext,
    @Root() driver: Driver,
    @Arg('first', () => Int, { defaultValue: 20, nullable: true, description: 'So many: 1 to 100.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Only older than this cursor.' })
    after: string | null | undefined,
  ): Promise<SyncEventConnection> {
    return eventPage(context, { first, after, driverKey: driver.key });
  }
}

function connectionOf(page: DriverPage, cursorOf: (place: DriverPage['rows'][number]['position']) => string) {
  return toConnection(
    page.rows.map((row) => ({ cursorOf: () => cursorOf(row.position), node: toDriver(row.driver) })),
    page,
  );
}

@Resolver(() => DriverConnection)
export class DriverConnectionResolver {
  @FieldResolver(() => Int, {
    description: 'How many drivers the filter finds. Counted only when asked for.',
  })
  totalCount(@Ctx() context: ApiContext, @Root() connection: DriverConnection): Promise<number> {
    return context.services.queries.countDrivers(context.account, connection.filter);
  }
}
