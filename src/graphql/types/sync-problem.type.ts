import 'reflect-metadata';
import { Field, ObjectType } from 'type-graphql';
import { DateTime } from './date-time.scalar';

@ObjectType({
  description: 'Why something is not as it should be, with the evidence and what would release it.',
  simpleResolvers: true,
})
export class SyncProblem {
  @Field(() => String, { description: 'Machine-readable. Expect new ones.' })
  readonly code!: string;

  @Field(() => String, { description: 'What is wrong, for a person.' })
  readonly message!: string;

  @Field(() => String, { description: 'What a person can do about it.' })
  readonly hint!: string;

  @Field(() => DateTime, { description: 'Since when it has been so.' })
  readonly since!: number;
}
