import 'reflect-metadata';
import { Field, ID, ObjectType } from 'type-graphql';
import type { Ref } from '../schema/ref';
import { Driver } from './driver.type';
import { DriverSync } from './driver-sync.type';
import { PlanDifference } from './plan-difference.type';
import { SyncRun } from './sync-run.type';

@ObjectType({
  description:
    'Something in the request that the caller can put right. Nothing was changed when there is one.',
  simpleResolvers: true,
})
export class UserError {
  @Field(() => String, {
    description:
      'Machine-readable, for example REQUIRED, INVALID_EMAIL, DRIVER_ID_TAKEN, SYNC_NOT_AVAILABLE, STALE_PLAN.',
  })
  readonly code!: string;

  @Field(() => String, { description: 'What is wrong, for a person.' })
  readonly message!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'Path into the arguments, for example ["input", "email"].',
  })
  readonly field?: readonly string[];
}

@ObjectType({
  description: 'Something that could not be done although the rest of the request was.',
  simpleResolvers: true,
})
export class Warning {
  @Field(() => String, { description: 'Machine-readable, for example GROUPS_NOT_SET.' })
  readonly code!: string;

  @Field(() => String, { description: 'What was not done and what helps, for a person.' })
  readonly message!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'Path into the arguments, for example ["input", "groups"].',
  })
  readonly field?: readonly string[];
}

const USER_ERRORS = 'What the caller has to put right; empty when it was done.';

const PLAN_DIFFERENCES =
  'With the user error STALE_PLAN: what differs, for the first 20 drivers. Otherwise empty.';

@ObjectType({ description: 'What writing a driver came to.', simpleResolvers: true })
export class DriverPayload {
  @Field(() => Driver, {
    nullable: true,
    description: 'The driver as they are now; with the user error CONFLICT, as they are instead.',
  })
  readonly driver!: Ref<Driver> | null;

  @Field(() => [UserError], { description: USER_ERRORS })
  readonly userErrors!: readonly Ref<UserError>[];

  @Field(() => [Warning], {
    description:
      'What could not be done although the driver was saved, for example groups that were not set. Empty when everything was.',
  })
  readonly warnings!: readonly Ref<Warning>[];
}

@ObjectType({ description: 'What deleting a driver came to.', simpleResolvers: true })
export class DeleteDriverPayload {
  @Field(() => ID, { nullable: true, description: 'The id of the driver who is gone.' })
  readonly deletedDriverId!: string | null;

  @Field(() => [UserError], { description: USER_ERRORS })
  readonly userErrors!: readonly Ref<UserError>[];
}

@ObjectType({ description: 'What turning Driver Sync on or off came to.', simpleResolvers: true })
export class SetDriverSyncPayload {
  @Field(() => DriverSync, { nullable: true, description: 'Driver Sync as it is now.' })
  readonly driverSync!: Ref<DriverSync> | null;

  @Field(() => SyncRun, { nullable: true, description: 'The initial run that turning it on has started.' })
  readonly run!: Ref<SyncRun> | null;

  @Field(() => [UserError], { description: USER_ERRORS })
  readonly userErrors!: readonly Ref<UserError>[];

  @Field(() => [PlanDifference], { description: PLAN_DIFFERENCES })
  readonly planDifferences!: readonly Ref<PlanDifference>[];
}

@ObjectType({ description: 'What an operation on a run came to.', simpleResolvers: true })
export class SyncRunPayload {
  @Field(() => SyncRun, { nullable: true, description: 'The run as it is now.' })
  readonly run!: Ref<SyncRun> | null;

  @Field(() => [UserError], { description: USER_ERRORS })
  readonly userErrors!: readonly Ref<UserError>[];

  @Field(() => [PlanDifference], { description: PLAN_DIFFERENCES })
  readonly planDifferences!: readonly Ref<PlanDifference>[];
}
