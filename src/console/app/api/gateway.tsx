import type { Client } from '@urql/core';
import { createContext, use, useEffect, useEffectEvent, useSyncExternalStore, type ReactNode } from 'react';
import type { EventItemFragment } from '../generated/documents';
import { createSession, type Session, type SessionState } from '../session/session';
import { createApiClient } from './client';
import { followLog } from './follow-events';
import { createLive, type Connection, type Live } from './live';

/** What every part of the console works with. */
export interface Gateway {
  readonly session: Session;
  readonly live: Live;
  readonly client: Client;
  /** Every event of the account as it happens. Gives the function that ends it. */
  readonly onEvent: (listener: (event: EventItemFragment) => void) => () => void;
}

/** Connects to the gateway that serves this page. */
export function createGateway(): Gateway {
  const url = new URL('/graphql', location.origin).href;
  const session = createSession();
  const live = createLive({ url: url.replace(/^http/, 'ws'), session });
  const client = createApiClient({ url, session, live });
  const listeners = new Set<(event: EventItemFragment) => void>();
  let stop: (() => void) | undefined;
  return {
    session,
    live,
    client,
    onEvent(listener) {
      listeners.add(listener);
      stop ??= followLog(client, live, {
        onEvent: (event) => {
          for (const hear of [...listeners]) hear(event);
        },
      });
      return () => void listeners.delete(listener);
    },
  };
}

const GatewayContext = createContext<Gateway | null>(null);

/** Gives the gateway to everything in it. */
export function GatewayProvider({
  gateway,
  children,
}: {
  readonly gateway: Gateway;
  readonly children: ReactNode;
}) {
  return <GatewayContext value={gateway}>{children}</GatewayContext>;
}

/** The gateway; only inside of `GatewayProvider`. */
export function useGateway(): Gateway {
  const gateway = use(GatewayContext);
  if (gateway === null) throw new Error('There is no gateway around this.');
  return gateway;
}

/** The session as it is now. */
export function useSessionState(): SessionState {
  const { session } = useGateway();
  return useSyncExternalStore(session.subscribe, session.state);
}

/** The connection for live data as it is now. */
export function useConnection(): Connection {
  const { live } = useGateway();
  return useSyncExternalStore(live.onState, live.state);
}

/** Calls back with each event of the account. */
export function useEvents(onEvent: (event: EventItemFragment) => void): void {
  const gateway = useGateway();
  const hear = useEffectEvent(onEvent);
  useEffect(() => gateway.onEvent((event) => hear(event)), [gateway]);
}

/**
 * Calls back after events that matter, once a burst of them is over, at the latest every two seconds; and when the connection
 * is back. For lists, which have no subscription of their own.
 */
export function useWhenChanged(
  reload: () => void,
  matters: (event: EventItemFragment) => boolean = () => true,
): void {
  const gateway = useGateway();
  const call = useEffectEvent(reload);
  const isRelevant = useEffectEvent(matters);
  useEffect(() => {
    const soon = debounced(() => call(), 300, 2_000);
    const stopEvents = gateway.onEvent((event) => {
      if (isRelevant(event)) soon.call();
    });
    let wasLost = false;
    const stopState = gateway.live.onState(() => {
      const state = gateway.live.state();
      if (state === 'live' && wasLost) soon.call();
      wasLost = state === 'live' ? false : wasLost || state === 'waiting';
    });
    return () => {
      stopEvents();
      stopState();
      soon.cancel();
    };
  }, [gateway]);
}

/** The last call of a burst counts, once it has been quiet for a while; `longestMs` bounds how long a steady burst may hold it up. */
function debounced(work: () => void, quietMs: number, longestMs: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let since = 0;
  return {
    call() {
      const now = Date.now();
      if (timer === undefined) since = now;
      clearTimeout(timer);
      timer = setTimeout(
        () => {
          timer = undefined;
          work();
        },
        Math.max(0, Math.min(quietMs, since + longestMs - now)),
      );
    },
    cancel: () => clearTimeout(timer),
  };
}
