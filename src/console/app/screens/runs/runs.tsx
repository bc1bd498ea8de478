import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useEffectEvent } from 'react';
import { useSubscription } from 'urql';
import { useWhenChanged } from '../../api/gateway';
import { usePages, type Pages, type PagesState } from '../../api/use-pages';
import {
  DRIVER_SYNC_CHANGES,
  RUN_CHANGES,
  RUNS,
  type RunSummaryFragment,
  type SyncRunKind,
  type SyncRunStatus,
} from '../../generated/documents';
import { Page } from '../../shell/page';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { ListStates } from '../../ui/list-states';
import { SelectMany } from '../../ui/select';
import { Empty } from '../../ui/states';
import { Time } from '../../ui/time';
import { RUN_KIND, RUN_STATUS, runName, wordFor } from '../../words/words';
import { isActive, planLine, resultLine, runLength } from './run-words';
import { KINDS, STATUSES, type RunsSearch } from './runs-search';

/** `/runs`: every comparison of both portals, the newest first. */
export function Runs() {
  const search = useSearch({ from: '/app/runs' });
  const navigate = useNavigate();
  const set = (change: RunsSearch): void =>
    void navigate({ to: '/runs', search: { ...search, ...change }, replace: true });
  const pages = usePages(
    RUNS,
    { filter: { kinds: listOf(search.kind), statuses: listOf(search.status) } },
    ({ runs }) => runs,
  );
  useWhenChanged(pages.reload, ({ type }) => /RUN_|HELD|ITEM_/.test(type));
  useWhenNewestMoves(pages);
  const isFiltered = search.kind !== undefined || search.status !== undefined;
  return (
    <Page title="Runs">
      <div className="filters" role="search" aria-label="Filters">
        <SelectMany
          label="Kind"
          options={KINDS.map((key) => ({ key, label: RUN_KIND[key] ?? key }))}
          values={search.kind ?? []}
          onChange={(keys) => set({ kind: someOf(keys as readonly SyncRunKind[]) })}
        />
        <SelectMany
          label="Status"
          options={STATUSES.map((key) => ({ key, label: wordFor(RUN_STATUS, key).label }))}
          values={search.status ?? []}
          onChange={(keys) => set({ status: someOf(keys as readonly SyncRunStatus[]) })}
        />
        {isFiltered ? (
          <Button kind="link" onPress={() => set({ kind: undefined, status: undefined })}>
            Clear filters
          </Button>
        ) : null}
      </div>
      <ListStates pages={pages} empty={<NoRuns isFiltered={isFiltered} />}>
        {(runs) => (
          <ol className="rows" aria-label="Runs">
            {runs.map((run) => (
              <RunLine key={run.id} run={run} />
            ))}
          </ol>
        )}
      </ListStates>
    </Page>
  );
}

/** A preview is not in the log: it shows as the newest run of Driver Sync. */
function useWhenNewestMoves({
  now,
  reload,
}: Pages<RunSummaryFragment> & { readonly now: PagesState<RunSummaryFragment> }): void {
  const [{ data }] = useSubscription({ query: DRIVER_SYNC_CHANGES });
  const newest = data?.driverSync.lastRun ?? null;
  const isNews = useEffectEvent(
    () => newest !== null && now.rows.find(({ id }) => id === newest.id)?.status !== newest.status,
  );
  const again = useEffectEvent(reload);
  const { isKnown } = now;
  useEffect(() => {
    if (isKnown && isNews()) again();
  }, [isKnown, newest?.id, newest?.status]);
}

function NoRuns({ isFiltered }: { readonly isFiltered: boolean }) {
  return isFiltered ? (
    <Empty title="No run matches.">
      <p>No run has what the filters ask for.</p>
    </Empty>
  ) : (
    <Empty title="No runs yet.">
      <p>
        The first run starts when Driver Sync is turned on. <Link to="/turn-on">See what it would do</Link>
      </p>
    </Empty>
  );
}

/** A run; one that goes on is followed. */
function RunLine({ run: given }: { readonly run: RunSummaryFragment }) {
  const [{ data }] = useSubscription({
    query: RUN_CHANGES,
    variables: { id: given.id },
    pause: !isActive(given),
  });
  const run = isActive(given) ? (data?.syncRun ?? given) : given;
  const result = run.dryRun ? null : resultLine(run.totals);
  const length = runLength(run);
  return (
    <li className="row run-line">
      <p className="row-head">
        <Link to="/runs/$id" params={{ id: run.id }} className="row-title">
          {runName(run)}
          <span className="hidden">
            {' '}
            started <Time at={run.startedAt} exact />
          </span>
        </Link>
        <Badge words={RUN_STATUS} value={run.status} />
      </p>
      <p className="fine">
        Started <Time at={run.startedAt} />
        {run.requestedBy === null ? (
          ' by the schedule'
        ) : (
          <>
            {' '}
            by <bdi>{run.requestedBy}</bdi>
          </>
        )}
        {length === null ? null : ` · took ${length}`}
      </p>
      <p>{run.status === 'PLANNING' ? 'Both portals are being read and compared.' : planLine(run.totals)}</p>
      {result === null ? null : <p className="fine">{result}</p>}
      {isActive(run) ? (
        <progress max={100} value={Math.round(run.progress * 100)} aria-label="Progress of the run" />
      ) : null}
      {run.problem === null ? null : <p className="row-problem">{run.problem.message}</p>}
    </li>
  );
}

/** For the API: null stands for any. */
const listOf = <Value,>(values: readonly Value[] | undefined): Value[] | null =>
  values === undefined ? null : [...values];

/** For the address: none chosen is not there. */
const someOf = <Value,>(values: readonly Value[]): readonly Value[] | undefined =>
  values.length === 0 ? undefined : values;
