import 'reflect-metadata';
import { Field, ID, ObjectType } from 'type-graphql';
import type { DriverKey, RunId } from '../../driver/ids';
import type { EventView, SyncEventType as EventType } from '../../gateway/views/event-view';
import { encodeEventCursor } from '../cursor';
import { describedEnum } from '../schema/described-enum';
import { encodeNodeId } from '../schema/node-id';
import type { Ref } from '../schema/ref';
import { DateTime } from './date-time.scalar';
import { FieldChange } from './field-change.type';
import { Node } from './node.type';
import { PageInfo } from './page-info.type';

export const SyncEventType = describedEnum('SyncEventType', 'What happened. Expect new ones.', {
  SYNC_ENABLED: 'Driver Sync was turned on.',
  SYNC_DISABLED: 'Driver Sync was turned off.',
  GPS_DRIVER_CREATED: 'A driver came up in the GPS portal.',
  GPS_DRIVER_UPDATED: 'A driver was changed in the GPS portal.',
  GPS_DRIVER_DELETED: 'A driver is gone from the GPS portal.',
  DRIVERI_DRIVER_CREATED: 'A driver was created in Driveri.',
  DRIVERI_DRIVER_REINSTATED: 'A removed Driveri driver was brought back, with their history.',
  DRIVERI_DRIVER_LINKED: 'A GPS driver was linked to a Driveri driver.',
  DRIVERI_DRIVER_RENAMED: 'The DriverID of a Driveri driver was changed.',
  DRIVERI_DRIVER_UPDATED: 'A Driveri driver was changed to match GPS.',
  DRIVERI_DRIVER_REMOVED: 'A Driveri driver was removed. undoRemoval puts it right.',
  DRIFT_DETECTED: 'Somebody edited a synced driver in Driveri.',
  DRIFT_OVERRIDDEN: 'Such an edit was overridden with what GPS says.',
  CONFLICT_DETECTED: 'Several records claim one DriverID.',
  CONFLICT_CLEARED: 'A conflict is over.',
  SYNC_FAILED: 'A driver could not be synced.',
  RUN_STARTED: 'A run started.',
  RUN_FINISHED: 'A run ended.',
  REMOVALS_HELD: 'Removals wait for a person.',
  HEALTH_CHANGED: "The account's health changed.",
  ITEM_APPROVED: 'A person approved something that was held.',
  ITEM_REJECTED: 'A person rejected something that was held.',
  RUN_CANCELLED: 'A person cancelled a run.',
});

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: "One line in the account's append-only log of what happened.",
})
export class SyncEvent implements Node {
  readonly __typename!: 'SyncEvent';
  readonly seq!: number;
  readonly driverKey!: DriverKey | null;
  readonly runId!: RunId | null;

  @Field(() => ID, { description: 'Globally unique and opaque.' })
  readonly id!: string;

  @Field(() => String, {
    description:
      'Pass it as `after` to go on from here. Strictly increasing within an account, without gaps in what is delivered.',
  })
  readonly cursor!: string;

  @Field(() => SyncEventType, { description: 'What happened.' })
  readonly type!: EventType;

  @Field(() => DateTime, { description: 'When it happened.' })
  readonly at!: number;

  @Field(() => String, { nullable: true, description: 'User id, or null when the system did it.' })
  readonly actor!: string | null;

  @Field(() => String, { nullable: true, description: "The driver's name at that time." })
  readonly driverName!: string | null;

  @Field(() => [FieldChange], { description: 'What changed with it.' })
  readonly changes!: readonly Ref<FieldChange>[];

  @Field(() => String, { description: 'What happened, for a person.' })
  readonly message!: string;
}

@ObjectType({ description: 'An event and its place in the log.', simpleResolvers: true })
export class SyncEventEdge {
  @Field(() => String, { description: 'Give it as after to go on from here.' })
  readonly cursor!: string;

  @Field(() => SyncEvent, { description: 'The event.' })
  readonly node!: Ref<SyncEvent>;
}

@ObjectType({ description: 'A page of events, newest first.', simpleResolvers: true })
export class SyncEventConnection {
  @Field(() => [SyncEventEdge], { description: 'The events with their cursors.' })
  readonly edges!: readonly Ref<SyncEventEdge>[];

  @Field(() => [SyncEvent], { description: 'The events alone.' })
  readonly nodes!: readonly Ref<SyncEvent>[];

  @Field(() => PageInfo, { description: 'Where the page stands in the log.' })
  readonly pageInfo!: Ref<PageInfo>;
}

/** An event as the API shows it. */
export function toSyncEvent(view: EventView): SyncEvent {
  return {
    __typename: 'SyncEvent',
    id: encodeNodeId('SyncEvent', String(view.seq)),
    cursor: encodeEventCursor(view.seq),
    ...view,
  };
}
