import { createMetrics } from '../../src/platform/metrics';

test('what is counted, gauged and timed shows up in the text', async () => {
  const metrics = createMetrics();
  metrics.counter('writes_total', 'Writes.', ['portal']).inc({ portal: 'gps' });
  metrics.gauge('waiting', 'Waiting.', [], (gauge) => gauge.set(4));
  metrics.durations('read_seconds', 'Reads.').observe(0.02);
  const text = await metrics.text();
  expect(text).toContain('writes_total{portal="gps"} 1');
  expect(text).toContain('waiting 4');
  expect(text).toContain('read_seconds_bucket{le="0.025"} 1');
});

test('two registries in one process do not mix', async () => {
  createMetrics({ processMetrics: true }).counter('a_total', 'A.');
  expect(await createMetrics({ processMetrics: true }).text()).not.toContain('a_total');
});
