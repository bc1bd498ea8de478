import type { Clock } from '../platform/clock';
import type { ApiMetrics, Transport } from './api-metrics';
import type { Identity } from './auth';
import { userOf } from './gateway-api';

/** Sockets and event streams of all users: each user has so many, and each ends with its token. */
export interface StreamSeats {
  /** Gives the function that leaves the seat; null when the user has no more. `expire` is called when the token ends. */
  take(transport: Transport, identity: Identity, expire: () => void): (() => void) | null;
}

/** Node's timers count in 32 bits. */
const MAX_TIMER_MS = 2_147_483_647;

export function createStreamSeats(perUser: number, clock: Clock, metrics: ApiMetrics): StreamSeats {
  const taken = new Map<string, number>();
  return {
    take(transport, identity, expire) {
      const user = userOf(identity);
      const count = taken.get(user) ?? 0;
      if (count >= perUser) return null;
      taken.set(user, count + 1);
      metrics.streamOpened(transport);
      const timer = setTimeout(expire, Math.min(Math.max(0, identity.expiresAt - clock.now()), MAX_TIMER_MS));
      let isLeft = false;
      return () => {
        if (isLeft) return;
        isLeft = true;
        clearTimeout(timer);
        metrics.streamClosed(transport);
        const rest = (taken.get(user) ?? 1) - 1;
        if (rest > 0) taken.set(user, rest);
        else taken.delete(user);
      };
    },
  };
}
