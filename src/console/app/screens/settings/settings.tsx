import type { ReactNode } from 'react';
import { useQuery, useSubscription } from 'urql';
import {
  DRIVER_SYNC,
  DRIVER_SYNC_CHANGES,
  SETTINGS,
  type ConsoleSettingsQuery,
  type SyncOverviewFragment,
} from '../../generated/documents';
import { useViewer } from '../../session/viewer';
import { Page } from '../../shell/page';
import { Badge, Tag } from '../../ui/badge';
import { CopyId } from '../../ui/copy';
import { Card, Content } from '../../ui/states';
import { Time, useNow } from '../../ui/time';
import { clockTime } from '../../words/times';
import { HEALTH, sentenceCase } from '../../words/words';
import { Roles } from './roles';
import { Versions } from './versions';

type Settings = ConsoleSettingsQuery['driverSync']['settings'];

/** `/settings`: what is in force for this account. Everything is read-only: it comes from the gateway's configuration. */
export function Settings() {
  const [result, ask] = useQuery({ query: SETTINGS });
  const [sync, askSync] = useQuery({ query: DRIVER_SYNC });
  useSubscription({ query: DRIVER_SYNC_CHANGES });
  return (
    <Page title="Settings">
      <p>
        These are the rules in force for this account. They stand in the gateway’s configuration; who operates
        the gateway changes them there.
      </p>
      <div className="settings">
        <Account />
        <Content result={result} again={() => ask({ requestPolicy: 'network-only' })} lines={6}>
          {({ driverSync: { settings } }) => (
            <>
              <Guards settings={settings} />
              <Rules settings={settings} />
              <Content result={sync} again={() => askSync({ requestPolicy: 'network-only' })}>
                {({ driverSync }) => <Freshness settings={settings} sync={driverSync} />}
              </Content>
            </>
          )}
        </Content>
        <Versions />
        <Roles />
      </div>
    </Page>
  );
}

function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="facts pairs">{children}</dl>;
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Account() {
  const { account } = useViewer();
  const now = useNow();
  return (
    <Card title="Account">
      <Facts>
        <Fact name="Fleet">
          <bdi>{account.name}</bdi>
        </Fact>
        <Fact name="Plan">{sentenceCase(account.tier)}</Fact>
        <Fact name="Driver Sync">
          {account.driverSyncAvailable ? (
            <Tag tone="good" label="Available" />
          ) : (
            <Tag tone="warn" label="Not in this plan" />
          )}
        </Fact>
        <Fact name="Time zone">
          {account.timeZone}{' '}
          <span className="fine">now {clockTime(new Date(now).toISOString(), account.timeZone)}</span>
        </Fact>
        <Fact name="Account id">
          <CopyId value={account.id} what="account’s id" />
        </Fact>
      </Facts>
    </Card>
  );
}

function Guards({ settings }: { readonly settings: Settings }) {
  return (
    <Card title="Guards">
      <p className="about">
        Above these limits Driver Sync stops and asks a person first. Percentages are of the linked drivers;
        the larger of number and percentage counts.
      </p>
      <Facts>
        <Fact name="Drivers missing from GPS within 24 hours">
          {settings.maxInferredRemovals}, or {settings.maxInferredRemovalsPercent} %
        </Fact>
        <Fact name="DriverIDs changed at one time">
          {settings.maxIdentityChanges}, or {settings.maxIdentityChangesPercent} %
        </Fact>
        <Fact name="Drivers changed by one run">{settings.holdChangedPercent} %</Fact>
      </Facts>
    </Card>
  );
}

const FALLBACKS: Readonly<Record<string, string>> = {
  'reference-id': 'The Ref ID; without one, the GPS number',
  'gps-id': 'The GPS number',
  none: 'None: the driver is not synced until GPS has a DriverID',
};

const DRIFT: Readonly<Record<string, string>> = {
  daily: 'Set back to GPS by the daily run',
  immediate: 'Set back to GPS at once',
};

function Rules({ settings }: { readonly settings: Settings }) {
  const { timeZone } = useViewer().account;
  return (
    <Card title="Rules">
      <Facts>
        <Fact name="Daily run">
          {settings.dailyRunAt} <span className="fine">{timeZone}</span>
        </Fact>
        <Fact name="DriverID of a driver without one">
          {FALLBACKS[settings.driverIdFallback] ?? settings.driverIdFallback}
        </Fact>
        <Fact name="Edits made in Driveri">{DRIFT[settings.driftPolicy] ?? settings.driftPolicy}</Fact>
      </Facts>
    </Card>
  );
}

function Freshness(props: { readonly settings: Settings; readonly sync: SyncOverviewFragment }) {
  const { settings, sync } = props;
  const { health } = sync;
  return (
    <Card title="Freshness" aside={<Badge words={HEALTH} value={health.state} />}>
      <Facts>
        <Fact name="GPS is read">
          every {intervalOf(settings.gpsPollSeconds)}{' '}
          <span className="fine">less often when its request budget demands it</span>
        </Fact>
        <Fact name="GPS was last read completely">
          <Observed at={health.gpsObservedAt} />
        </Fact>
        <Fact name="Driveri is asked for changes">every {intervalOf(settings.driveriPollSeconds)}</Fact>
        <Fact name="Driveri was last read completely">
          <Observed at={health.driveriObservedAt} />
        </Fact>
        <Fact name="Next daily run">
          {sync.nextRunAt === null ? (
            'None while Driver Sync is off'
          ) : (
            <>
              <Time at={sync.nextRunAt} />{' '}
              <span className="fine">
                <Time at={sync.nextRunAt} exact />
              </span>
            </>
          )}
        </Fact>
      </Facts>
    </Card>
  );
}

const Observed = ({ at }: { readonly at: string | null }) =>
  at === null ? (
    'Not yet'
  ) : (
    <>
      <Time at={at} />{' '}
      <span className="fine">
        <Time at={at} exact />
      </span>
    </>
  );

function intervalOf(seconds: number): string {
  if (seconds < 1) return 'second';
  if (seconds < 120) return `${seconds} seconds`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3_600)} hours`;
}
