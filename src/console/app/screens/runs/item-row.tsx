import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ItemRowFragment } from '../../generated/documents';
import { Badge } from '../../ui/badge';
import { Changes } from '../../ui/changes';
import { ProblemBox } from '../../ui/problem-box';
import { Time } from '../../ui/time';
import { ACTION, HELD_FOR, OUTCOME } from '../../words/words';

/** What a run planned for one driver, why, from what to what, and what came of it or who decided. For a list (`.rows`). */
export function ItemRow(props: {
  readonly item: ItemRowFragment;
  /** In front: a tick. */
  readonly before?: ReactNode;
  /** Whether it is shown what came of it. */
  readonly withOutcome?: boolean;
  readonly children?: ReactNode;
}) {
  const { item, before, withOutcome = true, children } = props;
  return (
    <li className={`row item-row${before === undefined ? '' : ' with-tick'}`}>
      {before}
      <div className="item-body">
        <p className="row-head">
          <ItemDriver item={item} />
          <Badge words={ACTION} value={item.action} />
          {withOutcome ? <Outcome item={item} /> : null}
          {item.heldFor === null ? null : (
            <span className="fine">
              guard: <Badge words={HELD_FOR} value={item.heldFor} />
            </span>
          )}
        </p>
        <p>
          <bdi>{item.reason}</bdi>
        </p>
        <Changes changes={item.changes} />
        {children}
        {item.decidedBy === null ? null : (
          <p className="fine">
            {item.outcome === 'SKIPPED' ? 'Rejected' : 'Approved'} by <bdi>{item.decidedBy}</bdi>
            {item.decidedAt === null ? null : (
              <>
                {' '}
                <Time at={item.decidedAt} />
              </>
            )}
            {item.decisionReason === null ? null : (
              <>
                : <bdi>{item.decisionReason}</bdi>
              </>
            )}
          </p>
        )}
        {item.problem === null ? null : <ProblemBox problem={item.problem} />}
      </div>
    </li>
  );
}

function ItemDriver({ item: { driver, driverName } }: { readonly item: ItemRowFragment }) {
  return driver === null ? (
    <bdi className="row-title">{driverName}</bdi>
  ) : (
    <Link to="/drivers/$id" params={{ id: driver.id }} className="row-title">
      <bdi>{driverName}</bdi>
    </Link>
  );
}

function Outcome({ item }: { readonly item: ItemRowFragment }) {
  if (item.outcome === 'SKIPPED' && item.decidedBy !== null)
    return <span className="badge quiet">Rejected</span>;
  return <Badge words={OUTCOME} value={item.outcome} />;
}
