import {
  createSourceEventStream,
  Kind,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { AdmittedOperation } from '../admit/admission';
import { withFreshLoaders, type ApiContext } from '../request-context';
import type { SharedAnswer, SharedAnswers } from './shared-answers';

/** A subscription that may run, with what its caller sent. */
export interface AdmittedSubscription extends AdmittedOperation {
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: ApiContext;
}

/**
 * As graphql-js's `subscribe`, with three differences:
 * - each event is executed with loaders of its own: loaders keep what they have read;
 * - subscribers who get the same answer to an event share its execution and its text;
 * - a state is sent only when its answer differs from the last one.
 */
export async function subscribeToOperation(
  schema: GraphQLSchema,
  shared: SharedAnswers,
  subscription: AdmittedSubscription,
): Promise<AsyncIterableIterator<SharedAnswer> | ExecutionResult> {
  const { document, operation, compiled, operationName, variables, context } = subscription;
  const source = await createSourceEventStream({
    schema,
    document,
    operationName,
    variableValues: variables,
    contextValue: context,
  });
  if (!(Symbol.asyncIterator in source)) return source;
  const events = source[Symbol.asyncIterator]();
  const asked = { operation: subscription, variables, context };
  const isLog = rootField(operation) === 'syncEvents';
  let before: string | undefined;

  async function next(): Promise<IteratorResult<SharedAnswer, undefined>> {
    for (;;) {
      const event = await events.next();
      if (event.done) return { done: true, value: undefined };
      const run = async () => compiled.run(event.value, withFreshLoaders(context), variables);
      const value = await shared.answer(asked, viewOf(event.value), run);
      if (isLog) return { done: false, value };
      const text = 'text' in value ? value.text : undefined;
      if (text !== undefined && text === before) continue;
      before = text;
      return { done: false, value };
    }
  }

  const answers: AsyncIterableIterator<SharedAnswer> = {
    next,
    async return() {
      await events.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => answers,
  };
  return answers;
}

/** The view in a payload: one object for all who follow the same account. */
function viewOf(payload: unknown): object | null {
  if (typeof payload !== 'object' || payload === null || !('view' in payload)) return null;
  return typeof payload.view === 'object' ? payload.view : null;
}

function rootField({ selectionSet }: OperationDefinitionNode): string | undefined {
  const [selection] = selectionSet.selections;
  return selection?.kind === Kind.FIELD ? selection.name.value : undefined;
}
