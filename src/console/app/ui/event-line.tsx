import { Link } from '@tanstack/react-router';
import type { EventItemFragment } from '../generated/documents';
import { EVENT, wordFor } from '../words/words';
import { Changes } from './changes';
import { RunLink } from './run-link';
import { Time } from './time';
import { UndoRemoval } from './undo-removal';

/** One event of the log: what happened and when, who did it, the driver, and each change (from → to). For a list (`ol.events`). */
export function EventLine(props: {
  readonly event: EventItemFragment;
  readonly withDriver?: boolean;
  readonly exactTime?: boolean;
}) {
  const { event, withDriver = true, exactTime = false } = props;
  const word = wordFor(EVENT, event.type);
  return (
    <li className={`event ${word.tone}`}>
      <p className="event-head">
        <span className="event-type">{word.label}</span>
        <span className="fine">
          <Time at={event.at} exact={exactTime} />
          {event.actor === null ? null : (
            <>
              {' '}
              · <bdi>{event.actor}</bdi>
            </>
          )}
        </span>
      </p>
      {withDriver ? <EventDriver event={event} /> : null}
      <p>
        <bdi>{event.message}</bdi>
      </p>
      <Changes changes={event.changes} />
      <p className="event-actions">
        {event.run === null ? null : <RunLink id={event.run.id}>Show run</RunLink>}
        {event.type === 'DRIVERI_DRIVER_REMOVED' ? <UndoRemoval event={event} /> : null}
      </p>
    </li>
  );
}

function EventDriver({ event: { driver, driverName } }: { readonly event: EventItemFragment }) {
  if (driverName === null) return null;
  return (
    <p>
      {driver === null ? (
        <bdi>{driverName}</bdi>
      ) : (
        <Link to="/drivers/$id" params={{ id: driver.id }}>
          <bdi>{driverName}</bdi>
        </Link>
      )}
    </p>
  );
}
