import type { AccountId } from '../driver/ids';
import type { ApiQueries } from '../sync/api-queries';
import type { Actor, GatewayCommands } from '../sync/gateway-commands';
import type { AccountFeeds } from './account-feed';
import type { Identity } from './auth';
import { createLoaders, type Loaders } from './loaders';
import type { RateLimit } from './rate-limit';
import type { Tier } from './types/viewer.type';

/** What the configuration says of an account, as far as the API shows it. */
export interface ApiAccount {
  readonly name: string;
  readonly tier: Tier;
  readonly driverSyncAvailable: boolean;
  readonly timeZone: string;
}

/** What every operation works with. */
export interface ApiServices {
  readonly queries: ApiQueries;
  readonly commands: GatewayCommands;
  readonly accounts: ReadonlyMap<AccountId, ApiAccount>;
  readonly feeds: AccountFeeds;
  /** How often a user may ask portals for a fresh read. */
  readonly refreshLimit: RateLimit;
  /** The subgraph's SDL, for `_service`. */
  readonly subgraphSdl: string;
}

/** The context of one operation, or of one event of a subscription. */
export interface ApiContext {
  readonly services: ApiServices;
  readonly identity: Identity;
  readonly account: AccountId;
  readonly actor: Actor;
  readonly requestId: string;
  /** What the operation costs at most; known once it has been admitted. */
  cost: number | undefined;
  /** Replaced after each command, so that what follows sees what it has done. */
  loaders: Loaders;
}

/** Makes the context of an operation. */
export function createContext(services: ApiServices, identity: Identity, requestId: string): ApiContext {
  return {
    services,
    identity,
    account: identity.account,
    actor: { account: identity.account, userId: identity.userId },
    requestId,
    cost: undefined,
    loaders: createLoaders(services.queries, identity.account),
  };
}

/** The same context with loaders that have read nothing: for a subscription's next event. */
export function withFreshLoaders(context: ApiContext): ApiContext {
  return { ...context, loaders: createLoaders(context.services.queries, context.account) };
}
