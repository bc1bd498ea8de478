import 'reflect-metadata';
import { Field, ID, ObjectType } from 'type-graphql';
import { describedEnum } from '../schema/described-enum';
import type { Ref } from '../schema/ref';
import { Node } from './node.type';

export const Role = describedEnum('Role', 'What a user may do in their account.', {
  MASTER: 'The one user of an account who may turn Driver Sync on and off.',
  ADMIN: 'May read, write drivers, start and approve runs.',
  VIEWER: 'May only read and subscribe.',
});
export type Role = keyof typeof Role;

export const Tier = describedEnum('Tier', 'What the account has subscribed to.', {
  STANDARD: 'Driver Sync only when the Account Manager has made it available.',
  PRO: 'Driver Sync included.',
  ENTERPRISE: 'Driver Sync included.',
});
export type Tier = keyof typeof Tier;

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'One fleet: one GPS account and one Driveri tenant. Nothing crosses accounts.',
})
export class Account implements Node {
  readonly __typename!: 'Account';

  @Field(() => ID, { description: 'Globally unique and opaque.' })
  readonly id!: string;

  @Field(() => String, { description: "The fleet's name." })
  readonly name!: string;

  @Field(() => Tier, { description: 'What the account has subscribed to.' })
  readonly tier!: Tier;

  @Field(() => Boolean, {
    description: 'False for a Standard account whose Account Manager has not made Driver Sync available.',
  })
  readonly driverSyncAvailable!: boolean;

  @Field(() => String, {
    description: "IANA name, for example America/Chicago: the daily run's night, and how to show times.",
  })
  readonly timeZone!: string;
}

@ObjectType({ description: 'Who is asking, as their token says.', simpleResolvers: true })
export class Viewer {
  @Field(() => ID, { description: 'The user id in the token.' })
  readonly userId!: string;

  @Field(() => Role, { description: 'What they may do.' })
  readonly role!: Role;

  @Field(() => Account, { description: 'The account they belong to: the only one they see.' })
  readonly account!: Ref<Account>;
}
