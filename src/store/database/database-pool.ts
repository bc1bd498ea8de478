/** What a statement answers. */
export interface SqlResult<Row> {
  readonly rows: Row[];
  /** Rows returned or affected; null for a statement that has no such number. */
  readonly rowCount: number | null;
  /** First word of Postgres' command tag: `SELECT`, `INSERT`, `COMMIT`; `ROLLBACK` for the commit of a broken transaction. */
  readonly command: string;
}

/** A message of NOTIFY. */
export interface SqlNotification {
  readonly channel: string;
  readonly payload?: string;
}

/**
 * Runs SQL. Values come back alike on both kinds of database: int8 and numeric as numbers where a number holds them exactly,
 * otherwise as strings; timestamptz as Date; json and jsonb parsed; bytea as Buffer. Parameters go in as node-postgres sends
 * them: Date, Buffer, arrays as Postgres arrays, other objects as JSON. (An array meant as JSON has to be stringified.)
 *
 * Errors of the database carry its five-character `code`. Several statements in one text are allowed without parameters.
 */
export interface SqlRunner {
  // The row's type is the caller's knowledge of its own SQL: nothing can check it here, as with node-postgres.
  query<Row = Record<string, unknown>>(
    text: string,
    parameters?: readonly unknown[],
  ): Promise<SqlResult<Row>>;
}

/** One session, taken from the pool until `release`. Its transaction, if one is open then, is rolled back. */
export interface PgLikeClient extends SqlRunner {
  release(destroy?: boolean): void;
  /** Messages of the channels that this client has asked for with LISTEN. */
  on(event: 'notification', listener: (message: SqlNotification) => void): this;
  on(event: 'error', listener: (error: Error) => void): this;
  on(event: 'end', listener: () => void): this;
  removeListener(event: 'notification', listener: (message: SqlNotification) => void): this;
  removeAllListeners(event?: string): this;
}

/**
 * The part of a node-postgres pool that Kysely and BullMQ use. A real `pg.Pool` is one; `embedded-pool.ts` gives PGlite the
 * same surface.
 */
export interface PgLikePool extends SqlRunner {
  connect(): Promise<PgLikeClient>;
  end(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): this;
  on(event: 'connect', listener: (client: PgLikeClient) => void): this;
  removeAllListeners(event?: string): this;
}
