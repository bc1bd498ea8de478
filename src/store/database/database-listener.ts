import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import type { Logger } from '../../platform/logger';
import { quoteName } from '../embedded/embedded-statement';

type OnPayload = (payload: string) => void;

const RECONNECT_AFTER_MS = 500;
const RECONNECT_AT_MOST_AFTER_MS = 10_000;

/**
 * Holds the one connection that listens, for all channels. It is opened with the first channel. When it breaks, it is
 * opened again and listens to the same channels; what was sent meanwhile is lost.
 */
export class PostgresListener {
  readonly #config: ClientConfig;
  readonly #logger: Logger;
  readonly #channels = new Map<string, Set<OnPayload>>();
  #client: Promise<Client> | undefined;
  readonly #closing = new AbortController();
  #reconnecting = false;

  constructor(config: ClientConfig, logger: Logger) {
    this.#config = config;
    this.#logger = logger;
  }

  /** See `Database.listen`. Rejects when the first connection cannot be made. */
  async listen(channel: string, onPayload: OnPayload): Promise<() => Promise<void>> {
    const listeners = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, listeners);
    // A function of its own, so that one callback may be given twice.
    const listener: OnPayload = (payload) => onPayload(payload);
    listeners.add(listener);
    try {
      await this.#statement(`LISTEN ${quoteName(channel)}`);
    } catch (error) {
      this.#forget(channel, listener);
      throw error;
    }
    return () => this.#leave(channel, listener);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#channels.clear();
    const client = await this.#client?.catch(() => undefined);
    await client?.end().catch(() => undefined);
  }

  async #leave(channel: string, listener: OnPayload): Promise<void> {
    if (!this.#forget(channel, listener)) return;
    // A broken connection has left the channel by itself.
    await this.#statement(`UNLISTEN ${quoteName(channel)}`).catch(() => undefined);
  }

  #forget(channel: string, listener: OnPayload): boolean {
    const listeners = this.#channels.get(channel);
    if (!listeners?.delete(listener) || listeners.size > 0) return false;
    return this.#channels.delete(channel);
  }

  async #statement(text: string): Promise<void> {
    if (this.#closing.signal.aborted) throw new Error('The database is closed');
    this.#client ??= this.#connect();
    const client = await this.#client;
    await client.query(text);
  }

  async #connect(): Promise<Client> {
    const client = new Client(this.#config);
    let usable = true;
    const giveUp = (err?: Error) => {
      if (!usable) return;
      usable = false;
      this.#client = undefined;
      client.end().catch(() => undefined);
      void this.#reconnect(err);
    };
    client.on('notification', ({ channel, payload }) => {
      for (const onPayload of this.#channels.get(channel) ?? []) onPayload(payload ?? '');
    });
    client.on('error', giveUp);
    client.on('end', () => giveUp());
    try {
      await client.connect();
      return client;
    } catch (error) {
      // Whoever wanted it learns of it, and decides whether to try again.
      usable = false;
      this.#client = undefined;
      client.end().catch(() => undefined);
      throw error;
    }
  }

  async #reconnect(err: Error | undefined): Promise<void> {
    if (this.#reconnecting || this.#closing.signal.aborted) return;
    this.#reconnecting = true;
    this.#logger.warn({ err }, 'the listening database connection broke');
    for (let waitMs = RECONNECT_AFTER_MS; !(await this.#listenAgain(waitMs)); waitMs *= 2);
    this.#reconnecting = false;
  }

  /** Waits, then tries once. True when there is nothing more to try. */
  async #listenAgain(waitMs: number): Promise<boolean> {
    const { signal } = this.#closing;
    try {
      await sleep(Math.min(waitMs, RECONNECT_AT_MOST_AFTER_MS), undefined, { signal, ref: false });
      for (const channel of this.#channels.keys()) await this.#statement(`LISTEN ${quoteName(channel)}`);
      this.#logger.info({}, 'the listening database connection is back');
      return true;
    } catch {
      return signal.aborted;
    }
  }
}
