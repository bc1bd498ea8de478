import {
  createSourceEventStream,
  execute,
  Kind,
  type ExecutionArgs,
  type ExecutionResult,
  type OperationDefinitionNode,
} from 'graphql';
import { withFreshLoaders, type ApiContext } from './request-context';

/** As `ExecutionArgs`, with a context that is known to be ours. */
export interface SubscriptionArgs extends ExecutionArgs {
  readonly contextValue: ApiContext;
}

/**
 * As graphql-js's `subscribe`, but each event is executed with loaders of its own (one that lived as long as the subscription
 * would go on saying what was true at its start), and a state is only sent when the answer to what was asked differs from
 * the last one.
 */
export async function subscribeToOperation(
  args: SubscriptionArgs,
  operation: OperationDefinitionNode,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) return source;
  const events = source[Symbol.asyncIterator]();
  const isLog = operation.selectionSet.selections.some(
    (selection) => selection.kind === Kind.FIELD && selection.name.value === 'syncEvents',
  );
  let before: string | undefined;

  async function next(): Promise<IteratorResult<ExecutionResult, undefined>> {
    for (;;) {
      const event = await events.next();
      if (event.done) return { done: true, value: undefined };
      const value = await execute({
        ...args,
        rootValue: event.value,
        contextValue: withFreshLoaders(args.contextValue),
      });
      if (isLog) return { done: false, value };
      const answer = JSON.stringify(value);
      if (answer === before) continue;
      before = answer;
      return { done: false, value };
    }
  }

  const answers: AsyncIterableIterator<ExecutionResult> = {
    next,
    async return() {
      await events.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => answers,
  };
  return answers;
}
