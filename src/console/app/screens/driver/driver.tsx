import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useQuery, useSubscription } from 'urql';
import {
  DRIVER_CHANGES,
  DRIVER_DETAIL,
  DRIVER_SYNC,
  type DriverPageFragment,
} from '../../generated/documents';
import { Page } from '../../shell/page';
import { useViewer } from '../../session/viewer';
import { Badge } from '../../ui/badge';
import { CopyId } from '../../ui/copy';
import { ProblemBox } from '../../ui/problem-box';
import { Card, Content, Empty } from '../../ui/states';
import { Time, useNow } from '../../ui/time';
import { clockTime, relativeTime } from '../../words/times';
import { DRIVER_STATUS, PRESENCE } from '../../words/words';
import { DriverActions, ProblemActions } from './driver-actions';
import { DriverDialogs } from './driver-dialogs';
import { DriverHistory } from './driver-history';
import type { DriverDialog } from './driver-search';
import { Sides } from './sides';
import { whatNext } from './what-next';

/** `/drivers/:id`: one driver as both portals know them, kept up to date. */
export function Driver() {
  const { id } = useParams({ from: '/app/drivers/$id' });
  const [result, ask] = useQuery({ query: DRIVER_DETAIL, variables: { id } });
  const [{ data: live }] = useSubscription({ query: DRIVER_CHANGES, variables: { id } });
  // The log knows a driver who is gone; the subscription says when it happens.
  const isGone = live?.driver === null;
  return (
    <Content result={result} again={() => ask({ requestPolicy: 'network-only' })} lines={8}>
      {({ driver }) =>
        driver === null || isGone ? <Gone /> : <DriverPage key={driver.id} driver={driver} />
      }
    </Content>
  );
}

function Gone() {
  return (
    <Page title="Driver" above={<Link to="/drivers">Drivers</Link>}>
      <Empty title="This driver is gone.">
        <p>No portal has this driver any more. What happened stands in the activity.</p>
      </Empty>
    </Page>
  );
}

function DriverPage({ driver }: { readonly driver: DriverPageFragment }) {
  const navigate = useNavigate();
  const { dialog } = useSearch({ from: '/app/drivers/$id' });
  const open = (next: DriverDialog | undefined): void =>
    void navigate({
      to: '/drivers/$id',
      params: { id: driver.id },
      search: { dialog: next },
      replace: next === undefined,
    });
  const { sync } = driver;
  return (
    <Page
      title={driver.fullName}
      above={<Link to="/drivers">Drivers</Link>}
      actions={<DriverActions driver={driver} open={open} />}
    >
      <p className="driver-line">
        <Badge words={DRIVER_STATUS} value={sync.status} />
        <span>{PRESENCE[driver.presence] ?? driver.presence}</span>
        {driver.driveriDriverId === null ? null : (
          <span>
            DriverID <CopyId value={driver.driveriDriverId} what="DriverID" />
          </span>
        )}
        {driver.referenceId === null ? null : (
          <span>
            Ref ID <CopyId value={driver.referenceId} what="Ref ID" />
          </span>
        )}
      </p>
      {sync.problem === null ? null : (
        <ProblemBox problem={sync.problem}>
          <ProblemActions driver={driver} open={open} />
        </ProblemBox>
      )}
      <div className="two-columns">
        <div className="column">
          <Card title="In both portals">
            <Sides driver={driver} />
          </Card>
        </div>
        <div className="column">
          <Next driver={driver} />
          <Card title="History">
            <DriverHistory id={driver.id} />
          </Card>
        </div>
      </div>
      <DriverDialogs driver={driver} dialog={dialog} close={() => open(undefined)} />
    </Page>
  );
}

function Next({ driver }: { readonly driver: DriverPageFragment }) {
  const { timeZone } = useViewer().account;
  const now = useNow();
  const [{ data }] = useQuery({ query: DRIVER_SYNC, requestPolicy: 'cache-first' });
  const at = (instant: string): string => `${relativeTime(instant, now)} (${clockTime(instant, timeZone)})`;
  const lines = whatNext(driver, { nextRunAt: data?.driverSync.nextRunAt ?? null, at });
  const { lastSyncedAt } = driver.sync;
  return (
    <Card title="What happens next">
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {lastSyncedAt === null ? null : (
        <p className="fine">
          Driveri was last found or made to match <Time at={lastSyncedAt} />.
        </p>
      )}
    </Card>
  );
}
