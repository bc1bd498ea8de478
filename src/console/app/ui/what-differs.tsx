import { Link } from '@tanstack/react-router';
import type { PlanDifferenceRowFragment, PlannedWorkFragment } from '../generated/documents';
import { ACTION } from '../words/words';
import { Badge } from './badge';
import { Button } from './button';
import { Changes } from './changes';
import { Dialog } from './dialog';

/** Why a plan is stale, driver by driver: what the plan says that was looked at, and what a plan says now. */
export function WhatDiffers({ differences }: { readonly differences: readonly PlanDifferenceRowFragment[] }) {
  if (differences.length === 0) return null;
  return (
    <ul className="rows" aria-label="What differs">
      {differences.map(({ driver, driverName, before, now }, place) => (
        <li key={driver?.id ?? place} className="row item-row">
          <div className="item-body">
            <p className="row-head">
              {driver === null ? (
                <bdi className="row-title">{driverName}</bdi>
              ) : (
                <Link to="/drivers/$id" params={{ id: driver.id }} className="row-title">
                  <bdi>{driverName}</bdi>
                </Link>
              )}
            </p>
            <Planned when="Before" work={before} />
            <Planned when="Now" work={now} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Planned({ when, work }: { readonly when: string; readonly work: PlannedWorkFragment | null }) {
  return (
    <>
      <p>
        <span className="field-name">{when}</span>{' '}
        {work === null ? (
          'Nothing to do'
        ) : (
          <>
            <Badge words={ACTION} value={work.action} /> <bdi>{work.reason}</bdi>
          </>
        )}
      </p>
      {work === null ? null : <Changes changes={work.changes} />}
    </>
  );
}

/** Says, over the page, that nothing was done because the plan is stale, and what differs. */
export function StaleDialog(props: {
  readonly differences: readonly PlanDifferenceRowFragment[];
  readonly close: () => void;
}) {
  return (
    <Dialog
      title="The plan has changed"
      size="wide"
      onClose={props.close}
      footer={<Button onPress={props.close}>Close</Button>}
    >
      <p>These drivers are different by now, so nothing was written. Look at the new plan, then decide.</p>
      <WhatDiffers differences={props.differences} />
    </Dialog>
  );
}
