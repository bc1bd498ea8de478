import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useQuery, useSubscription } from 'urql';
import { DRIVER_SYNC, DRIVER_SYNC_CHANGES, type SyncOverviewFragment } from '../../generated/documents';
import { useViewer } from '../../session/viewer';
import { Page } from '../../shell/page';
import { Badge } from '../../ui/badge';
import { RunLink } from '../../ui/run-link';
import { Card, Content } from '../../ui/states';
import { Time } from '../../ui/time';
import { changedBy, countOf, formatNumber, HEALTH, RUN_STATUS, runName, wordFor } from '../../words/words';
import { NeedsYou } from './needs-you';
import { Statistics } from './statistics';
import { StatusBar } from './status-bar';
import { SyncActions } from './sync-actions';

/** `/`: what needs a person, and how Driver Sync fares. */
export function Home() {
  const [result, ask] = useQuery({ query: DRIVER_SYNC });
  useSubscription({ query: DRIVER_SYNC_CHANGES });
  return (
    <Page title="Overview" actions={<SyncActions sync={result.data?.driverSync ?? null} />}>
      <Content result={result} again={() => ask({ requestPolicy: 'network-only' })} lines={8}>
        {({ driverSync }) => (
          <>
            <State sync={driverSync} />
            <div className="two-columns">
              <div className="column">
                <NeedsYou sync={driverSync} />
                <Card title={countOf(driverSync.counts.total, 'driver')}>
                  <StatusBar counts={driverSync.counts} />
                </Card>
              </div>
              <Facts sync={driverSync} />
            </div>
            <Statistics />
          </>
        )}
      </Content>
    </Page>
  );
}

/** On or off, and how it fares, in one sentence. */
function State({ sync: { enabled, health } }: { readonly sync: SyncOverviewFragment }) {
  const { account } = useViewer();
  const word = wordFor(HEALTH, health.state);
  return (
    <div className={`state-line ${word.tone}`}>
      <span className="state-word">Driver Sync is {enabled ? 'on' : 'off'}</span>
      <span role="status">
        {enabled ? `${word.label}. ${word.about}` : word.about}
        {!enabled && !account.driverSyncAvailable
          ? ' It is not part of this account’s plan: contact your Account Manager.'
          : ''}
      </span>
    </div>
  );
}

function Facts({ sync }: { readonly sync: SyncOverviewFragment }) {
  const { enabled, changedAt, changedBy: by, nextRunAt, lastRun, health } = sync;
  return (
    <Card title="Runs and freshness">
      <dl className="facts">
        <Fact term="Last run">
          {lastRun === null ? (
            'None yet'
          ) : (
            <>
              <RunLink id={lastRun.id}>{runName(lastRun)}</RunLink>{' '}
              <Badge words={RUN_STATUS} value={lastRun.status} /> <Time at={lastRun.startedAt} />
              <span className="fine block">
                {countOf(changedBy(lastRun.totals), 'change')} planned, {formatNumber(lastRun.totals.applied)}{' '}
                done
              </span>
            </>
          )}
        </Fact>
        <Fact term="Next daily run">
          {nextRunAt === null ? (
            'None while Driver Sync is off'
          ) : (
            <>
              <Time at={nextRunAt} />
              <span className="fine block">
                <Time at={nextRunAt} exact />
              </span>
            </>
          )}
        </Fact>
        <Fact term="GPS last read">
          <Read at={health.gpsObservedAt} />
        </Fact>
        <Fact term="Driveri last read">
          <Read at={health.driveriObservedAt} />
        </Fact>
        {changedAt === null ? null : (
          <Fact term={enabled ? 'Turned on' : 'Turned off'}>
            <Time at={changedAt} />
            {by === null ? null : (
              <>
                {' '}
                by <bdi>{by}</bdi>
              </>
            )}
          </Fact>
        )}
      </dl>
      <p>
        <Link to="/turn-on">{enabled ? 'Turn Driver Sync off …' : 'Turn Driver Sync on …'}</Link>
      </p>
    </Card>
  );
}

const Read = ({ at }: { readonly at: string | null }) => (at === null ? <>Not yet</> : <Time at={at} />);

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
