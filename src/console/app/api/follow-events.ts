import type { Client } from '@urql/core';
import { stringifyDocument } from '@urql/core';
import {
  EVENT_CHANGES,
  EVENTS,
  type ConsoleEventChangesSubscription,
  type EventItemFragment,
  type SyncEventFilter,
} from '../generated/documents';
import type { Live } from './live';

/** What hears the log. */
export interface EventListener {
  /** Each event once, in the log's order, also those that happened while the connection was lost. */
  readonly onEvent: (event: EventItemFragment) => void;
  readonly onError?: (error: Error) => void;
}

/**
 * Follows the log from a cursor on, without a gap: after a lost connection it goes on behind the last event that was heard.
 * `after` undefined: from now on. Gives the function that ends it.
 */
export function followEvents(
  live: Live,
  { after, filter = null }: { readonly after?: string | undefined; readonly filter?: SyncEventFilter | null },
  { onEvent, onError }: EventListener,
): () => void {
  let cursor = after;
  return live.subscribe(
    {
      query: stringifyDocument(EVENT_CHANGES),
      variables: () => (cursor === undefined ? { filter } : { filter, after: cursor }),
    },
    {
      next: ({ data, errors }) => {
        if (errors !== undefined)
          return onError?.(new Error(errors[0]?.message ?? 'The log cannot be read.'));
        const { syncEvents } = data as ConsoleEventChangesSubscription; // what the document asks for
        cursor = syncEvents.cursor;
        onEvent(syncEvents);
      },
      error: (error) => onError?.(error),
      complete: () => undefined,
    },
  );
}

/** As `followEvents` without a filter, from the newest event on that there is now; waits for the gateway as long as it takes. */
export function followLog(client: Client, live: Live, listener: EventListener): () => void {
  let stop = (): void => undefined;
  let stopped = false;
  const start = async (): Promise<void> => {
    const { data, error } = await client
      .query(EVENTS, { first: 1 }, { requestPolicy: 'network-only' })
      .toPromise();
    if (stopped) return;
    if (error !== undefined || data === undefined) {
      setTimeout(() => void start(), 2_000);
      return;
    }
    stop = followEvents(live, { after: data.syncEvents.nodes[0]?.cursor }, listener);
  };
  void start();
  return () => {
    stopped = true;
    stop();
  };
}
