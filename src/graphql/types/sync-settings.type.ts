import 'reflect-metadata';
import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({
  description:
    'The limits and intervals in force for this account: read-only, from its configuration. Where a limit has a number and a percentage, the larger one applies; percentages are of the linked drivers.',
  simpleResolvers: true,
})
export class SyncSettings {
  @Field(() => String, {
    description: 'The DriverID of a driver without one: reference-id, gps-id, or none.',
  })
  readonly driverIdFallback!: string;

  @Field(() => String, {
    description: 'When an edit made in Driveri is overridden: daily (by the daily run) or immediate.',
  })
  readonly driftPolicy!: string;

  @Field(() => String, {
    description: "Start of the daily run in the account's time zone, for example 03:00.",
  })
  readonly dailyRunAt!: string;

  @Field(() => Int, {
    description: 'How often GPS is read, in seconds; less often when its request budget demands it.',
  })
  readonly gpsPollSeconds!: number;

  @Field(() => Int, { description: 'How often Driveri is asked for changes, in seconds.' })
  readonly driveriPollSeconds!: number;

  @Field(() => Int, {
    description: 'Removals of drivers missing from GPS within 24 hours; more wait for approval.',
  })
  readonly maxInferredRemovals!: number;

  @Field(() => Int, { description: 'The same limit as a percentage.' })
  readonly maxInferredRemovalsPercent!: number;

  @Field(() => Int, { description: 'Changes of DriverIDs planned at one time; more wait for approval.' })
  readonly maxIdentityChanges!: number;

  @Field(() => Int, { description: 'The same limit as a percentage.' })
  readonly maxIdentityChangesPercent!: number;

  @Field(() => Int, {
    description: 'A plan that changes more than this percentage of the drivers waits for approval.',
  })
  readonly holdChangedPercent!: number;
}
