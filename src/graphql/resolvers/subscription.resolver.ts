import 'reflect-metadata';
import { Arg, Ctx, ID, Resolver, Root, Subscription } from 'type-graphql';
import type { DriverView } from '../../gateway/views/driver-view';
import type { DriverSyncView } from '../../gateway/views/sync-view';
import type { EventView } from '../../gateway/views/event-view';
import type { RunView } from '../../gateway/views/run-view';
import { SyncEventFilter } from '../inputs/sync-event-filter.input';
import {
  driverStates,
  driverSyncStates,
  runStates,
  syncEventStream,
  type SubscribeArguments,
} from '../live/live-streams';
import type { ApiContext } from '../request-context';
import { Driver, toDriver } from '../types/driver.type';
import { DriverSync, toDriverSync } from '../types/driver-sync.type';
import { SyncEvent, toSyncEvent } from '../types/sync-event.type';
import { SyncRun, toSyncRun } from '../types/sync-run.type';

/** Streams make the payloads (`live-streams.ts`); here they take their shape. Arguments are read where a stream starts. */
@Resolver()
export class SubscriptionResolver {
  @Subscription(() => DriverSync, {
    description: "The account's Driver Sync state: at once, then on every change.",
    subscribe: ({ context }: SubscribeArguments<object>) => driverSyncStates(context),
  })
  driverSync(@Root() payload: { readonly view: DriverSyncView }, @Ctx() context: ApiContext): DriverSync {
    return toDriverSync(context.account, payload.view);
  }

  @Subscription(() => SyncEvent, {
    description:
      'Every event after `after` (from the log), then live ones; without `after`, live ones only. Nothing is lost or doubled in between.',
    subscribe: ({
      args,
      context,
    }: SubscribeArguments<{ after?: string | null; filter?: SyncEventFilter | null }>) =>
      syncEventStream(context, args),
  })
  syncEvents(
    @Root() payload: { readonly view: EventView },
    @Arg('after', () => String, {
      nullable: true,
      description: 'The cursor of the last event that was seen.',
    })
    _after?: string | null,
    @Arg('filter', () => SyncEventFilter, { nullable: true, description: 'Which events.' })
    _filter?: SyncEventFilter | null,
  ): SyncEvent {
    return toSyncEvent(payload.view);
  }

  @Subscription(() => Driver, {
    nullable: true,
    description:
      'One driver: at once, then whenever anything about it changes, for example from PENDING to IN_SYNC; null when it is gone.',
    subscribe: ({ args, context }: SubscribeArguments<{ id: string }>) => driverStates(context, args.id),
  })
  driver(
    @Root() payload: { readonly view: DriverView | null },
    @Arg('id', () => ID, { description: "The driver's id." }) _id: string,
  ): Driver | null {
    return payload.view === null ? null : toDriver(payload.view);
  }

  @Subscription(() => SyncRun, {
    description: 'A run: at once, then as it progresses, to its end.',
    subscribe: ({ args, context }: SubscribeArguments<{ id: string }>) => runStates(context, args.id),
  })
  syncRun(
    @Root() payload: { readonly view: RunView },
    @Arg('id', () => ID, { description: "The run's id." }) _id: string,
  ): SyncRun {
    return toSyncRun(payload.view);
  }
}
