/**
 * Tells other parts, in this process and in others, to look at the database now instead of at their next interval. Messages
 * may be lost, doubled or late: whoever subscribes also looks by itself, every few seconds.
 */
export interface WakeUps {
  /** Never throws and never rejects: what could not be told will be seen anyway. The payload is at most 4,000 characters. */
  publish(channel: string, payload?: string): Promise<void>;
  /**
   * Calls the listener for each message on the channel, the process's own included, with an empty string for a message
   * without payload. Does not reject for a lost connection, which is mended in the background. Resolves to the function that
   * ends it.
   */
  subscribe(channel: string, listener: (payload: string) => void): Promise<() => Promise<void>>;
  /** Ends every subscription and closes the connections. May be called twice. */
  close(): Promise<void>;
}
