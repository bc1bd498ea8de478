import { performance } from 'node:perf_hooks';
import { Kind, type ExecutionResult, type FormattedExecutionResult, type GraphQLError } from 'graphql';
import { logging } from '../platform/logger';
import { inSpan } from '../platform/tracing';
import type { AdmittedOperation } from './admit/admission';
import { httpHeadOf, NO_HEAD, type HttpHead } from './answers/http-head';
import type { Transport } from './api-metrics';
import { userOf, type GatewayApi } from './gateway-api';
import type { ApiContext } from './request-context';
import type { SharedAnswer } from './live/shared-answers';
import { subscribeToOperation } from './live/subscribe';

/** An operation as it came in, over any transport. */
export interface OperationRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  /** For mutations: the same key and the same request are carried out once. */
  readonly idempotencyKey?: unknown;
  /** The caller's W3C `traceparent`: a mutation goes on in that trace. What is none begins a trace of its own. */
  readonly traceParent?: unknown;
}

/** What may run now. */
export interface PreparedOperation extends AdmittedOperation {
  readonly request: OperationRequest;
  readonly context: ApiContext;
  readonly transport: Transport;
}

export type Prepared =
  | { readonly operation: PreparedOperation; readonly errors: null }
  | { readonly operation: null; readonly errors: readonly unknown[] };

/** One answer of a stream, as JSON: subscribers who get the same one share it. */
export interface AnswerText {
  readonly text: string;
}

/** What an operation came to. */
export interface Outcome {
  /** As the caller may see it. */
  readonly result: FormattedExecutionResult;
  /** What its errors say about the HTTP answer. */
  readonly head: HttpHead;
}

/** Checks everything that is checked before an operation runs. Nothing is thrown: the operation is answered. */
export function prepareOperation(
  api: GatewayApi,
  transport: Transport,
  context: ApiContext,
  request: OperationRequest,
): Prepared {
  const { admitted, errors } = api.admission.admit({
    source: request.query,
    operationName: request.operationName,
    variables: request.variables ?? {},
    role: context.identity.role,
  });
  if (errors !== null) {
    api.metrics.refused(transport);
    return { operation: null, errors };
  }
  context.cost = admitted.cost;
  try {
    api.budget.charge(userOf(context.identity), pointsOf(admitted.cost, request.query));
  } catch (error) {
    api.metrics.refused(transport);
    return { operation: null, errors: [error] };
  }
  return { operation: { ...admitted, request, context, transport }, errors: null };
}

/** Reading a document costs as well; nothing is free. */
const CHARACTERS_PER_POINT = 2_000;

function pointsOf(cost: number, query: string): number {
  return Math.max(1, cost + Math.floor(query.length / CHARACTERS_PER_POINT));
}

/** As `prepareOperation`, for transports on which one connection brings many operations: each counts as a request. */
export function prepareStreamed(
  api: GatewayApi,
  transport: Transport,
  context: ApiContext,
  request: OperationRequest,
): Prepared {
  try {
    api.limit(context.identity);
  } catch (error) {
    api.metrics.refused(transport);
    return { operation: null, errors: [error] };
  }
  return prepareOperation(api, transport, context, request);
}

/**
 * Runs it: a stream of answers for a subscription, one answer otherwise. Answers are as the caller may see them. It never
 * rejects, nor does the stream: a failure is the last answer, so that it ends this operation and none beside it.
 */
export async function runOperation(
  api: GatewayApi,
  prepared: PreparedOperation,
): Promise<AsyncIterableIterator<AnswerText> | FormattedExecutionResult> {
  if (prepared.operation.operation !== 'subscription') return (await answerOperation(api, prepared)).result;
  try {
    return await startSubscription(api, prepared);
  } catch (error) {
    return { errors: [api.show(error, prepared.context.requestId, prepared.context.identity.account)] };
  }
}

/** Runs a query or a mutation. Never rejects. */
export async function answerOperation(api: GatewayApi, prepared: PreparedOperation): Promise<Outcome> {
  const startedAt = performance.now();
  const { context } = prepared;
  const user = userOf(context.identity);
  const type = prepared.operation.operation;
  const outcome = await api.budget
    .inTurn(user, pointsOf(prepared.cost, prepared.request.query), () =>
      traced(prepared, () => runOnce(api, prepared)),
    )
    .catch((error: unknown) => failure(api, context, error));
  const seconds = (performance.now() - startedAt) / 1000;
  api.metrics.operationDone(prepared.transport, type, !outcome.result.errors, seconds);
  return outcome;
}

/** A mutation goes on in its caller's trace, or begins one, which leads to both portals. */
function traced(
  { operation, context, transport, request }: PreparedOperation,
  run: () => Promise<Outcome>,
): Promise<Outcome> {
  if (operation.operation !== 'mutation') return run();
  const { requestId, identity } = context;
  // Fields of the schema, not names that a caller chose.
  const fields = operation.selectionSet.selections.flatMap((one) =>
    one.kind === Kind.FIELD ? [one.name.value] : [],
  );
  const attributes = { account: identity.account, requestId, transport, fields };
  const origins = typeof request.traceParent === 'string' ? [request.traceParent] : [];
  return inSpan('mutation', { kind: 'server', attributes, origins }, async (span) => {
    const outcome = await logging({ requestId }, run);
    span.set({ outcome: outcome.result.errors ? 'error' : 'ok' });
    return outcome;
  });
}

/** A mutation with an idempotency key runs once. */
async function runOnce(api: GatewayApi, prepared: PreparedOperation): Promise<Outcome> {
  const { operation, rootFields, request, context } = prepared;
  const key = request.idempotencyKey;
  if (operation.operation !== 'mutation' || key == null) return execute(api, prepared);
  try {
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
        return failure(api, context, keyed.error);
      case 'replay':
        return { result: keyed.result, head: { status: undefined, headers: REPLAYED } };
      case 'run': {
        const outcome = await execute(api, prepared);
        await keyed.finish(outcome.result);
        return outcome;
      }
    }
  } catch (error) {
    return failure(api, context, error);
  }
}

const REPLAYED = [['idempotency-replayed', 'true']] as const;

async function execute(api: GatewayApi, { compiled, request, context }: PreparedOperation): Promise<Outcome> {
  try {
    const result = await compiled.run(undefined, context, request.variables ?? {});
    const head = result.errors ? httpHeadOf(result.errors, result.data === undefined) : NO_HEAD;
    return { result: showResult(api, context, result), head };
  } catch (error) {
    return failure(api, context, error);
  }
}

function failure(api: GatewayApi, context: ApiContext, error: unknown): Outcome {
  return {
    result: { errors: [api.show(error, context.requestId, context.identity.account)] },
    head: httpHeadOf([error], false),
  };
}

async function startSubscription(api: GatewayApi, prepared: PreparedOperation) {
  const { context, request } = prepared;
  const results = await subscribeToOperation(api.schema, api.sharedAnswers, {
    ...prepared,
    operationName: request.operationName ?? null,
    variables: request.variables ?? {},
  });
  return Symbol.asyncIterator in results
    ? shownStream(api, context, results)
    : showResult(api, context, results);
}

function showResult(
  api: GatewayApi,
  { cost, requestId, identity }: ApiContext,
  { data, errors }: ExecutionResult,
): FormattedExecutionResult {
  const budget = api.budget.state(userOf(identity));
  return {
    ...(errors && {
      errors: errors.map((error: GraphQLError) => api.show(error, requestId, identity.account)),
    }),
    ...(data !== undefined && { data }),
    ...(cost !== undefined && { extensions: { cost, budget } }),
  };
}

/** An event is looked at for every subscriber, also where its answer is shared. */
const eventPoints = ({ cost = 0 }: ApiContext): number => Math.max(3, cost);

/** A source that fails has ended, and says `done` from then on: its error is the last answer. */
function shownStream(
  api: GatewayApi,
  context: ApiContext,
  answers: AsyncIterableIterator<SharedAnswer>,
): AsyncIterableIterator<AnswerText> {
  const ended = new AbortController();
  return {
    async next() {
      try {
        // Before its answer is made: what waits must not have cost anything yet.
        await api.budget.chargeWhenThere(userOf(context.identity), eventPoints(context), ended.signal);
        const { done, value } = await answers.next();
        if (done) return { done, value: undefined };
        if ('text' in value) return { done: false, value };
        return { done: false, value: { text: JSON.stringify(showResult(api, context, value.failed)) } };
      } catch (error) {
        if (ended.signal.aborted) return { done: true, value: undefined };
        return {
          done: false,
          value: {
            text: JSON.stringify({ errors: [api.show(error, context.requestId, context.identity.account)] }),
          },
        };
      }
    },
    async return() {
      ended.abort();
      await answers.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
