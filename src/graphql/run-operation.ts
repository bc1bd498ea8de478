import { performance } from 'node:perf_hooks';
import {
  execute,
  type DocumentNode,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLError,
} from 'graphql';
import type { AdmittedOperation } from './admission';
import type { Transport } from './api-metrics';
import type { GatewayApi } from './gateway-api';
import type { ApiContext } from './request-context';
import { subscribeToOperation } from './subscribe';

/** An operation as it came in over a socket or an event stream. */
export interface StreamedRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  /** For mutations: the same key and the same request are carried out once. */
  readonly idempotencyKey?: unknown;
}

/** What may run now. */
export interface PreparedOperation extends AdmittedOperation {
  readonly document: DocumentNode;
  readonly request: StreamedRequest;
  readonly context: ApiContext;
  readonly transport: Transport;
}

export type Prepared =
  | { readonly operation: PreparedOperation; readonly errors: null }
  | { readonly operation: null; readonly errors: readonly unknown[] };

/** Everything that is checked before an operation runs over a socket or an event stream. Nothing is thrown: the operation is answered. */
export function prepareOperation(
  api: GatewayApi,
  transport: Transport,
  context: ApiContext,
  request: StreamedRequest,
): Prepared {
  try {
    api.limit(context.identity);
    const document = api.admission.parse(request.query);
    const { admitted, errors } = api.admission.admit({
      document,
      operationName: request.operationName,
      variables: request.variables ?? {},
      role: context.identity.role,
    });
    if (errors === null) {
      context.cost = admitted.cost;
      return { operation: { ...admitted, document, request, context, transport }, errors: null };
    }
    api.metrics.refused(transport);
    return { operation: null, errors };
  } catch (error) {
    api.metrics.refused(transport);
    return { operation: null, errors: [error] };
  }
}

/**
 * Runs it: a stream of answers for a subscription, one answer otherwise. Answers are as the caller may see them. It never
 * rejects, nor does the stream: what fails is the last answer, so that it ends this operation and none beside it.
 */
export async function runOperation(
  api: GatewayApi,
  prepared: PreparedOperation,
): Promise<AsyncIterableIterator<FormattedExecutionResult> | FormattedExecutionResult> {
  try {
    return prepared.operation.operation === 'subscription'
      ? await startSubscription(api, prepared)
      : await answerOnce(api, prepared);
  } catch (error) {
    return { errors: [api.show(error, prepared.context.requestId)] };
  }
}

async function startSubscription(api: GatewayApi, prepared: PreparedOperation) {
  const { context } = prepared;
  const results = await subscribeToOperation(executionArgs(api, prepared), prepared.operation);
  return Symbol.asyncIterator in results
    ? shownStream(api, context, results)
    : showResult(api, context, results);
}

async function answerOnce(api: GatewayApi, prepared: PreparedOperation): Promise<FormattedExecutionResult> {
  const { operation, context } = prepared;
  const startedAt = performance.now();
  const result = await runOnce(api, prepared, async () =>
    showResult(api, context, await execute(executionArgs(api, prepared))),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  api.metrics.operationDone(prepared.transport, operation.operation, !result.errors, seconds);
  return result;
}

function executionArgs({ schema }: GatewayApi, { document, request, context }: PreparedOperation) {
  return {
    schema,
    document,
    operationName: request.operationName ?? null,
    variableValues: request.variables ?? {},
    contextValue: context,
  };
}

/** A mutation with an idempotency key runs once. */
async function runOnce(
  api: GatewayApi,
  { operation, rootFields, request, context }: PreparedOperation,
  run: () => Promise<FormattedExecutionResult>,
): Promise<FormattedExecutionResult> {
  const key = request.idempotencyKey;
  if (operation.operation !== 'mutation' || key == null) return run();
  const keyed = await api.idempotency.begin({
    identity: context.identity,
    key,
    source: request.query,
    operationName: request.operationName,
    variables: request.variables ?? {},
    rootFields,
  });
  switch (keyed.kind) {
    case 'refused':
      return { errors: [api.show(keyed.error, context.requestId)] };
    case 'replay':
      return keyed.result;
    case 'run': {
      const result = await run();
      await keyed.finish(result);
      return result;
    }
  }
}

function showResult(
  api: GatewayApi,
  { cost, requestId }: ApiContext,
  { data, errors }: ExecutionResult,
): FormattedExecutionResult {
  return {
    ...(errors && { errors: errors.map((error: GraphQLError) => api.show(error, requestId)) }),
    ...(data !== undefined && { data }),
    ...(cost !== undefined && { extensions: { cost } }),
  };
}

/** A source that fails has ended, and says `done` from then on: its error is the last answer. */
function shownStream(
  api: GatewayApi,
  context: ApiContext,
  results: AsyncIterableIterator<ExecutionResult>,
): AsyncIterableIterator<FormattedExecutionResult> {
  return {
    async next() {
      try {
        const { done, value } = await results.next();
        return done ? { done, value: undefined } : { done: false, value: showResult(api, context, value) };
      } catch (error) {
        return { done: false, value: { errors: [api.show(error, context.requestId)] } };
      }
    },
    async return() {
      await results.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
