import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { errorMessage } from '../platform/error-code';
import type { Logger } from '../platform/logger';
import type { Database } from '../store/database/database';
import type { WakeUps } from '../gateway/wake-ups';
import { COMMAND_TIMEOUT_MS, connectSender, connectSubscriber, disconnect } from './redis-connection';

/** Carries messages to every process; each process then spreads them over its own subscribers. */
interface Carrier {
  /** Resolves when this process receives messages; rejects when it cannot yet, and is then called again. */
  receive(onMessage: (message: string) => void): Promise<void>;
  send(message: string): Promise<void>;
  close(): Promise<void>;
}

/** What the wake-ups run on: Redis when there is a URL; otherwise Postgres; in process when the database is embedded. */
export interface WakeUpsOptions {
  readonly database: Database;
  readonly redisUrl?: string | undefined;
  readonly logger: Logger;
  /** Keeps several gateways apart on one Redis. */
  readonly prefix?: string | undefined;
}

/** Opens the wake-ups. Connections are made with the first subscription or message. */
export function createWakeUps(options: WakeUpsOptions): WakeUps {
  return new CarriedWakeUps(chooseCarrier(options), options.logger);
}

/** Postgres limits channel names to 63 bytes and payloads to 8,000; so there is one channel, and ours are in the payload. */
const ONE_CHANNEL = 'gateway_wake_up';

const MAX_PAYLOAD = 4_000;

function chooseCarrier({ database, redisUrl, logger, prefix = 'gateway' }: WakeUpsOptions): Carrier {
  if (redisUrl !== undefined) return new RedisCarrier(redisUrl, `${prefix}:wake-up`, logger);
  return database.kind === 'postgres' ? new PostgresCarrier(database) : inProcessCarrier();
}

class CarriedWakeUps implements WakeUps {
  readonly #carrier: Carrier;
  readonly #logger: Logger;
  readonly #listeners = new EventEmitter().setMaxListeners(0);
  #receiving: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(carrier: Carrier, logger: Logger) {
    this.#carrier = carrier;
    this.#logger = logger;
  }

  async publish(channel: string, payload = ''): Promise<void> {
    if (this.#closed) return;
    try {
      if (payload.length > MAX_PAYLOAD)
        throw new RangeError(`A payload has at most ${MAX_PAYLOAD} characters`);
      await this.#carrier.send(JSON.stringify([channel, payload]));
    } catch (err) {
      this.#logger.debug({ channel, err }, 'a wake-up was not sent');
    }
  }

  async subscribe(channel: string, listener: (payload: string) => void): Promise<() => Promise<void>> {
    // A function of its own, so that one listener may be given twice.
    const own = (payload: string) => listener(payload);
    const event = eventOf(channel);
    this.#listeners.on(event, own);
    await this.#receive();
    return () => {
      this.#listeners.off(event, own);
      return Promise.resolve();
    };
  }

  close(): Promise<void> {
    this.#listeners.removeAllListeners();
    this.#closed ??= this.#carrier.close();
    return this.#closed;
  }

  async #receive(): Promise<void> {
    if (this.#closed) return;
    this.#receiving ??= this.#carrier.receive((message) => this.#spread(message));
    try {
      await this.#receiving;
    } catch (err) {
      // The next subscription tries again; until then, subscribers look at their own intervals.
      this.#receiving = undefined;
      this.#logger.warn({ err }, 'wake-ups are not received');
    }
  }

  #spread(message: string): void {
    const [channel, payload] = parseMessage(message);
    // One at a time: a listener that throws must not keep the message from the others.
    for (const listener of this.#listeners.listeners(eventOf(channel))) {
      try {
        listener(payload);
      } catch (err) {
        this.#logger.warn({ channel, err }, 'a wake-up’s listener failed');
      }
    }
  }
}

// EventEmitter throws for an "error" that nobody listens to, and a channel may be called that.
function eventOf(channel: string): string {
  return `channel ${channel}`;
}

function parseMessage(message: string): [channel: string, payload: string] {
  try {
    const parsed: unknown = JSON.parse(message);
    if (Array.isArray(parsed)) return [String(parsed[0]), String(parsed[1])];
  } catch {
    // Somebody else's message on our channel.
  }
  return ['', ''];
}

/** The embedded database serves one process: there is nobody else to tell. */
function inProcessCarrier(): Carrier {
  let receiver: ((message: string) => void) | undefined;
  return {
    receive(onMessage) {
      receiver = onMessage;
      return Promise.resolve();
    },
    send(message) {
      // Later, as with the others: a listener never runs inside of its publisher.
      setImmediate(() => receiver?.(message));
      return Promise.resolve();
    },
    close() {
      receiver = undefined;
      return Promise.resolve();
    },
  };
}

class PostgresCarrier implements Carrier {
  readonly #database: Database;
  #stop: (() => Promise<void>) | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  async receive(onMessage: (message: string) => void): Promise<void> {
    this.#stop = await this.#database.listen(ONE_CHANNEL, onMessage);
  }

  send(message: string): Promise<void> {
    return this.#database.notify(ONE_CHANNEL, message);
  }

  async close(): Promise<void> {
    await this.#stop?.();
  }
}

/** How often Redis is asked whether it takes writes. */
const LOOK_EVERY_MS = 5_000;

class RedisCarrier implements Carrier {
  readonly #sender: Redis;
  readonly #url: string;
  readonly #channel: string;
  readonly #logger: Logger;
  readonly #looking: NodeJS.Timeout;
  #isFull = false;
  /** Over when there is a connection for the first time, or none has come: what is sent at a start is not lost. */
  readonly #begun: Promise<unknown>;
  #subscriber: Redis | undefined;

  constructor(url: string, channel: string, logger: Logger) {
    this.#url = url;
    this.#channel = channel;
    this.#logger = logger;
    this.#sender = connectSender(url, logger);
    const ready = new Promise((resolve) => this.#sender.once('ready', () => resolve(undefined)));
    this.#begun = Promise.race([ready, sleep(COMMAND_TIMEOUT_MS, undefined, { ref: false })]);
    this.#looking = setInterval(() => void this.#look(), LOOK_EVERY_MS).unref();
  }

  /**
   * Whether this is still the server that takes writes: a replica takes what is published, and nobody beside it hears of it. Refused
   * as read-only, the sender connects anew by itself (`RECONNECTING`), and the subscriber with it. A full Redis still carries messages.
   */
  async #look(): Promise<void> {
    if (this.#sender.status !== 'ready') return;
    try {
      await this.#sender.set(`${this.#channel}:writable`, '1', 'PX', 3 * LOOK_EVERY_MS);
    } catch (error) {
      if (errorMessage(error).startsWith('READONLY')) this.#subscriber?.disconnect(true);
      if (errorMessage(error).startsWith('OOM')) this.#tellFull();
      return;
    }
    this.#isFull = false;
  }

  /** Once for as long as it lasts. */
  #tellFull(): void {
    if (!this.#isFull) {
      this.#logger.error({}, 'redis is full and takes no writes (REDIS_URL): give it memory, or empty it');
    }
    this.#isFull = true;
  }

  async receive(onMessage: (message: string) => void): Promise<void> {
    const subscriber = connectSubscriber(this.#url, this.#logger);
    this.#subscriber = subscriber;
    subscriber.on('message', (_channel, message) => onMessage(message));
    // Without Redis this waits until it is back; the caller need not.
    const subscribed = subscriber.subscribe(this.#channel).catch(() => undefined);
    await Promise.race([subscribed, sleep(COMMAND_TIMEOUT_MS, undefined, { ref: false })]);
  }

  async send(message: string): Promise<void> {
    await this.#begun;
    await this.#sender.publish(this.#channel, message);
  }

  close(): Promise<void> {
    clearInterval(this.#looking);
    disconnect(this.#sender);
    if (this.#subscriber) disconnect(this.#subscriber);
    return Promise.resolve();
  }
}
