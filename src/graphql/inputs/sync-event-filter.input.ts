import 'reflect-metadata';
import { Field, ID, InputType } from 'type-graphql';
import type { SyncEventType as EventType } from '../../sync/views';
import { SyncEventType } from '../types/sync-event.type';

@InputType({ description: 'Which events. What is left out, or null, means any; all of it has to apply.' })
export class SyncEventFilter {
  @Field(() => [SyncEventType], { nullable: true, description: 'Of one of these types.' })
  readonly types?: readonly EventType[] | null;

  @Field(() => ID, { nullable: true, description: 'About this driver.' })
  readonly driverId?: string | null;
}
