import { randomUUID } from 'node:crypto';
import type { GraphQLError, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import type { AccountId } from '../driver/ids';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { Admission } from './admission';
import type { ApiMetrics } from './api-metrics';
import { readBearer, unauthenticated, type Identity, type VerifyToken } from './auth';
import type { Idempotency } from './idempotency';
import { loggableError } from './loggable-error';
import { toPublicError } from './public-error';
import type { RateLimit } from './rate-limit';
import { createContext, type ApiContext, type ApiServices } from './request-context';

/** What all transports share. */
export interface GatewayApi {
  readonly schema: GraphQLSchema;
  readonly admission: Admission;
  readonly idempotency: Idempotency;
  readonly metrics: ApiMetrics;
  readonly logger: Logger;
  readonly clock: Clock;
  /** How many sockets and event streams a user may have open in this process. */
  readonly streamsPerUser: number;
  /** Reads `Bearer …`. Throws `UNAUTHENTICATED`. */
  identify(authorization: unknown): Promise<Identity>;
  /** Throws `RATE_LIMITED`. */
  limit(identity: Identity): void;
  context(identity: Identity, requestId: string): ApiContext;
  /** The error as the caller may see it; what nobody foresaw goes to the log. */
  show(error: unknown, requestId: string): GraphQLFormattedError;
}

export interface GatewayApiOptions extends Omit<GatewayApi, 'identify' | 'limit' | 'context' | 'show'> {
  readonly services: ApiServices;
  readonly verifyToken: VerifyToken;
  readonly requestLimit: RateLimit;
  readonly hideSuggestions: boolean;
}

export function createGatewayApi(options: GatewayApiOptions): GatewayApi {
  const { services, verifyToken, requestLimit, hideSuggestions, logger, ...shared } = options;
  return {
    ...shared,
    logger,
    async identify(authorization) {
      const identity = await verifyToken(readBearer(authorization));
      // Signed by the right hand, but for an account that is not (or no longer) configured here.
      if (!services.accounts.has(identity.account)) throw unauthenticated('The token is not valid here.');
      return identity;
    },
    limit: (identity) => requestLimit.take(userOf(identity)),
    context: (identity, requestId) => createContext(services, identity, requestId),
    show(error, requestId) {
      const { formatted, unexpected } = toPublicError(error, { requestId, hideSuggestions });
      if (unexpected !== undefined) {
        const at = (error as Partial<GraphQLError>).path?.join('.'); // any error may come here
        logger.error(
          { requestId, ...(at && { at }), error: loggableError(unexpected) },
          'operation failed unexpectedly',
        );
      }
      return formatted;
    },
  };
}

/** One user of one account: user ids of different accounts are different users. */
export function userOf({
  account,
  userId,
}: {
  readonly account: AccountId;
  readonly userId: string;
}): string {
  return `${account} ${userId}`;
}

export const newRequestId = (): string => randomUUID();
