/** `DATABASE_TIMEOUT`: a statement took longer than it may. `DATABASE_UNAVAILABLE`: no connection, or no writing, for now. */
export type DatabaseFailureCode = 'DATABASE_TIMEOUT' | 'DATABASE_UNAVAILABLE';

/** The database could not do what the API asked of it. The message is for the caller. */
export class DatabaseFailure extends Error {
  override readonly name = 'DatabaseFailure';

  constructor(
    readonly code: DatabaseFailureCode,
    message: string,
    options: ErrorOptions = {},
  ) {
    super(message, options);
  }
}
