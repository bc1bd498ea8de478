import { useEffect, useState, useSyncExternalStore } from 'react';
import { useConnection } from '../api/gateway';
import { useViewer } from '../session/viewer';
import { clockTime } from '../words/times';

/** A short break is no news. */
const PATIENCE_MS = 1_500;

/** Whether the page is live, as a dot with a word. */
export function ConnectionDot() {
  const connection = useConnection();
  const isOnline = useOnline();
  const [tone, label] =
    connection === 'live'
      ? ['good', 'Live']
      : isOnline && connection === 'connecting'
        ? ['busy', 'Connecting']
        : ['warn', 'Offline'];
  return <span className={`live ${tone}`}>{label}</span>;
}

/** Says that the connection is lost, and from when the data is that the page still shows. */
export function OfflineBanner() {
  const isLost = useIsLost();
  const isOnline = useOnline();
  const { timeZone } = useViewer().account;
  const lostAt = useLostAt(isLost);
  return (
    <div role="status" className="banner-place">
      {isLost ? (
        <p className="banner warn">
          {isOnline ? 'The gateway cannot be reached. Trying again …' : 'You are offline.'}{' '}
          {lostAt === null
            ? 'Nothing can be shown yet.'
            : `What you see is as it was at ${clockTime(lostAt, timeZone)}. What you type is kept.`}
        </p>
      ) : null}
    </div>
  );
}

/** Whether the connection has been lost for longer than a moment. */
export function useIsLost(): boolean {
  const connection = useConnection();
  const isOnline = useOnline();
  const isDown = connection !== 'live' || !isOnline;
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLost(isDown), isDown ? PATIENCE_MS : 0);
    return () => clearTimeout(timer);
  }, [isDown]);
  return isLost && isDown;
}

function useLostAt(isLost: boolean): string | null {
  const [lostAt, setLostAt] = useState<string | null>(null);
  const connection = useConnection();
  useEffect(() => {
    if (connection === 'live' && !isLost) {
      const note = () => setLostAt(new Date().toISOString());
      // While live, the last known moment moves; when it stops being live, it stays.
      note();
      const timer = setInterval(note, 5_000);
      return () => clearInterval(timer);
    }
    return undefined;
  }, [connection, isLost]);
  return lostAt;
}

function useOnline(): boolean {
  return useSyncExternalStore(
    (listener) => {
      addEventListener('online', listener);
      addEventListener('offline', listener);
      return () => {
        removeEventListener('online', listener);
        removeEventListener('offline', listener);
      };
    },
    () => navigator.onLine,
  );
}
