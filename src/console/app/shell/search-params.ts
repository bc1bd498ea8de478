/** Search parameters as they stand in an address: texts, and several values of one name with commas between them. */
export type RawSearch = Readonly<Record<string, string>>;

/** Reads `?q=ada&status=HELD,FAILED`. Of a name that stands twice, the last one counts. */
export const parseSearch = (text: string): RawSearch => Object.fromEntries(new URLSearchParams(text));

/** The opposite of `parseSearch`: what is empty or undefined is left out, lists are joined with commas. */
export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(search).flatMap(([name, value]) => {
    const text = Array.isArray(value) ? value.join(',') : String(value ?? '');
    // Commas stay readable: they separate, and no value of ours has one that matters.
    return text === ''
      ? []
      : [`${encodeURIComponent(name)}=${encodeURIComponent(text).replaceAll('%2C', ',')}`];
  });
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** A text; undefined when it is missing or empty. */
export function textParam(raw: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = raw[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Those of the given values that the parameter has; undefined when there is none. Other values are ignored. */
export function listParam<Value extends string>(
  raw: Readonly<Record<string, unknown>>,
  name: string,
  values: readonly Value[],
): readonly Value[] | undefined {
  const value = raw[name];
  const given: readonly unknown[] =
    typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [];
  const found = values.filter((one) => given.includes(one));
  return found.length === 0 ? undefined : found;
}

/** One of the given values; undefined for any other. */
export const oneOfParam = <Value extends string>(
  raw: Readonly<Record<string, unknown>>,
  name: string,
  values: readonly Value[],
): Value | undefined => values.find((value) => value === raw[name]);
