import { silentLogger } from '../../src/platform/logger';
import { createMetrics } from '../../src/platform/metrics';
import { startProbeServer, type ProbeServer, type Readiness } from '../../src/platform/probe-server';

describe('a process without an API', () => {
  let server: ProbeServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  async function start(readiness: readonly Readiness[]): Promise<string> {
    const metrics = createMetrics();
    metrics.counter('things_total', 'Things').inc(3);
    server = await startProbeServer({ host: '127.0.0.1', port: 0, metrics, readiness, logger: silentLogger });
    return server.url;
  }

  it('says that it lives, what it counted, and that everything it needs works', async () => {
    const url = await start([{ name: 'database', check: () => Promise.resolve() }]);
    expect(await (await fetch(`${url}/livez`)).json()).toEqual({ status: 'ok' });
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ok', checks: { database: 'ok' } }]);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('things_total 3');
  });

  it('is not ready when one thing fails, names it, and tells no more', async () => {
    const fails = { name: 'queue', check: () => Promise.reject(new Error('password hush')) };
    const url = await start([{ name: 'database', check: () => Promise.resolve() }, fails]);
    const ready = await fetch(`${url}/readyz`);
    const text = await ready.text();
    expect(ready.status).toBe(503);
    expect(JSON.parse(text)).toEqual({ status: 'unavailable', checks: { database: 'ok', queue: 'failed' } });
    expect(text).not.toContain('hush');
  });

  it('asks its servers once, however many probes ask at a time', async () => {
    let asked = 0;
    const url = await start([{ name: 'database', check: () => Promise.resolve(void (asked += 1)) }]);
    await Promise.all(Array.from({ length: 20 }, () => fetch(`${url}/readyz`).then((one) => one.text())));
    expect(asked).toBe(1);
  });

  it('has nothing else', async () => {
    const url = await start([]);
    expect((await fetch(`${url}/graphql`)).status).toBe(404);
    expect((await fetch(`${url}/livez`, { method: 'POST' })).status).toBe(405);
  });
});
