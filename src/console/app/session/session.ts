/** What a signed-in user holds. `expiresAt` in milliseconds since 1970, where the token tells; `renewal` renews it silently. */
export interface Credentials {
  readonly token: string;
  readonly expiresAt: number | null;
  readonly renewal?: { readonly refreshToken: string } | undefined;
}

/** Whether somebody is signed in. `expired`: the token is not taken any more; what the user typed is still there. */
export type SessionState =
  | { readonly kind: 'none' }
  | { readonly kind: 'active'; readonly credentials: Credentials }
  | { readonly kind: 'expired'; readonly credentials: Credentials };

/** Only in this tab, and only until it is closed; never in an address. */
const KEY = 'driver-sync-session';

/** Everything of the console in the tab's storage begins so. */
const PREFIX = 'driver-sync-';

/** Holds the token: in memory, and in the tab's session storage for a reload. */
export interface Session {
  readonly state: () => SessionState;
  /** Calls back after each change. Gives the function that ends it. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Takes these credentials from now on: after signing in, signing in again, and silent renewal. */
  readonly start: (credentials: Credentials) => void;
  /** Forgets the token and everything that was typed. */
  readonly end: () => void;
  /** The gateway does not take this token: unless another one is used by now, the session is expired. */
  readonly refuse: (token: string) => void;
  /** Resolves with a token that is not known to be refused: at once, or after the user has signed in again. */
  readonly usableToken: () => Promise<string>;
}

/** Reads what the tab remembers. */
export function createSession(storage: Storage = sessionStorage): Session {
  let state = remembered(storage);
  const listeners = new Set<() => void>();
  const change = (next: SessionState): void => {
    state = next;
    for (const listener of [...listeners]) listener();
  };
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  return {
    state: () => state,
    subscribe,
    start(credentials) {
      storage.setItem(KEY, JSON.stringify(credentials));
      change({ kind: 'active', credentials });
    },
    end() {
      for (const key of Object.keys(storage).filter((name) => name.startsWith(PREFIX)))
        storage.removeItem(key);
      change({ kind: 'none' });
    },
    refuse(token) {
      if (state.kind !== 'active' || state.credentials.token !== token) return;
      storage.removeItem(KEY);
      change({ kind: 'expired', credentials: state.credentials });
    },
    usableToken() {
      return new Promise((resolve) => {
        const look = () => {
          if (state.kind !== 'active') return;
          stop();
          resolve(state.credentials.token);
        };
        const stop = subscribe(look);
        look();
      });
    },
  };
}

function remembered(storage: Storage): SessionState {
  try {
    const found: unknown = JSON.parse(storage.getItem(KEY) ?? 'null');
    return isCredentials(found) ? { kind: 'active', credentials: found } : { kind: 'none' };
  } catch {
    return { kind: 'none' };
  }
}

const isCredentials = (value: unknown): value is Credentials =>
  typeof value === 'object' && value !== null && 'token' in value && typeof value.token === 'string';

/** When a token expires, as far as it tells; it is only looked at to warn and to renew, the gateway decides. */
export function expiryOf(token: string): number | null {
  const { exp } = claimsOf(token);
  return typeof exp === 'number' ? exp * 1000 : null;
}

/** Whose token it is; null when it does not tell. */
export function subjectOf(token: string): string | null {
  const { sub } = claimsOf(token);
  return typeof sub === 'string' ? sub : null;
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const body = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(body), (char) => char.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>; // claims are an object
  } catch {
    return {};
  }
}
