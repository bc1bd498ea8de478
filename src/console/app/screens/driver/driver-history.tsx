import { useState } from 'react';
import { useQuery } from 'urql';
import { useEvents, useGateway } from '../../api/gateway';
import { DRIVER_EVENTS, type EventItemFragment } from '../../generated/documents';
import { Button } from '../../ui/button';
import { EventLine } from '../../ui/event-line';
import { Content, Empty } from '../../ui/states';
import { useToasts } from '../../ui/toasts';

const PAGE = 20;

/** What happened to a driver, newest first; new events come in on top. */
export function DriverHistory({ id }: { readonly id: string }) {
  const [result, ask] = useQuery({ query: DRIVER_EVENTS, variables: { id, first: PAGE, after: null } });
  const [older, setOlder] = useState<readonly EventItemFragment[]>([]);
  const [newer, setNewer] = useState<readonly EventItemFragment[]>([]);
  useEvents((event) => {
    if (event.driver?.id === id) setNewer((known) => [event, ...known]);
  });
  return (
    <Content result={result} again={() => ask({ requestPolicy: 'network-only' })}>
      {({ driver }) => {
        const page = driver?.events;
        const events = distinct([...newer, ...(page?.nodes ?? []), ...older]);
        if (events.length === 0) return <Empty title="Nothing has happened yet." />;
        return (
          <>
            <ol className="events">
              {events.map((event) => (
                <EventLine key={event.id} event={event} withDriver={false} />
              ))}
            </ol>
            {page?.pageInfo.hasNextPage === true ? (
              <Older
                id={id}
                after={older.at(-1)?.cursor ?? page.pageInfo.endCursor}
                onPage={(found) => setOlder([...older, ...found])}
              />
            ) : null}
          </>
        );
      }}
    </Content>
  );
}

function Older(props: {
  readonly id: string;
  readonly after: string | null;
  readonly onPage: (events: readonly EventItemFragment[]) => void;
}) {
  const { client } = useGateway();
  const { showError } = useToasts();
  const [isLoading, setLoading] = useState(false);
  const [isAtEnd, setAtEnd] = useState(false);
  const load = async (): Promise<void> => {
    setLoading(true);
    const { data, error } = await client
      .query(DRIVER_EVENTS, { id: props.id, first: PAGE, after: props.after })
      .toPromise();
    setLoading(false);
    if (error !== undefined) return showError(error);
    const page = data?.driver?.events;
    if (page === undefined || !page.pageInfo.hasNextPage) setAtEnd(true);
    props.onPage(page?.nodes ?? []);
  };
  if (isAtEnd) return null;
  return (
    <Button isPending={isLoading} onPress={() => void load()}>
      Older
    </Button>
  );
}

/** Each event once, in the log's order: newest first. */
function distinct(events: readonly EventItemFragment[]): readonly EventItemFragment[] {
  const byId = new Map(events.map((event) => [event.id, event]));
  return [...byId.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}
