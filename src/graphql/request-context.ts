import type { AccountId } from '../driver/ids';
import type { SyncSettingsView } from '../gateway/views/settings-view';
import type { GatewayQueries } from '../gateway/queries';
import type { Actor, GatewayCommands } from '../gateway/commands';
import type { AccountFeeds } from './live/account-feed';
import { unauthenticated, type Identity } from './admit/auth';
import { createLoaders, type Loaders } from './loaders';
import type { RateLimit } from './admit/rate-limit';
import type { Tier } from './types/viewer.type';

/** What the configuration says of an account, as far as the API shows it. */
export interface ApiAccount {
  readonly name: string;
  readonly tier: Tier;
  readonly driverSyncAvailable: boolean;
  readonly timeZone: string;
  readonly settings: SyncSettingsView;
}

/** What every operation works with. */
export interface ApiServices {
  readonly queries: GatewayQueries;
  readonly commands: GatewayCommands;
  readonly accounts: ReadonlyMap<AccountId, ApiAccount>;
  readonly feeds: AccountFeeds;
  /** How often a user may ask portals for a fresh read. */
  readonly refreshLimit: RateLimit;
  /** Writes an error that nobody foresaw to the log; for a resolver that answers although a part of it failed. */
  reportUnexpected(error: unknown, requestId: string): void;
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

/** The configuration of the caller's account. */
export function configuredAccount({ account, services }: ApiContext): ApiAccount {
  const known = services.accounts.get(account);
  // Taken out of the configuration while the operation was under way.
  if (known === undefined) throw unauthenticated('The token is not valid here.');
  return known;
}

/** The same context with loaders that have read nothing: for a subscription's next event. */
export function withFreshLoaders(context: ApiContext): ApiContext {
  return { ...context, loaders: createLoaders(context.services.queries, context.account) };
}
