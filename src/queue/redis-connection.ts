import { Redis, type RedisOptions } from 'ioredis';
import { errorMessage } from '../platform/error-code';
import type { Logger } from '../platform/logger';

/** How long a command may take before it counts as lost. */
export const COMMAND_TIMEOUT_MS = 2_000;

/** What all connections share: they come back by themselves, soon at first and every two seconds at last, for ever. */
export const RECONNECTING = {
  connectTimeout: 5_000,
  keepAlive: 10_000,
  retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 6), 2_000),
  // A failover has made a replica of this connection's server: the address leads to another one by now, or soon.
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
} satisfies RedisOptions;

/**
 * A connection that fails fast: a command is refused while Redis is gone, and given up after two seconds when it does not
 * answer. For senders, whose caller must not wait.
 */
export function connectSender(url: string, logger: Logger): Redis {
  const redis = new Redis(url, {
    ...RECONNECTING,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
  });
  redis.on('error', outageLog(redis, logger));
  return redis;
}

/** A connection that keeps its subscriptions over an outage. */
export function connectSubscriber(url: string, logger: Logger): Redis {
  const redis = new Redis(url, { ...RECONNECTING, maxRetriesPerRequest: null });
  redis.on('error', outageLog(redis, logger));
  return redis;
}

/** Closes a connection, also one that has no server at this moment. */
export function disconnect(redis: Redis): void {
  redis.disconnect();
}

// One line for an outage, not one for each attempt: there are thousands in a bad night.
function outageLog(redis: Redis, logger: Logger): (error: unknown) => void {
  let down = false;
  redis.on('ready', () => {
    if (down) logger.info({}, 'redis is back');
    down = false;
  });
  return (error) => {
    if (!down) logger.warn({ reason: errorMessage(error) }, 'redis is not reachable');
    down = true;
  };
}
