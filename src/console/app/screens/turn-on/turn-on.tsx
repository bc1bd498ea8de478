import { useNavigate, useSearch } from '@tanstack/react-router';
import { useQuery, useSubscription } from 'urql';
import { useAction } from '../../api/use-action';
import {
  DRIVER_SYNC,
  DRIVER_SYNC_CHANGES,
  SET_DRIVER_SYNC,
  type SyncOverviewFragment,
} from '../../generated/documents';
import { useViewer } from '../../session/viewer';
import { Page } from '../../shell/page';
import { Button } from '../../ui/button';
import { Confirm } from '../../ui/dialog';
import { Card, Content } from '../../ui/states';
import { Time } from '../../ui/time';
import { useToasts } from '../../ui/toasts';
import { RunProgress } from './run-progress';
import { TurningOn } from './turning-on';
import type { TurnOnSearch } from './turn-on-search';

/** `/turn-on`: turning Driver Sync on, step by step, and off again. */
export function TurnOn() {
  const [result, ask] = useQuery({ query: DRIVER_SYNC });
  useSubscription({ query: DRIVER_SYNC_CHANGES });
  return (
    <Content result={result} again={() => ask({ requestPolicy: 'network-only' })} lines={8}>
      {({ driverSync }) => (driverSync.enabled ? <IsOn sync={driverSync} /> : <IsOff sync={driverSync} />)}
    </Content>
  );
}

function IsOff({ sync }: { readonly sync: SyncOverviewFragment }) {
  const { account } = useViewer();
  return (
    <Page title="Turn Driver Sync on">
      {account.driverSyncAvailable ? (
        <TurningOn sync={sync} />
      ) : (
        <Card title="Not part of this account’s plan">
          <p>
            A Standard account has Driver Sync only when its Account Manager makes it available. Contact your
            Account Manager.
          </p>
        </Card>
      )}
    </Page>
  );
}

function IsOn({ sync }: { readonly sync: SyncOverviewFragment }) {
  const { may } = useViewer();
  const { run, dialog } = useSearch({ from: '/app/turn-on' });
  const navigate = useNavigate();
  const open = (search: TurnOnSearch): void => void navigate({ to: '/turn-on', search, replace: true });
  return (
    <Page title="Driver Sync is on">
      {run === undefined ? null : (
        <Card title="The first run">
          <RunProgress id={run} />
        </Card>
      )}
      <Card title="What Driver Sync does">
        <ul className="lines">
          <li>Every change in GPS is made in Driveri at once.</li>
          <li>The daily run finds what was edited in Driveri, and sets it back to what GPS says.</li>
          <li>Removals and mass changes that look wrong wait for a person.</li>
          {sync.nextRunAt === null ? null : (
            <li>
              The next daily run starts <Time at={sync.nextRunAt} /> (<Time at={sync.nextRunAt} exact />
              ).
            </li>
          )}
        </ul>
      </Card>
      <Card title="Turn it off">
        <Stops />
        <div className="actions">
          <Button kind="danger" denied={may.toggle} onPress={() => open({ run, dialog: 'off' })}>
            Turn Driver Sync off
          </Button>
        </div>
      </Card>
      {dialog === 'off' && may.toggle === null ? <TurnOff close={() => open({ run })} /> : null}
    </Page>
  );
}

const STOPS = [
  'From that moment on nothing is written to Driveri. It stays as it is, and so does GPS.',
  'Changes that are on their way are not sent any more; the daily run stops.',
  'What changes in GPS in the meantime is caught up when Driver Sync is turned on again.',
];

const Stops = () => (
  <ul className="lines">
    {STOPS.map((line) => (
      <li key={line}>{line}</li>
    ))}
  </ul>
);

function TurnOff({ close }: { readonly close: () => void }) {
  const { show } = useToasts();
  const turn = useAction(SET_DRIVER_SYNC);
  const yes = async (): Promise<void> => {
    const done = await turn.run({ enabled: false });
    if (done !== null)
      show({ tone: 'good', text: 'Driver Sync is off. Nothing is written to Driveri any more.' });
    close();
  };
  return (
    <Confirm
      title="Turn Driver Sync off?"
      lines={STOPS}
      yes="Turn off"
      kind="danger"
      isPending={turn.isRunning}
      onYes={() => void yes()}
      onNo={close}
    />
  );
}
