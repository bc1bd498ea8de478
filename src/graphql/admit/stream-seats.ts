import type { AccountId } from '../../driver/ids';
import type { Clock } from '../../platform/clock';
import type { ApiMetrics, Transport } from '../api-metrics';
import type { Identity } from './auth';
import { userOf } from '../gateway-api';
import type { SharedPlaces } from './shared-use';

/** Why a socket or an event stream ends before its client wants it to. */
export type StreamEnd = 'Token expired' | 'Account removed' | 'Going away';

/** Sockets and event streams of all users: each user has so many, and each ends with its token. */
export interface StreamSeats {
  /** Gives the function that leaves the seat; null when the user has no more. `end` is called when the token, the account or the server ends. */
  take(transport: Transport, identity: Identity, end: (why: StreamEnd) => void): (() => void) | null;
  /** Ends every socket and stream of an account that this gateway no longer serves. */
  endAll(account: AccountId): void;
  /**
   * Ends every socket and stream, so that its client connects again, here or elsewhere. None is told that its operation is
   * complete: a client would take that for the end of it.
   */
  close(): void;
  /** What other processes have to know. */
  readonly shared: SharedPlaces;
}

/** Node's timers count in 32 bits. */
const MAX_TIMER_MS = 2_147_483_647;

export function createStreamSeats(perUser: number, clock: Clock, metrics: ApiMetrics): StreamSeats {
  const taken = new Map<string, number>();
  const elsewhere = new Map<string, number>();
  const ends = new Map<(why: StreamEnd) => void, AccountId>();
  return {
    shared: {
      open: () => taken,
      learn(user, count) {
        if (count > 0) elsewhere.set(user, count);
        else elsewhere.delete(user);
      },
    },
    endAll(account) {
      for (const [end, of] of ends) if (of === account) end('Account removed');
    },
    close() {
      for (const end of [...ends.keys()]) end('Going away');
    },
    take(transport, identity, end) {
      const user = userOf(identity);
      const count = taken.get(user) ?? 0;
      if (count + (elsewhere.get(user) ?? 0) >= perUser) return null;
      taken.set(user, count + 1);
      metrics.streamOpened(transport);
      const leftMs = Math.min(Math.max(0, identity.expiresAt - clock.now()), MAX_TIMER_MS);
      const timer = setTimeout(() => end('Token expired'), leftMs);
      ends.set(end, identity.account);
      let isLeft = false;
      return () => {
        if (isLeft) return;
        isLeft = true;
        clearTimeout(timer);
        ends.delete(end);
        metrics.streamClosed(transport);
        const rest = (taken.get(user) ?? 1) - 1;
        if (rest > 0) {
          taken.set(user, rest);
        } else {
          taken.delete(user);
          elsewhere.delete(user);
        }
      };
    },
  };
}
