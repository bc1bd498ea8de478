import 'reflect-metadata';
import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'One field in Driveri, before and after.', simpleResolvers: true })
export class FieldChange {
  @Field(() => String, { description: "The field's name in Driveri." })
  readonly field!: string;

  @Field(() => String, { nullable: true, description: 'What stood there; null for nothing.' })
  readonly from!: string | null;

  @Field(() => String, { nullable: true, description: 'What stands there afterwards; null for nothing.' })
  readonly to!: string | null;
}
