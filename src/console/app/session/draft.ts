import { useCallback, useState } from 'react';

/**
 * State that survives a reload and signing in again: kept in the tab's session storage under this key until it is cleared.
 * Values are JSON. Signing out clears all of them.
 */
export function useDraft<Value>(
  key: string,
  initial: Value,
): readonly [value: Value, set: (value: Value) => void, clear: () => void] {
  const name = `driver-sync-draft:${key}`;
  const [held, setHeld] = useState<{ readonly name: string; readonly value: Value }>(() => ({
    name,
    value: read(name, initial),
  }));
  // Another key is another draft.
  const value = held.name === name ? held.value : read(name, initial);
  const set = useCallback(
    (next: Value) => {
      sessionStorage.setItem(name, JSON.stringify(next));
      setHeld({ name, value: next });
    },
    [name],
  );
  const clear = useCallback(() => sessionStorage.removeItem(name), [name]);
  return [value, set, clear];
}

function read<Value>(name: string, initial: Value): Value {
  try {
    const found = sessionStorage.getItem(name);
    return found === null ? initial : (JSON.parse(found) as Value); // written by `set`
  } catch {
    return initial;
  }
}
