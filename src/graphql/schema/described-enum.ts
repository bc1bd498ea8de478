import { registerEnumType } from 'type-graphql';

/** Makes an enum of the schema in which every value is described. Its values are their own names. */
export function describedEnum<Value extends string>(
  name: string,
  description: string,
  values: Readonly<Record<Value, string>>,
): { readonly [Name in Value]: Name } {
  const names = Object.keys(values) as Value[]; // the record has no other keys
  // fromEntries forgets its keys: that each name has a description, and stands for itself.
  const valuesConfig = Object.fromEntries(
    names.map((value) => [value, { description: values[value] }]),
  ) as Record<Value, { description: string }>;
  const object = Object.fromEntries(names.map((value) => [value, value])) as { [Name in Value]: Name };
  registerEnumType(object, { name, description, valuesConfig });
  return object;
}
