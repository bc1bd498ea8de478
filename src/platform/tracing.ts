import {
  context,
  isSpanContextValid,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Link,
  type SpanContext,
} from '@opentelemetry/api';
import type { Logger } from './logger';

/** Where a piece of work came from: a W3C `traceparent`, as it is stored with the work. */
export type TraceParent = string;

/** How a span begins. */
export interface SpanStart {
  readonly attributes?: Attributes;
  /** `client`: a call to another system; `server`: an operation of a user; `consumer`: work that was stored. */
  readonly kind?: 'client' | 'server' | 'consumer';
  /** Stored work goes on where it came from: one origin is the parent, several are links. Left out: the active span is the parent. */
  readonly origins?: readonly (TraceParent | null)[];
}

/** What a running span takes. */
export interface RunningSpan {
  set(attributes: Attributes): void;
}

const KINDS = { client: SpanKind.CLIENT, server: SpanKind.SERVER, consumer: SpanKind.CONSUMER } as const;

/**
 * Runs the work in a span; a failure is noted and thrown on. Without `startTracing`, the API makes spans that do nothing, which
 * costs less than a microsecond.
 */
export async function inSpan<Result>(
  name: string,
  { attributes = {}, kind, origins }: SpanStart,
  work: (span: RunningSpan) => Promise<Result>,
): Promise<Result> {
  const { parent, links } = placeOf(origins);
  const options = { attributes, kind: kind === undefined ? SpanKind.INTERNAL : KINDS[kind], links };
  return tracer().startActiveSpan(name, options, parent, async (span) => {
    try {
      return await work({ set: (more) => void span.setAttributes(more) });
    } catch (error) {
      // Its message may quote a portal or a person: the name is enough, the log has the rest.
      const message = error instanceof Error ? error.name : 'failed';
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      throw error;
    } finally {
      span.end();
    }
  });
}

const tracer = () => trace.getTracer('driver-sync-gateway');

function placeOf(origins: SpanStart['origins']): { readonly parent: Context; readonly links: Link[] } {
  const active = context.active();
  if (origins === undefined) return { parent: active, links: [] };
  const contexts = [...new Set(origins)].flatMap((one) => parseTraceParent(one) ?? []);
  const [only, ...others] = contexts;
  if (only === undefined) return { parent: active, links: [] };
  if (others.length === 0) return { parent: trace.setSpanContext(active, only), links: [] };
  return { parent: active, links: contexts.map((one) => ({ context: one })) };
}

/** The active span, to be stored with work that another process will do; null when nothing is traced. */
export function traceParent(): TraceParent | null {
  const span = trace.getActiveSpan()?.spanContext();
  if (span === undefined || !isSpanContextValid(span)) return null;
  return `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, '0')}`;
}

function parseTraceParent(text: TraceParent | null): SpanContext | null {
  const parts = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(text ?? '');
  if (parts === null) return null;
  const [, version, traceId = '', spanId = '', flags = '00', more] = parts;
  // Later versions may say more, which is left alone; the present one may not.
  if (version === '00' && more !== undefined) return null;
  const parsed = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(parsed) ? parsed : null;
}

/** Sends what is left, and ends tracing. */
export type StopTracing = () => Promise<void>;

/**
 * Turns tracing on: spans go to the OTLP endpoint that OpenTelemetry's own environment variables name
 * (`OTEL_EXPORTER_OTLP_ENDPOINT` and its kin). The SDK is loaded only here, so that a process without an endpoint does not pay for it.
 */
export async function startTracing(service: { readonly role: string }, logger: Logger): Promise<StopTracing> {
  const [{ AsyncLocalStorageContextManager }, { OTLPTraceExporter }, resources, sdk] = await Promise.all([
    import('@opentelemetry/context-async-hooks'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-trace-base'),
  ]);
  const name = process.env['OTEL_SERVICE_NAME'] ?? 'driver-sync-gateway';
  const provider = new sdk.BasicTracerProvider({
    resource: resources.resourceFromAttributes({ 'service.name': name, 'gateway.role': service.role }),
    spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter())],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  logger.info({ service: name }, 'traces are sent');
  return async () => {
    await provider.shutdown();
    trace.disable();
    context.disable();
  };
}
