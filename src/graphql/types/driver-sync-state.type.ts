import 'reflect-metadata';
import { Field, Int, ObjectType } from 'type-graphql';
import type { DriverSyncStatus as Status } from '../../gateway/views/driver-view';
import { describedEnum } from '../schema/described-enum';
import type { Ref } from '../schema/ref';
import { DateTime } from './date-time.scalar';
import { SyncProblem } from './sync-problem.type';

export const DriverSyncStatus = describedEnum(
  'DriverSyncStatus',
  'How one driver stands. The first that applies, in this order: OFF, UNMANAGED, HELD, CONFLICT, FAILED, PENDING, DRIFTED, IN_SYNC.',
  {
    IN_SYNC: 'Driveri holds exactly what GPS says.',
    PENDING: 'A change is on its way.',
    DRIFTED: 'Driveri was edited; the next daily run will override it.',
    CONFLICT: 'Several records claim one DriverID; a person must decide.',
    FAILED: 'The last attempt failed; another is scheduled, or a person must act: see problem.',
    HELD: 'A removal, or a mass change of DriverIDs, waits for approval.',
    UNMANAGED: 'Only in Driveri, and not ours to touch.',
    OFF: 'Driver Sync is off.',
  },
);

@ObjectType({ description: 'A field that Driveri holds otherwise than GPS.', simpleResolvers: true })
export class FieldDifference {
  @Field(() => String, { description: "The field's name in Driveri." })
  readonly field!: string;

  @Field(() => String, { nullable: true, description: 'What GPS says.' })
  readonly gps!: string | null;

  @Field(() => String, { nullable: true, description: 'What Driveri holds.' })
  readonly driveri!: string | null;
}

@ObjectType({ description: 'How Driver Sync stands for one driver.', simpleResolvers: true })
export class DriverSyncState {
  @Field(() => DriverSyncStatus, { description: 'The status in one word.' })
  readonly status!: Status;

  @Field(() => [FieldDifference], { description: 'Enforced fields that differ, whatever the status.' })
  readonly differences!: readonly Ref<FieldDifference>[];

  @Field(() => DateTime, { nullable: true, description: 'Since when a change has been waiting.' })
  readonly pendingSince!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When Driveri was last found or made to match.' })
  readonly lastSyncedAt!: number | null;

  @Field(() => Int, { description: 'Failed attempts since the last success.' })
  readonly attempts!: number;

  @Field(() => DateTime, { nullable: true, description: 'When the next attempt is due; null when none is.' })
  readonly nextAttemptAt!: number | null;

  @Field(() => SyncProblem, { nullable: true, description: 'What stands in the way.' })
  readonly problem!: Ref<SyncProblem> | null;
}
