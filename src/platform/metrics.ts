import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** The process's numbers, in Prometheus' text format. Each has its own registry, so that two in one process do not mix. */
export interface Metrics {
  readonly contentType: string;
  /** Everything measured so far, for `/metrics`. */
  text(): Promise<string>;
  /** A number that only goes up; the name ends in `_total`. */
  counter<Label extends string = never>(
    name: string,
    help: string,
    labels?: readonly Label[],
  ): Counter<Label>;
  /** A number that goes up and down. With `collect`, it is asked for at each scrape. */
  gauge<Label extends string = never>(
    name: string,
    help: string,
    labels?: readonly Label[],
    collect?: (gauge: Gauge<Label>) => void | Promise<void>,
  ): Gauge<Label>;
  /** A distribution of durations in seconds; the name ends in `_seconds`. */
  durations<Label extends string = never>(
    name: string,
    help: string,
    labels?: readonly Label[],
    /** Upper bounds in seconds; default: from a cached read to a portal on a bad day. */
    buckets?: readonly number[],
  ): Histogram<Label>;
}

// From a cached read (1 ms) to a portal on a bad day (30 s).
const DURATION_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Makes an empty registry; with `processMetrics`, memory, event loop and garbage collection are measured too. */
export function createMetrics(options: { processMetrics?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    counter: (name, help, labels = []) =>
      new Counter({ name, help, labelNames: labels, registers: [registry] }),
    gauge<Label extends string>(
      name: string,
      help: string,
      labels: readonly Label[] = [],
      collect?: (gauge: Gauge<Label>) => void | Promise<void>,
    ) {
      const gauge: Gauge<Label> = new Gauge<Label>({
        name,
        help,
        labelNames: labels,
        registers: [registry],
        ...(collect && { collect: () => collect(gauge) }),
      });
      return gauge;
    },
    durations: (name, help, labels = [], buckets = DURATION_BUCKETS) =>
      new Histogram({ name, help, labelNames: labels, registers: [registry], buckets: [...buckets] }),
  };
}
