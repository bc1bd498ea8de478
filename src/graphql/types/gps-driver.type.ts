import 'reflect-metadata';
import { Field, ID, ObjectType } from 'type-graphql';
import { DateTime } from './date-time.scalar';

@ObjectType({ description: 'A driver as the GPS portal tells of them.', simpleResolvers: true })
export class GpsDriver {
  @Field(() => ID, { description: "The GPS portal's own number for the driver." })
  readonly gpsId!: string;

  @Field(() => String, { nullable: true, description: 'First name.' })
  readonly firstName!: string | null;

  @Field(() => String, { nullable: true, description: 'Last name.' })
  readonly lastName!: string | null;

  @Field(() => String, { nullable: true, description: 'E-mail address.' })
  readonly email!: string | null;

  @Field(() => String, { nullable: true, description: 'Phone number, usually ten bare digits.' })
  readonly phone!: string | null;

  @Field(() => String, { nullable: true, description: 'Time zone, for example US/Arizona.' })
  readonly timeZone!: string | null;

  @Field(() => String, { nullable: true, description: "The company's own reference (Ref ID)." })
  readonly referenceId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The Driveri DriverID entered in the GPS portal; null when empty, or not readable now.',
  })
  readonly driveriDriverId!: string | null;

  @Field(() => [String], { description: 'Names of the driver groups the driver is in.' })
  readonly groups!: readonly string[];

  @Field(() => DateTime, { description: 'When the portal last told us so.' })
  readonly observedAt!: number;
}
