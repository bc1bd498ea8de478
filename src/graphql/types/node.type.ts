import 'reflect-metadata';
import { Field, ID, InterfaceType } from 'type-graphql';

/** Whatever has an id of its own says which type it is, so that `node` can tell. */
@InterfaceType({
  description: 'Something with an id of its own: `node(id)` finds it again.',
  resolveType: (value: { readonly __typename: string }) => value.__typename,
})
export abstract class Node {
  @Field(() => ID, { description: 'Globally unique and opaque.' })
  readonly id!: string;
}
