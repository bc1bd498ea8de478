import { Link } from '@tanstack/react-router';
import type { DriverSyncStatus, SyncOverviewFragment } from '../../generated/documents';
import { DRIVER_STATUS, formatNumber, wordFor } from '../../words/words';

type Counts = SyncOverviewFragment['counts'];

const PARTS: readonly (readonly [key: Exclude<keyof Counts, 'total'>, status: DriverSyncStatus])[] = [
  ['inSync', 'IN_SYNC'],
  ['pending', 'PENDING'],
  ['drifted', 'DRIFTED'],
  ['held', 'HELD'],
  ['conflict', 'CONFLICT'],
  ['failed', 'FAILED'],
  ['unmanaged', 'UNMANAGED'],
  ['off', 'OFF'],
];

/** How all drivers stand: a bar in parts, and under it each part as a link to its drivers. */
export function StatusBar({ counts }: { readonly counts: Counts }) {
  const parts = PARTS.filter(([key]) => counts[key] > 0);
  if (parts.length === 0) return <p className="fine">No drivers are known yet.</p>;
  return (
    <>
      <div className="status-bar" aria-hidden="true">
        {parts.map(([key, status]) => (
          <span
            key={key}
            className={`status-part ${wordFor(DRIVER_STATUS, status).tone} status-${key}`}
            style={{ flexGrow: counts[key] }}
          />
        ))}
      </div>
      <ul className="status-list">
        {parts.map(([key, status]) => {
          const word = wordFor(DRIVER_STATUS, status);
          return (
            <li key={key}>
              <Link
                to="/drivers"
                search={{ status: [status] }}
                className={`status-link ${word.tone}`}
                title={word.about}
              >
                <span className={`swatch status-${key}`} aria-hidden="true" />
                <strong>{formatNumber(counts[key])}</strong> {word.label}
              </Link>
            </li>
          );
        })}
      </ul>
    </>
  );
}
