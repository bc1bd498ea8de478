import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useQuery, useSubscription } from 'urql';
import { useGateway } from '../../api/gateway';
import { download } from '../../files/csv';
import {
  RUN,
  RUN_CHANGES,
  type RunSummaryFragment,
  type SyncAction,
  type SyncItemOutcome,
} from '../../generated/documents';
import { useViewer } from '../../session/viewer';
import { Page } from '../../shell/page';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { CopyId } from '../../ui/copy';
import { ProblemBox } from '../../ui/problem-box';
import { SelectMany } from '../../ui/select';
import { Content, Empty } from '../../ui/states';
import { TextFilter } from '../../ui/text-filter';
import { Time } from '../../ui/time';
import { useToasts } from '../../ui/toasts';
import { ACTION, countOf, OUTCOME, RUN_STATUS, runName, wordFor } from '../../words/words';
import { itemsToCsv, readItems } from './export-items';
import { RunDialogs } from './run-dialogs';
import { RunItems } from './run-items';
import { isActive, isOpen, planLine, resultLine, runLength, waitsForListing } from './run-words';
import { ACTIONS, OUTCOMES, type RunSearch } from './runs-search';

/** `/runs/:id`: one run, live: how far it is, and what it does to each driver. */
export function Run() {
  const { id } = useParams({ from: '/app/runs/$id' });
  const [result, ask] = useQuery({ query: RUN, variables: { id } });
  useSubscription({ query: RUN_CHANGES, variables: { id }, pause: result.data?.syncRun == null });
  return (
    <Content result={result} again={() => ask({ requestPolicy: 'network-only' })} lines={8}>
      {({ syncRun }) => (syncRun === null ? <NoSuchRun /> : <RunPage run={syncRun} />)}
    </Content>
  );
}

function NoSuchRun() {
  return (
    <Page title="No such run" above={<Link to="/runs">Runs</Link>}>
      <Empty title="This run is not there.">
        <p>It may be so old that it is no longer kept.</p>
      </Empty>
    </Page>
  );
}

function RunPage({ run }: { readonly run: RunSummaryFragment }) {
  const search = useSearch({ from: '/app/runs/$id' });
  const navigate = useNavigate();
  const set = (change: RunSearch, replace = true): void =>
    void navigate({ to: '/runs/$id', params: { id: run.id }, search: { ...search, ...change }, replace });
  return (
    <Page
      title={runName(run)}
      above={<Link to="/runs">Runs</Link>}
      actions={<RunActions run={run} search={search} open={(dialog) => set({ dialog }, false)} />}
    >
      <RunFacts run={run} />
      <RunFilters search={search} set={set} />
      <RunItems run={run} search={search} />
      <RunDialogs run={run} dialog={search.dialog} close={() => set({ dialog: undefined })} />
    </Page>
  );
}

function RunActions(props: {
  readonly run: RunSummaryFragment;
  readonly search: RunSearch;
  readonly open: (dialog: 'apply' | 'cancel') => void;
}) {
  const { run, search, open } = props;
  const { may } = useViewer();
  return (
    <>
      <ExportItems run={run} search={search} />
      {isOpen(run) ? (
        <Button kind="danger" denied={may.write} onPress={() => open('cancel')}>
          Cancel run
        </Button>
      ) : null}
      {run.status === 'PLANNED' ? (
        <Button kind="primary" denied={may.write} onPress={() => open('apply')}>
          Carry out
        </Button>
      ) : null}
      {waitsForListing(run) ? (
        <Button kind="primary" denied={may.write} onPress={() => open('apply')}>
          Go on with this list
        </Button>
      ) : null}
    </>
  );
}

function ExportItems({ run, search }: { readonly run: RunSummaryFragment; readonly search: RunSearch }) {
  const { client } = useGateway();
  const { showError } = useToasts();
  const [isRunning, setRunning] = useState(false);
  const write = async (): Promise<void> => {
    setRunning(true);
    try {
      download(`run-${run.startedAt.slice(0, 10)}.csv`, itemsToCsv(await readItems(client, run.id, search)));
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

function RunFacts({ run }: { readonly run: RunSummaryFragment }) {
  const percent = Math.round(run.progress * 100);
  const result = run.dryRun ? null : resultLine(run.totals);
  const length = runLength(run);
  return (
    <section className="card run-facts" aria-label="The run">
      <p className="row-head">
        <Badge words={RUN_STATUS} value={run.status} /> <span>{wordFor(RUN_STATUS, run.status).about}</span>
      </p>
      {isActive(run) ? (
        <>
          <progress max={100} value={percent} aria-label="Progress of the run" />
          <p className="fine" role="status">
            {percent} %
          </p>
        </>
      ) : null}
      <p className="run-plan">
        {run.status === 'PLANNING' ? 'The plan is being made.' : planLine(run.totals)}
      </p>
      {result === null ? null : <p>{result}</p>}
      {run.totals.held > 0 && !run.dryRun ? (
        <p>
          <Link to="/approvals" className="button">
            Review {countOf(run.totals.held, 'held change')}
          </Link>
        </p>
      ) : null}
      {run.problem === null ? null : <ProblemBox problem={run.problem} />}
      <p className="fine run-meta">
        <span>
          Started <Time at={run.startedAt} exact />
          {run.requestedBy === null ? (
            ' by the schedule'
          ) : (
            <>
              {' '}
              by <bdi>{run.requestedBy}</bdi>
            </>
          )}
        </span>
        {length === null ? null : <span>Took {length}</span>}
        <span>
          Run <CopyId value={run.id} what="run’s id" />
        </span>
      </p>
    </section>
  );
}

function RunFilters(props: { readonly search: RunSearch; readonly set: (change: RunSearch) => void }) {
  const { search, set } = props;
  const isFiltered = search.action !== undefined || search.outcome !== undefined || search.q !== undefined;
  return (
    <div className="filters" role="search" aria-label="Filters">
      <TextFilter
        label="Search"
        placeholder="Name or DriverID"
        value={search.q ?? ''}
        onChange={(q) => set({ q: q === '' ? undefined : q })}
      />
      <SelectMany
        label="Action"
        options={ACTIONS.map((key) => ({ key, label: wordFor(ACTION, key).label }))}
        values={search.action ?? []}
        onChange={(keys) => set({ action: keys.length === 0 ? undefined : (keys as readonly SyncAction[]) })}
      />
      <SelectMany
        label="Outcome"
        options={OUTCOMES.map((key) => ({ key, label: wordFor(OUTCOME, key).label }))}
        values={search.outcome ?? []}
        onChange={(keys) =>
          set({ outcome: keys.length === 0 ? undefined : (keys as readonly SyncItemOutcome[]) })
        }
      />
      {isFiltered ? (
        <Button kind="link" onPress={() => set({ action: undefined, outcome: undefined, q: undefined })}>
          Clear filters
        </Button>
      ) : null}
    </div>
  );
}
