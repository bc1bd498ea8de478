import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useAction } from '../../api/use-action';
import {
  RESYNC_DRIVERS,
  SET_DRIVER_SYNC,
  type PlanDifferenceRowFragment,
  type RefusalFragment,
  type RunSummaryFragment,
  type SyncOverviewFragment,
} from '../../generated/documents';
import { useViewer } from '../../session/viewer';
import { Button } from '../../ui/button';
import { Confirm } from '../../ui/dialog';
import { ProblemBox } from '../../ui/problem-box';
import { Loading } from '../../ui/states';
import { Time } from '../../ui/time';
import { WhatDiffers } from '../../ui/what-differs';
import { describePlan } from '../../words/words';
import { Consequences } from './consequences';
import { RunProgress, useRun } from './run-progress';

/** The steps, in their order; the one that comes next is open. */
export function TurningOn({ sync }: { readonly sync: SyncOverviewFragment }) {
  const { preview } = useSearch({ from: '/app/turn-on' });
  return (
    <ol className="steps">
      <Step number={1} title="Check both portals">
        <BothPortals sync={sync} />
      </Step>
      <Step number={2} title="Preview what would change">
        <Preview id={preview} />
      </Step>
      <Step number={3} title="Confirm, and watch">
        {preview === undefined ? (
          <p className="fine">First preview what would change.</p>
        ) : (
          <Turn id={preview} />
        )}
      </Step>
    </ol>
  );
}

function Step(props: { readonly number: number; readonly title: string; readonly children: ReactNode }) {
  return (
    <li className="card step">
      <h2>
        <span className="step-number" aria-hidden="true">
          {props.number}
        </span>
        {props.title}
      </h2>
      <div className="step-body">{props.children}</div>
    </li>
  );
}

function BothPortals({ sync: { health } }: { readonly sync: SyncOverviewFragment }) {
  const read = (portal: string, at: string | null) => (
    <li className={at === null ? 'warn' : 'good'}>
      <span className="check" aria-hidden="true">
        {at === null ? '…' : '✓'}
      </span>{' '}
      {portal}{' '}
      {at === null ? (
        'has not been read completely yet.'
      ) : (
        <>
          was read completely <Time at={at} />.
        </>
      )}
    </li>
  );
  return (
    <>
      <ul className="checks">
        {read('GPS', health.gpsObservedAt)}
        {read('Driveri', health.driveriObservedAt)}
      </ul>
      {health.problems.map((problem) => (
        <ProblemBox key={problem.code} problem={problem} />
      ))}
    </>
  );
}

function usePreview() {
  const navigate = useNavigate();
  const start = useAction(RESYNC_DRIVERS);
  const run = async (): Promise<void> => {
    const done = await start.run({ dryRun: true });
    const id = done?.resyncDrivers.run?.id;
    if (id !== undefined) void navigate({ to: '/turn-on', search: { preview: id } });
  };
  return { run, isRunning: start.isRunning };
}

function Preview({ id }: { readonly id: string | undefined }) {
  const { may } = useViewer();
  const preview = usePreview();
  return (
    <>
      <p className="fine">Both portals are read and compared. Nothing is written.</p>
      <div className="actions">
        <Button
          kind={id === undefined ? 'primary' : 'plain'}
          denied={may.write}
          isPending={preview.isRunning}
          onPress={() => void preview.run()}
        >
          {id === undefined ? 'Preview' : 'Preview again'}
        </Button>
      </div>
      {id === undefined ? null : <Previewed id={id} />}
    </>
  );
}

function Previewed({ id }: { readonly id: string }) {
  const run = useRun(id);
  if (run === null) return <Loading lines={3} />;
  if (run.status === 'PLANNING') return <RunProgress id={id} />;
  if (run.status !== 'PLANNED')
    return run.problem === null ? (
      <p>This preview has ended. Preview again.</p>
    ) : (
      <ProblemBox problem={run.problem} />
    );
  return <Consequences run={run} />;
}

/** Why it was not turned on. */
interface Refused {
  readonly userErrors: readonly RefusalFragment[];
  readonly planDifferences: readonly PlanDifferenceRowFragment[];
}

function Turn({ id }: { readonly id: string }) {
  const { may } = useViewer();
  const { dialog } = useSearch({ from: '/app/turn-on' });
  const navigate = useNavigate();
  const run = useRun(id);
  const [stale, setStale] = useState<Refused | null>(null);
  const preview = usePreview();
  if (run?.status !== 'PLANNED') return <p className="fine">As soon as the preview is there.</p>;
  const ask = (open: boolean): void =>
    void navigate({
      to: '/turn-on',
      search: { preview: id, dialog: open ? 'confirm' : undefined },
      replace: true,
    });
  return (
    <>
      {stale === null ? null : (
        <div className="problem" role="alert">
          <p className="message">The portals have changed since this preview: nothing was turned on.</p>
          {stale.userErrors.map(({ message }) => (
            <p key={message}>{message}</p>
          ))}
          <WhatDiffers differences={stale.planDifferences} />
          <div className="actions">
            <Button
              isPending={preview.isRunning}
              onPress={() => {
                setStale(null);
                void preview.run();
              }}
            >
              Preview again
            </Button>
          </div>
        </div>
      )}
      <p>Driver Sync does exactly what the preview shows, or is not turned on at all.</p>
      <div className="actions">
        <Button kind="primary" denied={may.toggle} onPress={() => ask(true)}>
          Turn Driver Sync on …
        </Button>
      </div>
      {dialog === 'confirm' && may.toggle === null ? (
        <ConfirmOn run={run} close={() => ask(false)} onStale={setStale} />
      ) : null}
    </>
  );
}

function ConfirmOn(props: {
  readonly run: RunSummaryFragment;
  readonly close: () => void;
  readonly onStale: (refused: Refused) => void;
}) {
  const { run, close, onStale } = props;
  const navigate = useNavigate();
  const turn = useAction(SET_DRIVER_SYNC, { showsRefusals: false });
  const yes = async (): Promise<void> => {
    const done = await turn.run({ enabled: true, reviewedRun: run.id });
    if (done === null) return close();
    const { userErrors, planDifferences, run: started } = done.setDriverSync;
    if (userErrors.length > 0) {
      onStale({ userErrors, planDifferences });
      return close();
    }
    void navigate({ to: '/turn-on', search: { run: started?.id }, replace: true });
  };
  return (
    <Confirm
      title="Turn Driver Sync on?"
      lines={describePlan(run.totals)}
      yes="Turn on"
      isPending={turn.isRunning}
      onYes={() => void yes()}
      onNo={close}
    >
      <p className="fine">From then on every change in GPS is made in Driveri at once.</p>
    </Confirm>
  );
}
