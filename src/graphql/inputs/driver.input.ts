import 'reflect-metadata';
import { Field, ID, InputType } from 'type-graphql';
import type { DriverInputFields } from '../../gateway/commands';

const TEXT = {
  firstName: 'First name.',
  email: 'E-mail address.',
  phone: 'Phone number; its digits are kept.',
  timeZone: 'Time zone as the GPS portal names it, for example US/Arizona.',
  referenceId: "The company's own reference (Ref ID).",
  driveriDriverId: 'The Driveri DriverID. One that exists in Driveri links to its driver; another renames.',
  groups: 'Names of all driver groups the driver is to be in; they must exist.',
};

@InputType({ description: 'A new driver, as the GPS portal is to hold them.' })
export class CreateDriverInput {
  @Field(() => String, { nullable: true, description: TEXT.firstName })
  readonly firstName?: string | null;

  @Field(() => String, { description: 'Last name: the one thing that the GPS portal demands.' })
  readonly lastName!: string;

  @Field(() => String, { nullable: true, description: TEXT.email })
  readonly email?: string | null;

  @Field(() => String, { nullable: true, description: TEXT.phone })
  readonly phone?: string | null;

  @Field(() => String, { nullable: true, description: TEXT.timeZone })
  readonly timeZone?: string | null;

  @Field(() => String, { nullable: true, description: TEXT.referenceId })
  readonly referenceId?: string | null;

  @Field(() => String, { nullable: true, description: TEXT.driveriDriverId })
  readonly driveriDriverId?: string | null;

  @Field(() => [String], { nullable: true, description: TEXT.groups })
  readonly groups?: readonly string[] | null;
}

@InputType({ description: 'A field left out stays as it is; a field set to null is cleared.' })
export class UpdateDriverInput {
  @Field(() => ID, { description: 'Which driver.' })
  readonly id!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The version that the edit was based on; with another one by now the answer is the user error CONFLICT and the current driver.',
  })
  readonly version?: string | null;

  @Field(() => String, { nullable: true, description: TEXT.firstName })
  readonly firstName?: string | null;

  @Field(() => String, { nullable: true, description: 'Last name; cannot be cleared.' })
  readonly lastName?: string | null;

  @Field(() => String, { nullable: true, description: TEXT.email })
  readonly email?: string | null;

  @Field(() => String, { nullable: true, description: TEXT.phone })
  readonly phone?: string | null;

  @Field(() => String, { nullable: true, description: TEXT.timeZone })
  readonly timeZone?: string | null;

  @Field(() => String, { nullable: true, description: TEXT.referenceId })
  readonly referenceId?: string | null;

  @Field(() => String, { nullable: true, description: TEXT.driveriDriverId })
  readonly driveriDriverId?: string | null;

  @Field(() => [String], { nullable: true, description: TEXT.groups })
  readonly groups?: readonly string[] | null;
}

const FIELDS = [
  'firstName',
  'lastName',
  'email',
  'phone',
  'timeZone',
  'referenceId',
  'driveriDriverId',
  'groups',
] as const satisfies readonly (keyof DriverInputFields)[];

/** The fields that the caller sent. An input class has all of them; those left out are undefined there. */
export function toDriverInputFields(input: CreateDriverInput | UpdateDriverInput): DriverInputFields {
  return Object.fromEntries(
    FIELDS.filter((field) => input[field] !== undefined).map((field) => [field, input[field]]),
  );
}
