import { useQuery } from 'urql';
import { useWhenChanged } from '../../api/gateway';
import { RUNS } from '../../generated/documents';
import { ProblemBox } from '../../ui/problem-box';
import { RunLink } from '../../ui/run-link';
import { Card } from '../../ui/states';
import { runName } from '../../words/words';
import { waitsForListing } from '../runs/run-words';

/** Runs that wait as a whole, because a portal listed far fewer drivers than before: they hold no change yet. */
export function RunsWithoutList() {
  const [{ data }, ask] = useQuery({
    query: RUNS,
    variables: { first: 10, after: null, filter: { statuses: ['AWAITING_APPROVAL'] } },
  });
  useWhenChanged(
    () => ask({ requestPolicy: 'network-only' }),
    ({ type }) => /RUN_|HELD/.test(type),
  );
  return (data?.runs.nodes ?? []).filter(waitsForListing).map((run) => (
    <Card key={run.id} title={`${runName(run)} waits as a whole`}>
      {run.problem === null ? null : (
        <ProblemBox problem={run.problem}>
          <RunLink id={run.id}>Look at the run, and decide there</RunLink>
        </ProblemBox>
      )}
    </Card>
  ));
}
