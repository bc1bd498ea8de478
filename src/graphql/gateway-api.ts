import { randomUUID } from 'node:crypto';
import type { GraphQLError, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import type { AccountId } from '../driver/ids';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { Admission } from './admit/admission';
import type { Budget } from './admit/budget';
import type { ApiMetrics } from './api-metrics';
import { readBearer, unauthenticated, type Identity, type VerifyToken } from './admit/auth';
import type { Idempotency } from './admit/idempotency';
import type { TrustedDocuments } from './admit/trusted-documents';
import { loggableError } from './answers/loggable-error';
import { toPublicError } from './answers/public-error';
import type { RateLimit } from './admit/rate-limit';
import type { SharedAnswers } from './live/shared-answers';
import { createContext, type ApiContext, type ApiServices } from './request-context';

/** What all transports share. */
export interface GatewayApi {
  readonly schema: GraphQLSchema;
  readonly admission: Admission;
  /** The only documents that may run; undefined: all that are valid. */
  readonly trusted?: TrustedDocuments | undefined;
  readonly idempotency: Idempotency;
  readonly sharedAnswers: SharedAnswers;
  readonly budget: Budget;
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
  /** The error as the caller may see it; what nobody foresaw, and the cause of a portal's failure, go to the log. */
  show(error: unknown, requestId: string, account?: AccountId): GraphQLFormattedError;
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
    show(error, requestId, account) {
      const { formatted, unexpected, portalError } = toPublicError(error, { requestId, hideSuggestions });
      if (unexpected !== undefined) {
        const at = (error as Partial<GraphQLError>).path?.join('.'); // any error may come here
        logger.error(
          { requestId, ...(at && { at }), error: loggableError(unexpected) },
          'operation failed unexpectedly',
        );
      }
      if (portalError !== undefined) {
        // Its cause stands where the call was made, with what it may hold taken out.
        const { portal, operation, kind, outcome } = portalError;
        const fields = { requestId, account, portal, operation, kind, outcome };
        logger.info(fields, 'an operation failed because of a portal');
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
