import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, type PubSub } from 'type-graphql';
import { DriverConnectionResolver, DriverResolver } from '../resolvers/driver.resolver';
import { DriverMutationResolver } from '../resolvers/driver-mutation.resolver';
import { DriverSyncResolver } from '../resolvers/driver-sync.resolver';
import { NodeResolver } from '../resolvers/node.resolver';
import { SubscriptionResolver } from '../resolvers/subscription.resolver';
import { SyncEventResolver } from '../resolvers/sync-event.resolver';
import { SyncMutationResolver } from '../resolvers/sync-mutation.resolver';
import {
  SyncRunConnectionResolver,
  SyncRunItemConnectionResolver,
  PlanDifferenceResolver,
  SyncRunItemResolver,
  SyncRunResolver,
} from '../resolvers/sync-run.resolver';
import { ViewerResolver } from '../resolvers/viewer.resolver';

// TypeGraphQL insists on one wherever there are subscriptions. Ours have streams of their own; its default kills the process
// when a subscriber falls behind.
const NO_PUB_SUB: PubSub = {
  publish() {
    throw new Error('Subscriptions read the log; nothing is published');
  },
  subscribe() {
    throw new Error('Subscriptions read the log; nothing is published');
  },
};

/** The public contract, as code: what `schema/schema.graphql` is printed from. */
export function buildPublicSchema(): GraphQLSchema {
  return buildSchemaSync({
    resolvers: [
      ViewerResolver,
      NodeResolver,
      DriverResolver,
      DriverConnectionResolver,
      DriverSyncResolver,
      SyncRunResolver,
      SyncRunConnectionResolver,
      PlanDifferenceResolver,
      SyncRunItemResolver,
      SyncRunItemConnectionResolver,
      SyncEventResolver,
      DriverMutationResolver,
      SyncMutationResolver,
      SubscriptionResolver,
    ],
    // Inputs are checked by GraphQL's types and by the commands; a validator's error would echo what was sent.
    validate: false,
    pubSub: NO_PUB_SUB,
  });
}
