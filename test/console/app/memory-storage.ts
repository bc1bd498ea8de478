/** A tab's session storage. */
export function memoryStorage(): Storage {
  const values: Record<string, string> = {};
  // The keys are the object's own, as a browser has them.
  return new Proxy(values, {
    get: (target, name) => METHODS(target)[String(name)] ?? target[String(name)],
  }) as unknown as Storage; // as far as the console uses it
}

const METHODS = (values: Record<string, string>): Record<string, unknown> => ({
  getItem: (name: string) => values[name] ?? null,
  setItem: (name: string, value: string) => {
    values[name] = value;
  },
  removeItem: (name: string) => {
    Reflect.deleteProperty(values, name);
  },
});
