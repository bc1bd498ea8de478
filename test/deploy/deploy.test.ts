import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { environment } from '../../src/config/environment';
import { METRIC_LABELS, metricOf } from '../support/metric-labels';

const ROOT = path.join(__dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const PROMTOOL = '/usr/bin/promtool';

/** Names of metrics in a query of Prometheus. */
const metricsIn = (text: string) => new Set(text.match(/\b(?:gateway|nodejs|process)_[a-z0-9_]+/g) ?? []);

describe('what is deployed', () => {
  (existsSync(PROMTOOL) || process.env['REQUIRE_SERVERS'] === '1' ? it : it.skip)(
    'has alert rules that fire when they should, and not otherwise',
    () => {
      const cwd = path.join(ROOT, 'deploy/prometheus');
      execFileSync(PROMTOOL, ['check', 'rules', 'alerts.yaml'], { cwd, stdio: 'pipe' });
      execFileSync(PROMTOOL, ['test', 'rules', 'alerts.test.yaml'], { cwd, stdio: 'pipe' });
    },
  );

  it('has a test and a section of the runbook for every alert', () => {
    const { groups } = parse(read('deploy/prometheus/alerts.yaml')) as {
      groups: { rules: { alert: string }[] }[];
    }; // the file is ours
    const alerts = groups.flatMap(({ rules }) => rules.map((one) => one.alert));
    const tested = read('deploy/prometheus/alerts.test.yaml');
    const runbook = read('docs/operating.md');
    expect(alerts.length).toBeGreaterThan(5);
    expect(alerts.filter((alert) => !tested.includes(`alertname: ${alert}`))).toEqual([]);
    expect(alerts.filter((alert) => !runbook.includes(`### ${alert}\n`))).toEqual([]);
  });

  it('has every health code in the runbook', () => {
    const codes = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('account-health.ts') || file.endsWith('portal-health.ts'))
      .flatMap((file) =>
        [...read(path.join('src', file)).matchAll(/code: '([A-Z_]+)'/g)].map(([, code = '']) => code),
      );
    const own = codes.map((code) =>
      /^(UNREACHABLE|CREDENTIALS|FORBIDDEN|RATE_LIMITED)/.test(code) ? `GPS_${code}` : code,
    );
    const runbook = read('docs/operating.md');
    expect(own.length).toBeGreaterThan(9);
    expect(own.filter((code) => !runbook.includes(`\`${code}\``))).toEqual([]);
  });

  it('asks only for metrics that the program has, by labels that they have', () => {
    const dashboard = [
      ...read('deploy/grafana/driver-sync-gateway.json').matchAll(/"(?:expr|query)": "((?:[^"\\]|\\.)*)"/g),
    ].map(([, text = '']) => JSON.parse(`"${text}"`) as string);
    const { groups } = parse(read('deploy/prometheus/alerts.yaml')) as {
      groups: { rules: { expr: string }[] }[];
    }; // the file is ours
    const queries = [...dashboard, ...groups.flatMap(({ rules }) => rules.map((rule) => rule.expr))];
    const asked = queries.flatMap((query) =>
      [...metricsIn(query)].filter((one) => one.startsWith('gateway_')),
    );
    expect(asked.length).toBeGreaterThan(40);
    expect(asked.filter((series) => METRIC_LABELS[metricOf(series)] === undefined)).toEqual([]);

    const strange = queries.flatMap((query) => {
      const names = [...metricsIn(query)];
      const labels = new Set([
        ...['job', 'instance'],
        ...names.flatMap((series) => METRIC_LABELS[metricOf(series)] ?? []),
      ]);
      const grouped = [...query.matchAll(/\b(?:by|without) \(([^)]*)\)/g)].flatMap(([, list = '']) =>
        list.split(',').map((label) => label.trim()),
      );
      const matched = [...query.matchAll(/\{([^}]*)\}/g)].flatMap(([, list = '']) =>
        [...list.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
      );
      return [...grouped, ...matched]
        .filter((label) => !labels.has(label))
        .map((label) => `${label}: ${query}`);
    });
    expect(strange).toEqual([]);
  });

  it('sets only variables that the program reads', () => {
    const known = new Set([...Object.keys(environment.shape), 'POSTGRES_PASSWORD']);
    const { services } = parse(read('deploy/compose.yaml'), { merge: true }) as {
      services: Record<string, { environment?: Record<string, string> }>;
    }; // the file is ours
    const set = ['api', 'worker'].flatMap((name) => Object.keys(services[name]?.environment ?? {}));
    const chart = [
      ...read('deploy/helm/driver-sync-gateway/templates/_helpers.tpl').matchAll(/name: ([A-Z_]{3,}),/g),
    ];
    const values = parse(read('deploy/helm/driver-sync-gateway/values.yaml')) as {
      env: Record<string, string>;
    };
    const all = [...set, ...chart.map(([, name = '']) => name), ...Object.keys(values.env)];
    expect(all.length).toBeGreaterThan(8);
    expect(all.filter((name) => !known.has(name))).toEqual([]);
  });

  it('describes every variable in the README', () => {
    const text = read('README.md');
    const names = Object.keys(environment.shape).filter((name) => name === name.toUpperCase());
    expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});
