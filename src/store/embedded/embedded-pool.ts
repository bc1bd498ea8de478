import { EventEmitter } from 'node:events';
import type { PgLikeClient, PgLikePool, SqlNotification, SqlResult } from '../database/database-pool';
import type { EmbeddedNotifications } from './embedded-notifications';
import type { EmbeddedSession, SessionUser } from './embedded-session';
import { classify, quoteName } from './embedded-statement';

/** What every pool and client on one embedded database share. */
export interface Embedded {
  readonly session: EmbeddedSession;
  readonly notifications: EmbeddedNotifications;
}

/** How the statements of a pool are run. */
export interface EmbeddedPoolOptions {
  /** What unqualified names mean. */
  readonly searchPath?: string;
  /** A statement that has waited so long for its turn is refused. Left out: as long as it takes. */
  readonly waitsAtMostMs?: number;
}

/**
 * A pool on the embedded database. Any number of its clients share the one session, which is exclusive from a client's
 * BEGIN to its COMMIT (`embedded-session.ts`). Unqualified names in its statements mean `searchPath`, whatever other pools
 * on the session use. Ending a pool ends no other, and does not close the database.
 */
export function createEmbeddedPool(embedded: Embedded, options: EmbeddedPoolOptions = {}): PgLikePool {
  const events = new EventEmitter();
  const { searchPath = 'public', waitsAtMostMs } = options;
  const terms: SessionUser = { searchPath: quoteName(searchPath), waitsAtMostMs };
  let ended = false;

  function refuseWhenEnded(): Promise<never> | undefined {
    // BullMQ knows these words of node-postgres, and takes them for a race at shutdown.
    return ended ? Promise.reject(new Error('Cannot use a pool after calling end on the pool')) : undefined;
  }

  const pool: PgLikePool = {
    query: (text, parameters = []) =>
      // As in node-postgres: which row a text answers with is what its author says.
      refuseWhenEnded() ?? (queryOnce(embedded.session, terms, text, parameters) as Promise<never>),
    connect() {
      const refused = refuseWhenEnded();
      if (refused) return refused;
      const client = new EmbeddedClient(embedded, terms);
      events.emit('connect', client);
      return Promise.resolve(client);
    },
    end() {
      ended = true;
      return Promise.resolve();
    },
    on(event: string, listener: (...args: never[]) => void) {
      // EventEmitter's own listener type takes any arguments; the pool's overloads say which there are.
      events.on(event, listener as (...args: unknown[]) => void);
      return pool;
    },
    removeAllListeners(event) {
      events.removeAllListeners(event);
      return pool;
    },
  };
  return pool;
}

async function queryOnce(
  session: EmbeddedSession,
  terms: SessionUser,
  text: string,
  parameters: readonly unknown[],
): Promise<SqlResult<unknown>> {
  const user: SessionUser = { ...terms };
  const result = await session.run(user, text, parameters, false);
  if (!session.isHeldBy(user)) return result;
  await session.run(user, 'ROLLBACK', [], false);
  throw new Error('A transaction needs a client: nobody could end one that is begun on the pool');
}

class EmbeddedClient implements PgLikeClient, SessionUser {
  readonly #embedded: Embedded;
  readonly #events = new EventEmitter();
  readonly #channels = new Set<string>();
  #released = false;

  readonly searchPath: string;
  readonly waitsAtMostMs: number | undefined;

  constructor(embedded: Embedded, { searchPath, waitsAtMostMs }: SessionUser) {
    this.#embedded = embedded;
    this.searchPath = searchPath;
    this.waitsAtMostMs = waitsAtMostMs;
  }

  // Not async: BEGIN has to reach the session within the caller's own turn (see EmbeddedSession.run).
  query<Row>(text: string, parameters: readonly unknown[] = []): Promise<SqlResult<Row>> {
    if (this.#released)
      return Promise.reject(new Error('Client was released; a query needs one that is connected'));
    const statement = classify(text);
    // As in node-postgres: which row a text answers with is what its author says.
    const run = () =>
      this.#embedded.session.run(this, text, parameters, statement.kind === 'begin') as Promise<
        SqlResult<Row>
      >;
    switch (statement.kind) {
      case 'listen':
        return run().then((result) => {
          this.#join(statement.channel);
          return result;
        });
      case 'unlisten':
        return this.#leave(statement.channel === undefined ? [...this.#channels] : [statement.channel]);
      case 'begin':
      case 'other':
        return run();
    }
  }

  release(): void {
    if (this.#released)
      throw new Error('Release called on client which has already been released to the pool.');
    this.#embedded.session.abandon(this).catch(ignore);
    this.#leave([...this.#channels]).catch(ignore);
    this.#released = true;
  }

  on(event: string, listener: (...args: never[]) => void): this {
    // EventEmitter's own listener type takes any arguments; the client's overloads say which there are.
    this.#events.on(event, listener as (...args: unknown[]) => void);
    return this;
  }

  removeListener(event: 'notification', listener: (message: SqlNotification) => void): this {
    this.#events.removeListener(event, listener);
    return this;
  }

  removeAllListeners(event?: string): this {
    this.#events.removeAllListeners(event);
    return this;
  }

  readonly #notify = (message: SqlNotification): void => {
    this.#events.emit('notification', message);
  };

  #join(channel: string): void {
    if (this.#released) return;
    this.#channels.add(channel);
    this.#embedded.notifications.add(channel, this.#notify);
  }

  async #leave<Row>(channels: readonly string[]): Promise<SqlResult<Row>> {
    for (const channel of channels) {
      this.#channels.delete(channel);
      if (!this.#embedded.notifications.remove(channel, this.#notify)) continue;
      await this.#embedded.session.run(this, `UNLISTEN ${quoteName(channel)}`, [], false);
    }
    return { rows: [], rowCount: null, command: 'UNLISTEN' };
  }
}

// The database is closing: nothing of the session outlives it.
function ignore(): void {}
