/** For the end of a switch over a union: the compiler says when a variant is not handled. */
export function assertNever(value: never): never {
  throw new Error(`unexpected variant: ${JSON.stringify(value)}`);
}
