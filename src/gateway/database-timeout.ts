/** A statement that the API made took longer than it may, and was ended. The message is for the caller. */
export class DatabaseTimeout extends Error {
  override readonly name = 'DatabaseTimeout';

  constructor(
    readonly limitMs: number,
    message: string,
    options: ErrorOptions = {},
  ) {
    super(message, options);
  }
}
