import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import { useQuery } from 'urql';
import { useWhenChanged } from '../../api/gateway';
import { STATISTICS, type ConsoleStatisticsQuery, type StatisticsBucket } from '../../generated/documents';
import { useViewer } from '../../session/viewer';
import { Select } from '../../ui/select';
import { Card, Content, Empty, Loading } from '../../ui/states';
import { useNow } from '../../ui/time';
import { shortDuration } from '../../words/times';
import { formatNumber } from '../../words/words';
import type { RangeKey } from './home-search';

// The plots come after everything else is there.
const Plot = lazy(async () => ({ default: (await import('../../ui/plot')).Plot }));

interface Range {
  readonly key: RangeKey;
  readonly label: string;
  readonly hours: number;
  readonly bucket: StatisticsBucket;
}

const RANGES: readonly [Range, ...Range[]] = [
  { key: '30d', label: 'The last 30 days', hours: 30 * 24, bucket: 'DAY' },
  { key: '48h', label: 'The last 48 hours', hours: 48, bucket: 'HOUR' },
  { key: '1y', label: 'The last year', hours: 365 * 24, bucket: 'DAY' },
];

const EVERY_MS = 5 * 60_000;

/** Delay and changes over time. */
export function Statistics() {
  const { range: key } = useSearch({ from: '/app/' });
  const navigate = useNavigate();
  const range = RANGES.find((one) => one.key === key) ?? RANGES[0];
  // Moves every few minutes, not with every look.
  const end = Math.ceil(useNow() / EVERY_MS) * EVERY_MS;
  const variables = useMemo(
    () => ({
      from: new Date(end - range.hours * 3_600_000).toISOString(),
      to: new Date(end).toISOString(),
      bucket: range.bucket,
    }),
    [end, range],
  );
  const [result, ask] = useQuery({ query: STATISTICS, variables });
  useWhenChanged(() => ask({ requestPolicy: 'network-only' }));
  return (
    <Card
      title="Over time"
      className="statistics"
      aside={
        <Select
          label="Range"
          options={RANGES.map(({ key: id, label }) => ({ key: id, label }))}
          value={range.key}
          onChange={(next) =>
            void navigate({
              to: '/',
              search: { range: RANGES.find((one) => one.key === next)?.key },
              replace: true,
            })
          }
        />
      }
    >
      <Content result={result} again={() => ask({ requestPolicy: 'network-only' })} lines={6}>
        {({ syncStatistics }) => <Plots buckets={syncStatistics} bucket={range.bucket} />}
      </Content>
    </Card>
  );
}

type Buckets = ConsoleStatisticsQuery['syncStatistics'];

function Plots({ buckets, bucket }: { readonly buckets: Buckets; readonly bucket: StatisticsBucket }) {
  const { timeZone } = useViewer().account;
  const format = useMemo(() => timeFormat(timeZone, bucket), [timeZone, bucket]);
  const times = buckets.map(({ start }) => Date.parse(start) / 1000);
  if (buckets.every((one) => changesOf(one) === 0 && one.driftDetected === 0 && one.failed === 0))
    return (
      <Empty title="Nothing was changed in this time.">
        <p>Once Driver Sync changes something in Driveri, it is counted here.</p>
      </Empty>
    );
  const shared = { times, timeZone, formatTime: format };
  return (
    <Suspense fallback={<Loading lines={6} />}>
      <div className="plots">
        <div>
          <h3>Changes in Driveri</h3>
          <Plot
            {...shared}
            title="Changes in Driveri"
            kind="bars"
            format={(value) => formatNumber(value)}
            series={[
              { label: 'Updated', color: '--busy', values: buckets.map(updatedOf) },
              { label: 'Created or brought back', color: '--good', values: buckets.map(addedOf) },
              { label: 'Removed', color: '--bad', values: buckets.map(({ removed }) => removed) },
            ]}
          />
        </div>
        <div>
          <h3>Delay from GPS to Driveri</h3>
          <Plot
            {...shared}
            title="Delay from GPS to Driveri"
            kind="lines"
            format={shortDuration}
            series={[
              {
                label: 'Half within',
                color: '--accent',
                values: buckets.map(({ delayP50Ms }) => delayP50Ms),
              },
              { label: '95 % within', color: '--warn', values: buckets.map(({ delayP95Ms }) => delayP95Ms) },
            ]}
          />
        </div>
      </div>
    </Suspense>
  );
}

const updatedOf = ({ updated, renamed, linked }: Buckets[number]): number => updated + renamed + linked;
const addedOf = ({ created, reinstated }: Buckets[number]): number => created + reinstated;
const changesOf = (one: Buckets[number]): number => updatedOf(one) + addedOf(one) + one.removed;

function timeFormat(timeZone: string, bucket: StatisticsBucket): (seconds: number) => string {
  const format = new Intl.DateTimeFormat(undefined, {
    timeZone,
    month: 'short',
    day: 'numeric',
    ...(bucket === 'HOUR'
      ? ({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const)
      : ({ year: 'numeric' } as const)),
  });
  return (seconds) => format.format(new Date(seconds * 1000));
}
