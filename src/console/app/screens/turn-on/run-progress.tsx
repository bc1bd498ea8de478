import { useQuery, useSubscription } from 'urql';
import { RUN, RUN_CHANGES, type RunSummaryFragment } from '../../generated/documents';
import { Badge } from '../../ui/badge';
import { ProblemBox } from '../../ui/problem-box';
import { RunLink } from '../../ui/run-link';
import { Loading } from '../../ui/states';
import { changedBy, formatNumber, RUN_STATUS, wordFor } from '../../words/words';

/** A run as it is now, kept up to date; null while it is not known. */
export function useRun(id: string): RunSummaryFragment | null {
  const [{ data }] = useQuery({ query: RUN, variables: { id } });
  useSubscription({ query: RUN_CHANGES, variables: { id } });
  return data?.syncRun ?? null;
}

/** How far a run is, live. */
export function RunProgress({ id }: { readonly id: string }) {
  const run = useRun(id);
  if (run === null) return <Loading lines={2} />;
  const percent = Math.round(run.progress * 100);
  const { applied, failed, held } = run.totals;
  return (
    <>
      <p className="progress-head">
        <span>
          <Badge words={RUN_STATUS} value={run.status} /> {wordFor(RUN_STATUS, run.status).about}
        </span>
        <span className="fine">{percent} %</span>
      </p>
      <progress max={100} value={percent} aria-label="Progress of the run" />
      <p className="fine">
        {formatNumber(applied)} of {formatNumber(changedBy(run.totals))} done
        {failed > 0 ? `, ${formatNumber(failed)} failed` : ''}
        {held > 0 ? `, ${formatNumber(held)} waiting for approval` : ''}.{' '}
        <RunLink id={id}>Show the run</RunLink>
      </p>
      {run.problem === null ? null : <ProblemBox problem={run.problem} />}
    </>
  );
}
