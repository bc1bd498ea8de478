import { useSyncExternalStore } from 'react';
import { useViewer } from '../session/viewer';
import { exactTime, relativeTime } from '../words/times';

const EVERY_MS = 20_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const hear of [...listeners]) hear();
  }, EVERY_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time by which relative times are told: it moves every twenty seconds. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => {
    // The first one for a while must not be told an old time.
    if (timer === undefined) now = Date.now();
    return now;
  });
}

/** An instant: "3 minutes ago", with the exact time on the account's clock beside it or on hovering. */
export function Time({ at, exact = false }: { readonly at: string; readonly exact?: boolean }) {
  const { timeZone } = useViewer().account;
  const now = useNow();
  // What has just happened lies before the real time, but behind the one that moves slowly.
  const relative = relativeTime(at, Date.parse(at) > now ? Date.now() : now);
  const full = exactTime(at, timeZone);
  return exact ? (
    <time dateTime={at} title={relative}>
      {full}
    </time>
  ) : (
    <time dateTime={at} title={full}>
      {relative}
    </time>
  );
}
