import 'reflect-metadata';
import { Field, ID, InputType } from 'type-graphql';
import { driverKey, runId } from '../../driver/ids';
import type { EventFilter } from '../../gateway/queries';
import type { EventView, SyncEventType as EventType } from '../../gateway/views/event-view';
import { keyOfNode } from '../schema/node-id';
import { DateTime } from '../types/date-time.scalar';
import { SyncEventType } from '../types/sync-event.type';

@InputType({
  description: 'Which events. A field that is left out or null matches any; all fields must match.',
})
export class SyncEventFilter {
  @Field(() => [SyncEventType], { nullable: true, description: 'Of one of these types.' })
  readonly types?: readonly EventType[] | null;

  @Field(() => ID, { nullable: true, description: 'About this driver.' })
  readonly driverId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Caused by this run.' })
  readonly runId?: string | null;

  @Field(() => String, { nullable: true, description: 'Caused by the user with this id.' })
  readonly actor?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'At this time or later.' })
  readonly from?: number | null;

  @Field(() => DateTime, { nullable: true, description: 'Before this time.' })
  readonly to?: number | null;
}

/** The filter as the queries take it: null means the same as left out. Null for an id that cannot exist: no event matches. */
export function toEventFilter(filter: SyncEventFilter | null | undefined): EventFilter | null {
  const driver = filter?.driverId == null ? undefined : keyOfNode('Driver', filter.driverId);
  const run = filter?.runId == null ? undefined : keyOfNode('SyncRun', filter.runId);
  if (driver === null || run === null) return null;
  return {
    ...(filter?.types && { types: filter.types }),
    ...(driver !== undefined && { driverKey: driverKey(driver) }),
    ...(run !== undefined && { runId: runId(run) }),
    ...(filter?.actor != null && { actor: filter.actor }),
    ...(filter?.from != null && { from: filter.from }),
    ...(filter?.to != null && { to: filter.to }),
  };
}

/** Whether an event matches all fields of the filter but the driver, which may have had another key at that time. */
export function matchesEventFilter(filter: EventFilter, event: EventView): boolean {
  return (
    (filter.types === undefined || filter.types.includes(event.type)) &&
    (filter.runId === undefined || filter.runId === event.runId) &&
    (filter.actor === undefined || filter.actor === event.actor) &&
    (filter.from === undefined || event.at >= filter.from) &&
    (filter.to === undefined || event.at < filter.to)
  );
}
