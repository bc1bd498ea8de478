import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as macrotask } from 'node:timers/promises';
import { parse, type PGlite, type Results } from '@electric-sql/pglite';
import type { SqlResult } from '../database/database-pool';
import { EmbeddedMessages } from './embedded-messages';
import { QUERY_CANCELED } from '../database/sql-states';

/** Who runs statements: a connected client, or one query on the pool. Identity is what counts. */
export interface SessionUser {
  /** The search_path that its statements expect. */
  readonly searchPath: string;
  /** A statement that has waited so long for its turn is refused. */
  readonly waitsAtMostMs?: number | undefined;
}

/** One transaction, in the async context of those who began it. */
interface Transaction {
  readonly user: SessionUser;
  open: boolean;
}

interface Waiting {
  readonly user: SessionUser;
  readonly text: string;
  readonly parameters: readonly unknown[];
  readonly transaction: Transaction | undefined;
  readonly resolve: (result: SqlResult<unknown>) => void;
  readonly reject: (error: Error) => void;
  /** Ends the wait. */
  timer?: NodeJS.Timeout;
}

/** How long others wait for a transaction before they are refused. Ours take milliseconds, migrations a second or two. */
const TRANSACTION_PATIENCE_MS = 30_000;

/** How long statements may follow each other before timers and sockets get their turn. */
const MAX_TURN_MS = 10;

/** Much shorter than what it takes to lose a lock: within it, one look at the lock is enough. */
const LONG_STATEMENT_MS = 500;

/**
 * PGlite is one session; a pool is many. This class makes the one look like many, by letting one user in at a time.
 *
 * The session belongs to nobody between statements, and to one user from its BEGIN to its COMMIT or ROLLBACK: the *holder*.
 * It does not belong to a user from connect to release, because BullMQ keeps one client connected for ever. Statements
 * wait in one line; while there is a holder, only its own are taken from the line:
 *
 *     line:    A: BEGIN | B: SELECT | A: INSERT | A: COMMIT | C: SELECT
 *     order:   A: BEGIN,              A: INSERT,  A: COMMIT,  B: SELECT,  C: SELECT
 *
 * Whether a transaction is open is asked from Postgres after every statement, not guessed from the text: a BEGIN can fail,
 * a COMMIT can hide in a longer text, and a broken transaction is still one.
 *
 * The trap is in the picture: when A waits for B's statement before it commits (a query on the pool, inside of a
 * transaction), both wait for ever. A knows its transaction through the async context that its BEGIN leaves behind, so such
 * a statement is refused at once. Where the context got lost (an event emitter, a hand-written thenable), B is refused
 * after 30 seconds.
 *
 * `search_path` is the session's, too: it is set before a statement when the last user wanted another.
 */
export class EmbeddedSession {
  readonly #pglite: PGlite;
  readonly #assertOwned: () => void;
  readonly #messages = new EmbeddedMessages();
  readonly #transactions = new AsyncLocalStorage<Transaction>();
  readonly #line: Waiting[] = [];
  #holder: SessionUser | undefined;
  #heldBy: Transaction | undefined;
  #patience: NodeJS.Timeout | undefined;
  #searchPath: string | undefined;
  #current: Waiting | undefined;
  #working = false;
  #worked: Promise<void> = Promise.resolve();
  #closed = false;

  /** `assertOwned` throws when the database's files belong to another process by now; nothing is given to PGlite then. */
  constructor(pglite: PGlite, assertOwned: () => void = () => undefined) {
    this.#pglite = pglite;
    this.#assertOwned = assertOwned;
  }

  /**
   * Runs one text for a user. Not an async function, on purpose: `begins` has to enter the transaction into the caller's own
   * async context, and must do so before anything is awaited.
   */
  run(
    user: SessionUser,
    text: string,
    parameters: readonly unknown[],
    begins: boolean,
  ): Promise<SqlResult<unknown>> {
    const refusal = this.#refusal(user);
    if (refusal) return Promise.reject(refusal);
    const transaction = begins && this.#holder !== user ? { user, open: true } : undefined;
    if (transaction) this.#transactions.enterWith(transaction);
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { user, text, parameters, transaction, resolve, reject };
      this.#line.push(waiting);
      if (user.waitsAtMostMs !== undefined) this.#limitWait(waiting, user.waitsAtMostMs);
      if (!this.#working) this.#worked = this.#work();
    });
  }

  /** Whether this user has a transaction open. */
  isHeldBy(user: SessionUser): boolean {
    return this.#holder === user;
  }

  /**
   * Says that nobody will speak for this user any more: a transaction that it has open, or that its waiting statements are
   * going to open, is rolled back after them.
   */
  async abandon(user: SessionUser): Promise<void> {
    const underWay = [this.#current, ...this.#line].filter((one) => one?.user === user);
    if (this.#holder !== user && underWay.length === 0) return;
    for (const transaction of [this.#heldBy, ...underWay.map((one) => one?.transaction)]) {
      if (transaction?.user === user) transaction.open = false;
    }
    await this.run(user, 'ROLLBACK', [], false);
  }

  /** Rolls back what is open, refuses what still waits, and closes the database. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const waiting of this.#line.splice(0)) waiting.reject(new Error('The database is closing'));
    await this.#worked;
    const isHeld = this.#holder !== undefined;
    this.#release();
    // Closing writes, too.
    this.#assertOwned();
    if (isHeld) await this.#pglite.exec('ROLLBACK');
    await this.#pglite.close();
  }

  #refusal(user: SessionUser): Error | undefined {
    if (this.#closed) return new Error('The database is closed');
    const mine = this.#transactions.getStore();
    if (!mine?.open || mine.user === user || mine.user !== this.#holder) return undefined;
    return new Error(
      'A query outside of the transaction was made inside of it, and would wait for the transaction that waits for it. ' +
        'Use the transaction’s own handle.',
    );
  }

  /** A statement that runs is never stopped: PGlite computes in this thread. */
  #limitWait(waiting: Waiting, limitMs: number): void {
    const refuse = (): void => {
      const place = this.#line.indexOf(waiting);
      if (place < 0) return;
      this.#line.splice(place, 1);
      if (waiting.transaction !== undefined) waiting.transaction.open = false;
      const error = new Error(`The statement has waited ${limitMs} ms for the embedded database`);
      waiting.reject(Object.assign(error, { code: QUERY_CANCELED }));
    };
    waiting.timer = setTimeout(refuse, limitMs).unref();
  }

  async #work(): Promise<void> {
    this.#working = true;
    let turnEndsAt = performance.now() + MAX_TURN_MS;
    for (let next = this.#takeNext(); next; next = this.#takeNext()) {
      await this.#perform(next);
      if (performance.now() < turnEndsAt) continue;
      // PGlite computes in this thread and awaits nothing but promises: without a break, a long line starves all I/O.
      await macrotask();
      turnEndsAt = performance.now() + MAX_TURN_MS;
    }
    this.#working = false;
  }

  #takeNext(): Waiting | undefined {
    if (!this.#holder) return this.#line.shift();
    const index = this.#line.findIndex((waiting) => waiting.user === this.#holder);
    return index < 0 ? undefined : this.#line.splice(index, 1)[0];
  }

  async #perform(next: Waiting): Promise<void> {
    this.#current = next;
    clearTimeout(next.timer);
    try {
      this.#assertOwned();
      const startedAt = performance.now();
      await this.#useSearchPath(next.user.searchPath);
      const result = await this.#execute(next);
      // The process may have stood still in the midst of it. What is answered as committed must not be another's to overwrite.
      if (performance.now() - startedAt > LONG_STATEMENT_MS) this.#assertOwned();
      next.resolve(result);
    } catch (error) {
      next.reject(error as Error);
    }
    this.#current = undefined;
    if (/search_path/i.test(next.text)) this.#searchPath = undefined;
    if (!this.#pglite.isInTransaction()) this.#release();
    else if (!this.#holder) this.#hold(next);
    if (next.transaction && this.#heldBy !== next.transaction) next.transaction.open = false;
  }

  #hold({ user, transaction }: Waiting): void {
    this.#holder = user;
    this.#heldBy = transaction;
    this.#patience = setInterval(() => this.#refuseWaiting(), TRANSACTION_PATIENCE_MS).unref();
  }

  #release(): void {
    clearInterval(this.#patience);
    if (this.#heldBy) this.#heldBy.open = false;
    this.#heldBy = undefined;
    this.#holder = undefined;
  }

  #refuseWaiting(): void {
    for (const waiting of this.#line.splice(0)) {
      if (waiting.user === this.#holder) this.#line.push(waiting);
      else
        waiting.reject(
          new Error(`A transaction has held the embedded database for ${TRANSACTION_PATIENCE_MS} ms`),
        );
    }
  }

  async #useSearchPath(searchPath: string): Promise<void> {
    // Inside a transaction it was set before BEGIN, and a SET LOCAL since then is the transaction's own business.
    if (this.#searchPath === searchPath || this.#holder) return;
    await this.#pglite.exec(`SET search_path TO ${searchPath}`);
    this.#searchPath = searchPath;
  }

  async #execute({ user, text, parameters }: Waiting): Promise<SqlResult<unknown>> {
    const message = this.#messages.messageFor(user.searchPath, text, parameters, performance.now());
    try {
      // Nobody else speaks to PGlite, so its own locks around a statement are not needed.
      const answers = await this.#pglite.execProtocolStream(message);
      const results = parse.parseResults(answers, this.#pglite.parsers).map(toResult);
      const [first] = results;
      if (first && first.command !== 'SELECT') this.#messages.wrote(first.rowCount ?? 0);
      // Like node-postgres: several statements answer with an array, whatever the type says.
      return results.length === 1 && first ? first : (results as unknown as SqlResult<unknown>);
    } catch (error) {
      this.#messages.failed(user.searchPath, text);
      throw error;
    }
  }
}

function toResult(results: Results<unknown>): SqlResult<unknown> {
  const { rows, rowCount, command } = results;
  return { rows, rowCount: rowCount ?? null, command: command ?? '' };
}
