import 'reflect-metadata';
import { Field, ObjectType } from 'type-graphql';
import type { DriverKey } from '../../driver/ids';
import type { SyncAction as Action } from '../../driver/plan/driver-plan';
import type { Ref } from '../schema/ref';
import { FieldChange } from './field-change.type';
import { SyncAction } from './sync-run-item.type';

@ObjectType({ description: 'What a plan says about one driver.', simpleResolvers: true })
export class PlannedAction {
  @Field(() => SyncAction, { description: 'What would make Driveri match.' })
  readonly action!: Action;

  @Field(() => String, { description: 'The rule that leads to the action, in words.' })
  readonly reason!: string;

  @Field(() => [FieldChange], { description: 'Which fields change in Driveri with it.' })
  readonly changes!: readonly Ref<FieldChange>[];
}

@ObjectType({
  description:
    'A driver whose plan has changed since a person looked at it. Such changes are why a request is refused with STALE_PLAN.',
  simpleResolvers: true,
})
export class PlanDifference {
  readonly driverKey!: DriverKey | null;
  readonly itemId!: string | null;

  @Field(() => String, { description: "The driver's name." })
  readonly driverName!: string;

  @Field(() => PlannedAction, {
    nullable: true,
    description: 'What the plan says that was looked at; null when it does not mention the driver.',
  })
  readonly before!: Ref<PlannedAction> | null;

  @Field(() => PlannedAction, {
    nullable: true,
    description: 'What a plan made now says; null when it does not mention the driver.',
  })
  readonly now!: Ref<PlannedAction> | null;
}
