import { AsyncResource } from 'node:async_hooks';
import type { PGlite } from '@electric-sql/pglite';
import type { SqlNotification } from '../database/database-pool';

type Listener = (message: SqlNotification) => void;

/**
 * Spreads the session's notifications over the clients that asked for them. LISTEN is the session's, so a channel is left
 * (UNLISTEN) only when its last listener goes.
 */
export class EmbeddedNotifications {
  readonly #listeners = new Map<string, Set<Listener>>();
  // Without it, a listener would run in the async context of whoever's statement happened to bring the message.
  readonly #context = new AsyncResource('EmbeddedNotifications');

  constructor(pglite: PGlite) {
    pglite.onNotification((channel, payload) => this.#deliver({ channel, payload }));
  }

  /** From now on, the listener gets the channel's messages. */
  add(channel: string, listener: Listener): void {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(listener));
  }

  /** Ends that. True when nobody is left on the channel, so that the session can leave it, too. */
  remove(channel: string, listener: Listener): boolean {
    const listeners = this.#listeners.get(channel);
    if (!listeners?.delete(listener) || listeners.size > 0) return false;
    return this.#listeners.delete(channel);
  }

  #deliver(message: SqlNotification): void {
    const listeners = [...(this.#listeners.get(message.channel) ?? [])];
    this.#context.runInAsyncScope(() => {
      for (const listener of listeners) listener(message);
    });
  }
}
