import 'reflect-metadata';
import { Field, Int, ObjectType } from 'type-graphql';
import { describedEnum } from '../schema/described-enum';
import { DateTime } from './date-time.scalar';

export const StatisticsBucket = describedEnum('StatisticsBucket', 'How long a bucket of statistics is.', {
  HOUR: "An hour, from a full hour of the account's time zone on.",
  DAY: "A day of the account's time zone: 23 or 25 hours when its clocks change.",
});

@ObjectType({
  description: "Counts and delays within one bucket of time; days are those of the account's time zone.",
  simpleResolvers: true,
})
export class SyncStatistics {
  @Field(() => DateTime, { description: 'When the bucket starts. It ends where the next one starts.' })
  readonly start!: number;

  @Field(() => Int, { description: 'Drivers created in Driveri.' })
  readonly created!: number;

  @Field(() => Int, { description: 'Removed Driveri drivers that were brought back.' })
  readonly reinstated!: number;

  @Field(() => Int, { description: 'GPS drivers that were linked to an existing Driveri driver.' })
  readonly linked!: number;

  @Field(() => Int, { description: 'Changes of a DriverID in Driveri.' })
  readonly renamed!: number;

  @Field(() => Int, { description: 'Updates of Driveri drivers, overridden edits included.' })
  readonly updated!: number;

  @Field(() => Int, { description: 'Drivers removed from Driveri.' })
  readonly removed!: number;

  @Field(() => Int, { description: 'Edits of synced drivers that were found in Driveri.' })
  readonly driftDetected!: number;

  @Field(() => Int, { description: 'Drivers whose sync started to fail.' })
  readonly failed!: number;

  @Field(() => Int, { description: 'How often a guard held changes back for approval.' })
  readonly held!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'Median of the milliseconds from the change in GPS (as far as it is known) to its confirmation in Driveri; null without changes.',
  })
  readonly delayP50Ms!: number | null;

  @Field(() => Int, { nullable: true, description: '95th percentile of the same delay.' })
  readonly delayP95Ms!: number | null;
}
