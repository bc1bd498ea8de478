import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useGateway } from '../../api/gateway';
import { download, writeCsv } from '../../files/csv';
import type { EventItemFragment, SyncEventFilter } from '../../generated/documents';
import { useViewer } from '../../session/viewer';
import { Page } from '../../shell/page';
import { Button } from '../../ui/button';
import { EventLine } from '../../ui/event-line';
import { Empty, Failed, Loading } from '../../ui/states';
import { useToasts } from '../../ui/toasts';
import { startOfDay } from '../../words/start-of-day';
import { countOf, EVENT, fieldLabel, formatNumber, wordFor } from '../../words/words';
import { ActivityFilters } from './activity-filters';
import type { ActivitySearch } from './activity-search';
import { createActivity, readLog, type Activity as ActivityLog, type ActivityState } from './follow-activity';

/** `/activity`: everything that happened, the newest first, as it happens. */
export function Activity() {
  const search = useSearch({ from: '/app/activity' });
  const navigate = useNavigate();
  const { timeZone } = useViewer().account;
  const filter = filterOf(search, timeZone);
  const [attempt, setAttempt] = useState(0);
  const activity = useActivity(filter, attempt);
  return (
    <Page
      title="Activity"
      actions={
        <>
          <ExportLog filter={filter} />
          <Button
            onPress={() => activity.pause(!activity.now.isPaused)}
            className={activity.now.isPaused ? 'is-on' : ''}
          >
            {activity.now.isPaused ? 'Go on' : 'Pause'}
          </Button>
        </>
      }
    >
      <ActivityFilters
        search={search}
        set={(change) => void navigate({ to: '/activity', search: { ...search, ...change }, replace: true })}
      />
      <p role="status" className={activity.now.isPaused ? 'banner busy paused' : 'hidden'}>
        {activity.now.isPaused
          ? `Paused. ${activity.now.waiting.length === 0 ? 'Nothing has happened since.' : `${countOf(activity.now.waiting.length, 'new event')} since.`}`
          : ''}
      </p>
      <Log
        activity={activity}
        isFiltered={Object.values(search).some((value) => value !== undefined)}
        again={() => setAttempt(attempt + 1)}
      />
    </Page>
  );
}

function useActivity(
  filter: SyncEventFilter,
  attempt: number,
): ActivityLog & { readonly now: ActivityState } {
  const { client, live } = useGateway();
  const key = JSON.stringify([filter, attempt]);
  const activity = useMemo(
    () => createActivity(client, live, (JSON.parse(key) as [SyncEventFilter, number])[0]),
    [client, live, key],
  );
  const now = useSyncExternalStore(activity.subscribe, activity.state);
  useEffect(() => activity.start(), [activity]);
  return { ...activity, now };
}

/** What the address asks the API for. */
function filterOf({ type, driver, actor, from }: ActivitySearch, timeZone: string): SyncEventFilter {
  return {
    types: type === undefined ? null : [...type],
    driverId: driver ?? null,
    actor: actor ?? null,
    from: from === undefined ? null : startOfDay(from, timeZone),
  };
}

function Log(props: {
  readonly activity: ActivityLog & { readonly now: ActivityState };
  readonly isFiltered: boolean;
  readonly again: () => void;
}) {
  const { activity, isFiltered, again } = props;
  const { events, isKnown, error, hasOlder, isLoadingOlder } = activity.now;
  if (!isKnown) return error === null ? <Loading lines={10} /> : <Failed error={error} again={again} />;
  return (
    <>
      {error === null ? null : <Failed error={error} what="The log could not be read on" again={again} />}
      {events.length === 0 ? (
        <Empty title={isFiltered ? 'No event matches.' : 'Nothing has happened yet.'}>
          <p>What happens from now on comes up here by itself.</p>
        </Empty>
      ) : (
        <ol className="events card" aria-label="Events">
          {events.map((event) => (
            <EventLine key={event.id} event={event} />
          ))}
        </ol>
      )}
      {hasOlder ? (
        <p className="more">
          <Button isPending={isLoadingOlder} onPress={activity.older}>
            Show older
          </Button>
        </p>
      ) : null}
    </>
  );
}

const MOST_EXPORTED = 10_000;

function ExportLog({ filter }: { readonly filter: SyncEventFilter }) {
  const { client } = useGateway();
  const { show, showError } = useToasts();
  const [isRunning, setRunning] = useState(false);
  const write = async (): Promise<void> => {
    setRunning(true);
    try {
      const events = await readLog(client, filter, MOST_EXPORTED);
      download('activity.csv', logToCsv(events));
      if (events.length === MOST_EXPORTED)
        show({
          tone: 'warn',
          text: `The file holds the newest ${formatNumber(MOST_EXPORTED)} events. Narrow the filters for older ones.`,
        });
    } catch (error) {
      showError(error);
    } finally {
      setRunning(false);
    }
  };
  return (
    <Button isPending={isRunning} onPress={() => void write()}>
      Export
    </Button>
  );
}

const COLUMNS: readonly (readonly [name: string, value: (event: EventItemFragment) => string | null])[] = [
  ['Time', ({ at }) => at],
  ['What happened', ({ type }) => wordFor(EVENT, type).label],
  ['Driver', ({ driverName }) => driverName],
  ['By', ({ actor }) => actor],
  ['Message', ({ message }) => message],
  [
    'Changes',
    ({ changes }) =>
      changes.map(({ field, from, to }) => `${fieldLabel(field)}: ${from ?? '—'} → ${to ?? '—'}`).join('; '),
  ],
];

const logToCsv = (events: readonly EventItemFragment[]): string =>
  writeCsv([
    COLUMNS.map(([name]) => name),
    ...events.map((event) => COLUMNS.map(([, value]) => value(event))),
  ]);
