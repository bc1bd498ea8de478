/** What a portal's form or API refuses, for the reason in the message. `code` is the portal's own word for it. */
export class EditRefused extends Error {
  override readonly name = 'EditRefused';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
