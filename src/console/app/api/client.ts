import { Client, fetchExchange, mapExchange, subscriptionExchange, type CombinedError } from '@urql/core';
import { authExchange } from '@urql/exchange-auth';
import { cacheExchange } from '@urql/exchange-graphcache';
import type { Session } from '../session/session';
import type { Live } from './live';

/** Parts of their owner, without an id of their own. */
const EMBEDDED = [
  'AbsenceEvidence',
  'DriveriDriver',
  'DriverConnection',
  'DriverEdge',
  'DriverPayload',
  'DeleteDriverPayload',
  'DriverSyncCounts',
  'DriverSyncState',
  'FieldChange',
  'FieldDifference',
  'GpsDriver',
  'PageInfo',
  'PlanDifference',
  'PlannedAction',
  'SetDriverSyncPayload',
  'SyncEventConnection',
  'SyncHealth',
  'SyncProblem',
  'SyncRunConnection',
  'SyncRunItemConnection',
  'SyncRunPayload',
  'SyncRunTotals',
  'SyncSettings',
  'SyncStatistics',
  'UserError',
  'Viewer',
  'Warning',
];

/**
 * The one client. Its cache holds every object by its id, so that live data reaches every place that shows it. What is asked
 * while the session is expired waits, and goes on after the user has signed in again: also a change that was just sent.
 */
export function createApiClient(options: {
  readonly url: string;
  readonly session: Session;
  readonly live: Live;
}): Client {
  return new Client({
    url: options.url,
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    fetchOptions: { credentials: 'omit', cache: 'no-store', redirect: 'error' },
    exchanges: [
      cacheExchange({ keys: Object.fromEntries(EMBEDDED.map((name) => [name, () => null])) }),
      nameMutations(),
      authenticate(options.session),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: options.live.subscribe({ query, variables: () => variables ?? {} }, sink),
          }),
        }),
      }),
    ],
  });
}

/** Each mutation has a key of its own, so that sending it twice does it once. */
function nameMutations() {
  return mapExchange({
    onOperation(operation) {
      if (operation.kind !== 'mutation') return operation;
      const given = operation.context.fetchOptions;
      const fetchOptions = {
        ...(typeof given === 'function' ? given() : given),
        headers: { 'idempotency-key': randomKey() },
      };
      return { ...operation, context: { ...operation.context, fetchOptions } };
    },
  });
}

function authenticate(session: Session) {
  return authExchange(async (utilities) => {
    let token = await session.usableToken();
    session.subscribe(() => {
      const state = session.state();
      if (state.kind === 'active') token = state.credentials.token;
    });
    return {
      addAuthToOperation: (operation) =>
        operation.kind === 'subscription'
          ? operation
          : utilities.appendHeaders(operation, { authorization: `Bearer ${token}` }),
      willAuthError: () => session.state().kind !== 'active',
      didAuthError: isRefusedToken,
      refreshAuth: async () => {
        session.refuse(token);
        token = await session.usableToken();
      },
    };
  });
}

const isRefusedToken = (error: CombinedError): boolean =>
  error.graphQLErrors.some(({ extensions }) => extensions['code'] === 'UNAUTHENTICATED');

// `crypto.randomUUID` is not there on a page that was loaded over plain HTTP from another machine.
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
