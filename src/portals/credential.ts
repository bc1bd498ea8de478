/** Text, or a function that tells it when it is needed: so that a secret need not lie about. */
export type Credential = string | (() => string);

/** The credential's text: for the call that needs it, never for a message. */
export function reveal(credential: Credential): string {
  return typeof credential === 'string' ? credential : credential();
}
