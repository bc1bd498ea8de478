import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { createLogger } from '../../src/platform/logger';
import { givenGateway, type GivenGateway } from '../support/given-gateway';
import { METRIC_LABELS, metricOf } from '../support/metric-labels';
import { until } from '../support/until';
import { Writable } from 'node:stream';

const CREATE = `mutation ($input: CreateDriverInput!) { createDriver(input: $input) { driver { id } userErrors { code } } }`;

const exporter = new InMemorySpanExporter();
const lines: string[] = [];
let given: GivenGateway;

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  );
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  given = await givenGateway({
    fleet: 'empty',
    logger: createLogger({ level: 'info', format: 'json' }, sink),
  });
  await given.turnOn();
});
afterAll(async () => {
  await given.close();
  trace.disable();
  context.disable();
});

const spans = (): readonly ReadableSpan[] => exporter.getFinishedSpans();
const named = (name: string) => spans().filter((span) => span.name === name);
const traceOf = (span: ReadableSpan | undefined) => span?.spanContext().traceId;

test('one trace leads from a mutation through the owner to both portals', async () => {
  const input = { firstName: 'Lena', lastName: 'Berg', driveriDriverId: 'TX-1' };
  await given.ask(CREATE, { input });
  await until('Driveri has the driver', () => given.sandbox.driveri.driver('TX-1') !== undefined);
  const mutation = await until('the mutation has ended', () =>
    named('mutation').find(({ attributes }) => String(attributes['fields']) === 'createDriver'),
  );
  const id = traceOf(mutation);
  const names = () => spans().flatMap((span) => (traceOf(span) === id ? [span.name] : []));
  await until('the wave has ended', () => names().includes('wave'));
  expect(names()).toEqual(
    expect.arrayContaining(['mutation', 'gps driver/create', 'wave', 'driveri drivers.create']),
  );
  const wave = spans().find((span) => span.name === 'wave' && traceOf(span) === id);
  const write = spans().find((span) => span.name === 'driveri drivers.create' && traceOf(span) === id);
  expect(wave?.parentSpanContext?.spanId).toBe(mutation.spanContext().spanId);
  expect(wave?.parentSpanContext?.isRemote).toBe(true);
  expect(write?.parentSpanContext?.spanId).toBe(wave?.spanContext().spanId);
  expect(write?.attributes).toMatchObject({
    portal: 'driveri',
    operation: 'drivers.create',
    result: 'ok',
    sent: true,
  });
  // No names of people, no DriverIDs, no addresses.
  expect(JSON.stringify(spans().map(({ attributes, name }) => [name, attributes]))).not.toMatch(
    /Lena|Berg|TX-1|http:/,
  );
});

test('a command that the owner carries out goes on in its trace', async () => {
  // turnOn, above, was one.
  const command = await until('the command has ended', () => named('owner turn-on')[0]);
  const mutation = named('mutation').find((span) => traceOf(span) === traceOf(command));
  expect(mutation?.attributes['fields']).toEqual(['setDriverSync']);
  const calls = spans().filter(
    (span) => traceOf(span) === traceOf(command) && /^(gps|driveri) /.test(span.name),
  );
  expect(new Set(calls.map(({ attributes }) => attributes['portal']))).toEqual(new Set(['gps', 'driveri']));
});

describe("a caller's trace", () => {
  const CALLER = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
  const TRACEPARENT = `00-${CALLER.traceId}-${CALLER.spanId}-01`;
  const headers = async () => ({
    'content-type': 'application/json',
    authorization: `Bearer ${await given.token('MASTER')}`,
  });

  const overHttp = async (body: object, traceparent: string) => {
    const url = `${given.url}/graphql`;
    const sent = { ...(await headers()), traceparent };
    return (await fetch(url, { method: 'POST', headers: sent, body: JSON.stringify(body) })).text();
  };
  const overSse = async (body: object, traceparent: string) => {
    const url = `${given.url}/graphql/stream`;
    const sent = { ...(await headers()), accept: 'text/event-stream', traceparent };
    return (await fetch(url, { method: 'POST', headers: sent, body: JSON.stringify(body) })).text();
  };
  const overWebSocket = async (body: { query: string; variables: object }, traceparent: string) => {
    const client = createClient({
      url: `${given.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${await given.token('MASTER')}` },
    });
    const variables = body.variables as Record<string, unknown>;
    const answers = client.iterate({ query: body.query, variables, extensions: { traceparent } });
    const { value } = await answers.next();
    await client.dispose();
    return JSON.stringify(value);
  };

  test.each([
    ['HTTP', overHttp],
    ['Server-Sent Events', overSse],
    ['WebSocket', overWebSocket],
  ])('goes on through the mutation, the job and both portals, over %s', async (transport, send) => {
    exporter.reset();
    const driveriDriverId = `CALLED-${transport.replace(/\W/g, '')}`;
    const input = { firstName: 'Called', lastName: transport, driveriDriverId };
    const answer = await send({ query: CREATE, variables: { input } }, TRACEPARENT);
    expect(answer).toContain('"userErrors":[]');
    await until('Driveri has the driver', () => given.sandbox.driveri.driver(driveriDriverId) !== undefined);
    const inTrace = () => spans().filter((span) => traceOf(span) === CALLER.traceId);
    await until('the wave has ended', () => inTrace().some(({ name }) => name === 'wave'));
    const mutation = inTrace().find(({ name }) => name === 'mutation');
    expect(mutation?.parentSpanContext).toMatchObject({ spanId: CALLER.spanId, isRemote: true });
    expect(inTrace().map(({ name }) => name)).toEqual(
      expect.arrayContaining(['mutation', 'gps driver/create', 'wave', 'driveri drivers.create']),
    );
  });

  test.each([
    '',
    'nonsense',
    `00-${'0'.repeat(32)}-${CALLER.spanId}-01`,
    `${TRACEPARENT}-more`,
    `ff${TRACEPARENT.slice(2)}`,
  ])('that is none (%p) begins a trace here, and is no error', async (traceparent) => {
    exporter.reset();
    const query = 'mutation { deleteDriver(id: "nobody") { userErrors { code } } }';
    expect(await overHttp({ query }, traceparent)).toContain('deleteDriver');
    const mutation = await until('the mutation has ended', () => named('mutation')[0]);
    expect(mutation.parentSpanContext).toBeUndefined();
    expect(traceOf(mutation)).not.toBe(CALLER.traceId);
  });

  test('of a later version goes on, whatever more it says', async () => {
    exporter.reset();
    const query = 'mutation { deleteDriver(id: "nobody") { userErrors { code } } }';
    await overHttp({ query }, `01${TRACEPARENT.slice(2)}-more`);
    const mutation = await until('the mutation has ended', () => named('mutation')[0]);
    expect(traceOf(mutation)).toBe(CALLER.traceId);
  });
});

test('the cause of a failed call is logged with the ids of the request and the account', async () => {
  lines.length = 0;
  const fault = given.sandbox.gps.faults.set({ kind: 'reset-before', operation: 'driver/create' });
  const answer = await given.request(CREATE, { input: { firstName: 'Max', lastName: 'Muster' } });
  given.sandbox.gps.faults.clear(fault);
  const requestId = answer.errors?.[0]?.extensions['requestId'];
  const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(logged).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        msg: 'a call to a portal failed',
        requestId,
        account: 'sandbox',
        portal: 'gps',
        operation: 'driver/create',
        reason: expect.any(String) as unknown,
      }),
    ]),
  );
  expect(lines.join('')).not.toMatch(/Muster/);
});

test('numbers say how long a change took to get to Driveri, and what runs came to', async () => {
  const text = await (await fetch(`${given.url}/metrics`)).text();
  expect(text).toMatch(/gateway_change_delay_seconds_count\{type="DRIVERI_DRIVER_CREATED"\} 4/);
  // An empty fleet is doubted: its first run waits for a person.
  expect(text).toMatch(/gateway_runs_total\{outcome="awaiting_approval"\} 1/);
  expect(text).toMatch(/gateway_ownership_changes_total\{change="taken"\} \d+/);
  expect(text).toMatch(/gateway_roster_age_seconds\{account="sandbox",portal="gps"\} [\d.]+/);
  expect(text).toMatch(/gateway_queue_jobs\{queue="accounts",state="waiting"\} \d+/);
  expect(text).toMatch(/nodejs_eventloop_lag_p99_seconds/);
});

test('every number has the labels that dashboards and alerts count on, and no value of theirs is of a driver', async () => {
  const text = await (await fetch(`${given.url}/metrics`)).text();
  const names = [...text.matchAll(/^# TYPE (gateway_\w+) /gm)].map(([, name = '']) => name);
  expect(names.sort()).toEqual(Object.keys(METRIC_LABELS).sort());
  const series = [...text.matchAll(/^(gateway_\w+)(?:\{(.*)\})? \S+$/gm)];
  expect(series.length).toBeGreaterThan(50);
  for (const [line, name = '', labels = ''] of series) {
    const metric = metricOf(name);
    const found = [...labels.matchAll(/(\w+)="([^"]*)"/g)];
    const wanted = (METRIC_LABELS[metric] ?? []).filter(
      (label) => label !== 'le' || name.endsWith('_bucket'),
    );
    expect([line, found.map(([, label]) => label).sort()]).toEqual([line, [...wanted].sort()]);
    for (const [, label, value] of found) {
      expect([line, label, value]).toEqual([line, label, expect.stringMatching(/^[\w.+/ -]{1,40}$/)]);
    }
  }
  expect(text).not.toMatch(/Lena|Berg|TX-1|CALLED/);
});
