import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

/** One line or row of bars of a plot. `color`: a custom property of the theme. */
export interface Series {
  readonly label: string;
  readonly color: `--${string}`;
  readonly values: readonly (number | null)[];
}

/** A plot over time, with its numbers as a table for those who do not see it. */
export function Plot(props: {
  readonly title: string;
  /** Seconds since 1970, one for each value. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly timeZone: string;
  readonly kind: 'lines' | 'bars';
  readonly format: (value: number) => string;
  readonly formatTime: (seconds: number) => string;
}) {
  const { title, times, series, format, formatTime } = props;
  const place = useRef<HTMLDivElement>(null);
  const key = JSON.stringify([times, series, props.timeZone, props.kind]);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    return draw(element, props);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the key has all of the data; the functions are pure
  }, [key]);
  return (
    <figure className="plot">
      <div ref={place} className="plot-place" aria-hidden="true" />
      <details>
        <summary>{title} as a table</summary>
        <div className="plot-table" role="region" aria-label={`${title} as a table`} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Time</th>
                {series.map(({ label }) => (
                  <th key={label} scope="col">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {times.map((time, index) => (
                <tr key={time}>
                  <th scope="row">{formatTime(time)}</th>
                  {series.map(({ label, values }) => (
                    <td key={label}>{cellOf(values[index], format)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

const cellOf = (value: number | null | undefined, format: (value: number) => string): string =>
  value === null || value === undefined ? '—' : format(value);

const HEIGHT_PX = 180;

/** Draws, and again when the place gets another width or the theme changes. Gives the function that ends it. */
function draw(element: HTMLElement, props: Parameters<typeof Plot>[0]): () => void {
  let plot: UPlot | undefined;
  const redraw = (): void => {
    plot?.destroy();
    plot = new UPlot(optionsFor(element, props), dataOf(props), element);
  };
  redraw();
  const sized = new ResizeObserver(() => {
    const width = element.clientWidth;
    if (plot !== undefined && Math.abs(plot.width - width) > 1) plot.setSize({ width, height: HEIGHT_PX });
  });
  sized.observe(element);
  const themed = new MutationObserver(redraw);
  themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', redraw);
  return () => {
    sized.disconnect();
    themed.disconnect();
    scheme.removeEventListener('change', redraw);
    plot?.destroy();
  };
}

/** Bars stand on each other: each of them begins where the one before ends, and is drawn from the last to the first. */
function dataOf({ times, series, kind }: Parameters<typeof Plot>[0]): UPlot.AlignedData {
  if (kind === 'lines') return [[...times], ...series.map(({ values }) => [...values])];
  const sums = times.map(() => 0);
  const stacked = series.map(({ values }) =>
    times.map((_, index) => {
      const sum = (sums[index] ?? 0) + (values[index] ?? 0);
      sums[index] = sum;
      return sum;
    }),
  );
  return [[...times], ...stacked.reverse()];
}

function optionsFor(element: HTMLElement, props: Parameters<typeof Plot>[0]): UPlot.Options {
  const { times, series, kind, timeZone, format, formatTime } = props;
  const style = getComputedStyle(element);
  const color = (name: string): string => resolved(element, style.getPropertyValue(name));
  const drawn = kind === 'bars' ? [...series].reverse() : series;
  const axis = {
    stroke: color('--soft'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), timeZone),
    legend: { live: true },
    cursor: { y: false, points: { size: 6 } },
    scales: { y: { range: (_plot, _min, max) => [0, Math.max(1, (Number.isFinite(max) ? max : 1) * 1.1)] } },
    axes: [
      { ...axis, space: 70, values: (_plot, values) => values.map(axisTime(times, timeZone)) },
      { ...axis, size: 60, values: (_plot, values) => values.map((value) => format(value)) },
    ],
    series: [
      { label: 'Time', value: (_plot, value) => (value === null ? '' : formatTime(value)) },
      ...drawn.map(({ label, color: name, values }) => ({
        label,
        stroke: color(name),
        width: kind === 'bars' ? 0 : 2,
        spanGaps: false,
        points: { show: kind === 'lines' },
        ...(kind === 'bars' ? { fill: color(name), paths: bars() } : {}),
        // Of a bar the number is its own, not where it ends.
        value: (_plot: UPlot, _value: number | null, _series: number, index: number | null) =>
          index === null ? '' : cellOf(values[index], format),
      })),
    ],
  };
}

const HALF_DAY_S = 43_200;

/** Days, or hours when the values are closer together; by the reader's locale, on the account's clock. */
function axisTime(times: readonly number[], timeZone: string): (seconds: number) => string {
  const [first = 0, second = HALF_DAY_S] = times;
  const parts: Intl.DateTimeFormatOptions =
    second - first < HALF_DAY_S
      ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
      : { month: 'short', day: 'numeric' };
  const format = new Intl.DateTimeFormat(undefined, { ...parts, timeZone });
  return (seconds) => format.format(new Date(seconds * 1000));
}

function bars(): UPlot.Series.PathBuilder {
  const build = UPlot.paths.bars;
  if (build === undefined) throw new Error('uPlot has no bars.');
  return build({ size: [0.7, 40] });
}

/** A canvas does not know `light-dark()`: the colour as the element would have it. */
function resolved(element: HTMLElement, value: string): string {
  const probe = document.createElement('span');
  probe.style.color = value;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
