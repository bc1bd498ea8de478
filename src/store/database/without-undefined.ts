/** The given members of an object: what is undefined is left out. What a patch does not name, no update touches. */
export function withoutUndefined<Shape extends object>(
  shape: Shape,
): { [Key in keyof Shape]?: Exclude<Shape[Key], undefined> } {
  const given = Object.entries(shape).filter(([, value]) => value !== undefined);
  // fromEntries forgets the keys' types: they are the shape's own.
  return Object.fromEntries(given) as { [Key in keyof Shape]?: Exclude<Shape[Key], undefined> };
}
