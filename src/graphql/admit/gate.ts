/** Where many wait for the next change. */
export interface Gate {
  /** Lets everybody through who waits now. */
  open(): void;
  /** Resolves at the next opening, or when the signal is aborted: who comes through looks which it was. */
  wait(signal: AbortSignal): Promise<void>;
}

export function createGate(): Gate {
  const waiting = new Set<() => void>();
  return {
    open() {
      for (const pass of [...waiting]) pass();
    },
    wait(signal) {
      return new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const pass = () => {
          waiting.delete(pass);
          signal.removeEventListener('abort', pass);
          resolve();
        };
        waiting.add(pass);
        signal.addEventListener('abort', pass);
      });
    },
  };
}
