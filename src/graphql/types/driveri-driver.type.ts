import 'reflect-metadata';
import { Field, ObjectType } from 'type-graphql';
import { DateTime } from './date-time.scalar';

@ObjectType({ description: 'A driver as Driveri tells of them.', simpleResolvers: true })
export class DriveriDriver {
  @Field(() => String, { description: 'The Driveri DriverID.' })
  readonly driverId!: string;

  @Field(() => String, { nullable: true, description: 'First name.' })
  readonly firstName!: string | null;

  @Field(() => String, { nullable: true, description: 'Last name.' })
  readonly lastName!: string | null;

  @Field(() => String, { nullable: true, description: 'E-mail address.' })
  readonly email!: string | null;

  @Field(() => String, { nullable: true, description: 'The user name in the Driveri mobile app.' })
  readonly userName!: string | null;

  @Field(() => Boolean, { nullable: true, description: 'May use the Driveri mobile app.' })
  readonly mobileApp!: boolean | null;

  @Field(() => String, { nullable: true, description: "Name of the driver's group in Driveri." })
  readonly group!: string | null;

  @Field(() => String, { description: "Driveri's own word for the driver's status, for example Active." })
  readonly status!: string;

  @Field(() => Boolean, { description: 'Whether that status counts as active.' })
  readonly active!: boolean;

  @Field(() => DateTime, { nullable: true, description: 'When Driveri says it last changed.' })
  readonly updatedAt!: number | null;

  @Field(() => DateTime, { description: 'When Driveri last told us so.' })
  readonly observedAt!: number;
}
