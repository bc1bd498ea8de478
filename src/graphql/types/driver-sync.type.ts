import 'reflect-metadata';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { AccountId } from '../../driver/ids';
import type { DriverSyncCountsView, DriverSyncView } from '../../gateway/views/sync-view';
import { describedEnum } from '../schema/described-enum';
import { encodeNodeId } from '../schema/node-id';
import type { Ref } from '../schema/ref';
import { DateTime } from './date-time.scalar';
import { Node } from './node.type';
import { SyncProblem } from './sync-problem.type';

export const SyncHealthState = describedEnum('SyncHealthState', 'How Driver Sync fares.', {
  OFF: 'Driver Sync is off.',
  HEALTHY: 'Everything works.',
  DEGRADED:
    'Working, but something is late, or waits for a person: changes that are held, drivers that failed.',
  BLOCKED:
    'Nothing can be synchronised: a portal or the database cannot be used. Changes wait and nothing is lost.',
});

@ObjectType({ description: "The account's health.", simpleResolvers: true })
export class SyncHealth {
  @Field(() => SyncHealthState, { description: 'The health in one word.' })
  readonly state!: keyof typeof SyncHealthState;

  @Field(() => [SyncProblem], { description: 'What is wrong now, the worst first.' })
  readonly problems!: readonly Ref<SyncProblem>[];

  @Field(() => DateTime, { nullable: true, description: 'When GPS was last read completely.' })
  readonly gpsObservedAt!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When Driveri was last read completely.' })
  readonly driveriObservedAt!: number | null;
}

@ObjectType({ description: 'How many drivers have which status.', simpleResolvers: true })
export class DriverSyncCounts {
  @Field(() => Int, { description: 'All drivers.' })
  readonly total!: number;

  @Field(() => Int, { description: 'Driveri holds exactly what GPS says.' })
  readonly inSync!: number;

  @Field(() => Int, { description: 'A change is on its way.' })
  readonly pending!: number;

  @Field(() => Int, { description: 'Edited in Driveri.' })
  readonly drifted!: number;

  @Field(() => Int, { description: 'Several records claim one DriverID.' })
  readonly conflict!: number;

  @Field(() => Int, { description: 'The last attempt failed.' })
  readonly failed!: number;

  @Field(() => Int, { description: 'Waiting for approval.' })
  readonly held!: number;

  @Field(() => Int, { description: 'Only in Driveri, and not ours to touch.' })
  readonly unmanaged!: number;

  @Field(() => Int, { description: 'All of them while Driver Sync is off.' })
  readonly off!: number;
}

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: "The account's Driver Sync: whether it is on, and how it fares.",
})
export class DriverSync implements Node {
  readonly __typename!: 'DriverSync';

  @Field(() => ID, { description: 'Globally unique and opaque.' })
  readonly id!: string;

  @Field(() => Boolean, { description: 'Whether Driveri is being made to match GPS.' })
  readonly enabled!: boolean;

  @Field(() => DateTime, { nullable: true, description: 'When it was last turned on or off.' })
  readonly changedAt!: number | null;

  @Field(() => String, { nullable: true, description: 'User id of who last turned it on or off.' })
  readonly changedBy!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the next daily run starts; null while off.' })
  readonly nextRunAt!: number | null;
}

/** Driver Sync as the API shows it; health, counts and the last run are read when asked for. */
export function toDriverSync(account: AccountId, view: DriverSyncView): DriverSync {
  return { __typename: 'DriverSync', id: encodeNodeId('DriverSync', account), ...view };
}

/** Counts as the API shows them. */
export function toDriverSyncCounts(counts: DriverSyncCountsView): DriverSyncCounts {
  return {
    total: counts.total,
    inSync: counts.IN_SYNC,
    pending: counts.PENDING,
    drifted: counts.DRIFTED,
    conflict: counts.CONFLICT,
    failed: counts.FAILED,
    held: counts.HELD,
    unmanaged: counts.UNMANAGED,
    off: counts.OFF,
  };
}
