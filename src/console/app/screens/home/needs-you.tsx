import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useQuery } from 'urql';
import { useWhenChanged } from '../../api/gateway';
import { ATTENTION, type SyncOverviewFragment } from '../../generated/documents';
import { useHeldCount } from '../../shell/held-count';
import { Badge } from '../../ui/badge';
import { ProblemBox } from '../../ui/problem-box';
import { Card } from '../../ui/states';
import { countOf, DRIVER_STATUS } from '../../words/words';

const SHOWN = 5;

/** Drivers that need attention, and changes that wait, have a line of their own, with a link to them. */
const SAID_BESIDES: ReadonlySet<string> = new Set(['DRIVERS_NEED_ATTENTION', 'CHANGES_HELD']);

/** What waits for a person, each with what can be done about it. */
export function NeedsYou({ sync }: { readonly sync: SyncOverviewFragment }) {
  const held = useHeldCount();
  const [{ data }, ask] = useQuery({ query: ATTENTION, variables: { first: SHOWN } });
  useWhenChanged(() => ask({ requestPolicy: 'network-only' }));
  const problems = sync.health.problems.filter(({ code }) => !SAID_BESIDES.has(code));
  const troubled = sync.counts.conflict + sync.counts.failed;
  if (held === 0 && troubled === 0 && problems.length === 0)
    return (
      <Card title="Needs you">
        <p className="all-well">Nothing needs you.</p>
      </Card>
    );
  return (
    <Card title="Needs you">
      <ul className="needs">
        {held > 0 ? (
          <Need
            tone="warn"
            text={`${countOf(held, 'change')} ${held === 1 ? 'waits' : 'wait'} for your approval.`}
          >
            <Link to="/approvals" className="button">
              Review
            </Link>
          </Need>
        ) : null}
        {problems.map((problem) => (
          <li key={problem.code}>
            <ProblemBox problem={problem} />
          </li>
        ))}
        {troubled > 0 ? (
          <Need tone="bad" text={describeTroubled(sync)}>
            <Link
              to="/drivers"
              search={{ status: ['CONFLICT', 'FAILED'], sort: 'status' }}
              className="button"
            >
              Show {troubled === 1 ? 'the driver' : 'these drivers'}
            </Link>
          </Need>
        ) : null}
        {(troubled > 0 ? (data?.drivers.nodes ?? []) : []).map(
          ({ id, fullName, sync: { status, problem } }) => (
            <li key={id} className="need-driver">
              <Badge words={DRIVER_STATUS} value={status} />
              <Link to="/drivers/$id" params={{ id }}>
                <bdi>{fullName}</bdi>
              </Link>
              {problem === null ? null : <span className="fine">{problem.message}</span>}
            </li>
          ),
        )}
      </ul>
    </Card>
  );
}

function describeTroubled({ counts: { conflict, failed } }: SyncOverviewFragment): string {
  const parts = [
    ...(conflict > 0 ? [`${countOf(conflict, 'driver is', 'drivers are')} in conflict`] : []),
    ...(failed > 0 ? [`${countOf(failed, 'driver')} could not be synced`] : []),
  ];
  return `${parts.join(', and ')}.`;
}

function Need(props: { readonly tone: 'warn' | 'bad'; readonly text: string; readonly children: ReactNode }) {
  return (
    <li className={`need ${props.tone}`}>
      <p>{props.text}</p>
      {props.children}
    </li>
  );
}
