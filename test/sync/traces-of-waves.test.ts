import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { inSpan, traceParent } from '../../src/platform/tracing';
import { givenSync, type GivenSync } from '../support/given-sync';

describe('the origin of work', () => {
  const exporter = new InMemorySpanExporter();
  let given: GivenSync;
  beforeAll(async () => {
    given = await givenSync();
    for (const number of [1, 2, 3])
      given.gps.put({ firstName: 'First', lastName: `Last${number}`, driverId: `D${number}` });
    await given.turnOn();
  });
  afterAll(async () => {
    trace.disable();
    context.disable();
    await given.close();
  });

  it('is not stored while nothing is traced', async () => {
    expect(await inSpan('anything', {}, () => Promise.resolve(traceParent()))).toBeNull();
    const { rows } = await given.database.pool.query('select distinct trace from gateway.driver_work');
    expect(rows).toEqual([{ trace: null }]);
  });

  it('is a link of the wave for each change that the wave joins', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
    );
    const ids = [...given.gps.drivers.keys()];
    for (const id of ids) {
      given.gps.put({ gpsId: id, lastName: `Changed${id}` });
      await inSpan('an edit', {}, () => given.pollGps());
    }
    exporter.reset();
    await given.settle();
    const edits = await given.database.pool.query<{ trace: string }>('select trace from gateway.driver_work');
    const origins = edits.rows.map((row) => row.trace.split('-')[1]);
    expect(new Set(origins).size).toBe(3);
    const wave = exporter.getFinishedSpans().find(({ name }) => name === 'wave');
    expect(wave?.attributes).toMatchObject({ account: 'acme', drivers: 3 });
    expect(wave?.links.map((link) => link.context.traceId).sort()).toEqual([...origins].sort());
    expect(wave?.links.every((link) => link.context.isRemote)).toBe(true);
  });
});
