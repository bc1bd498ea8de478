import 'reflect-metadata';
import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { driverKey, runId } from '../../driver/ids';
import { apiError } from '../answers/api-error';
import { decodeNodeId, encodeNodeId, toSeq } from '../schema/node-id';
import { MAX_PAGE_SIZE } from '../paging';
import { configuredAccount, type ApiContext } from '../request-context';
import { toDriver } from '../types/driver.type';
import { toDriverSync } from '../types/driver-sync.type';
import { Node } from '../types/node.type';
import { toSyncEvent } from '../types/sync-event.type';
import { toSyncRun } from '../types/sync-run.type';
import { toSyncRunItem } from '../types/sync-run-item.type';
import type { Account } from '../types/viewer.type';

@Resolver()
export class NodeResolver {
  @Query(() => Node, {
    nullable: true,
    description: 'Anything that has an id; null for what is not there, or is not a valid id.',
  })
  node(
    @Ctx() context: ApiContext,
    @Arg('id', () => ID, { description: 'The id of anything.' }) id: string,
  ): Promise<Node | null> {
    return findNode(context, id);
  }

  @Query(() => [Node], {
    nullable: 'items',
    description: 'As node, for up to 100 ids at once, in the order asked.',
  })
  nodes(
    @Ctx() context: ApiContext,
    @Arg('ids', () => [ID], { description: 'Ids of anything.' }) ids: readonly string[],
  ): Promise<readonly (Node | null)[]> {
    if (ids.length > MAX_PAGE_SIZE) {
      throw apiError('TOO_MANY_IDS', `${ids.length} ids; up to ${MAX_PAGE_SIZE} are answered at once.`, {
        argument: 'ids',
      });
    }
    return Promise.all(ids.map((id) => findNode(context, id)));
  }
}

async function findNode(context: ApiContext, id: string): Promise<Node | null> {
  const node = decodeNodeId(id);
  switch (node?.type) {
    case undefined:
      return null;
    case 'Account':
      return node.key === context.account ? accountOf(context) : null;
    case 'DriverSync':
      return node.key === context.account
        ? toDriverSync(context.account, await context.loaders.driverSync())
        : null;
    case 'Driver':
      return map(await context.loaders.driver.load(driverKey(node.key)), toDriver);
    case 'SyncRun':
      return map(await context.loaders.run.load(runId(node.key)), toSyncRun);
    case 'SyncRunItem':
      return map(await context.loaders.runItem.load(node.key), toSyncRunItem);
    case 'SyncEvent': {
      const seq = toSeq(node.key);
      return seq === null ? null : map(await context.loaders.event.load(seq), toSyncEvent);
    }
  }
}

/** The account of who is asking. */
export function accountOf(context: ApiContext): Account {
  const known = configuredAccount(context);
  return {
    __typename: 'Account',
    id: encodeNodeId('Account', context.account),
    name: known.name,
    tier: known.tier,
    driverSyncAvailable: known.driverSyncAvailable,
    timeZone: known.timeZone,
  };
}

function map<View, Shown>(view: View | null, show: (view: View) => Shown): Shown | null {
  return view === null ? null : show(view);
}
