import type { ExecutionResult } from 'graphql';
import type { AdmittedOperation } from '../admit/admission';
import type { ApiContext } from '../request-context';

/** An answer to one event: its text, or, with errors, the result: errors carry the request id of each subscriber. */
export type SharedAnswer = { readonly text: string } | { readonly failed: ExecutionResult };

/** Executes and serialises once for all subscribers who get the same answer to the same event. */
export interface SharedAnswers {
  /** `event` is compared by identity; null events are not shared. Rejects as `run` does. */
  answer(
    asked: SharedQuestion,
    event: object | null,
    run: () => Promise<ExecutionResult>,
  ): Promise<SharedAnswer>;
}

/** What an answer depends on, besides the event. */
export interface SharedQuestion {
  readonly operation: AdmittedOperation;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: ApiContext;
}

/** Kept for subscribers who come to the same event a moment later. */
const MAX_ANSWERS = 5_000;
const MAX_CHARACTERS = 8_000_000;

/** Starts with nothing kept. */
export function createSharedAnswers(): SharedAnswers {
  const numbers = new WeakMap<object, number>();
  const kept = new Map<string, { readonly answer: Promise<SharedAnswer>; characters: number }>();
  let given = 0;
  let characters = 0;

  function numberOf(one: object): number {
    const known = numbers.get(one);
    if (known !== undefined) return known;
    given += 1;
    numbers.set(one, given);
    return given;
  }

  function forget(key: string): void {
    characters -= kept.get(key)?.characters ?? 0;
    kept.delete(key);
  }

  async function make(
    key: string,
    asked: SharedQuestion,
    run: () => Promise<ExecutionResult>,
  ): Promise<SharedAnswer> {
    try {
      const answer = toAnswer(await run(), asked.context.cost);
      const entry = kept.get(key);
      if (entry && 'text' in answer) {
        entry.characters = answer.text.length;
        characters += entry.characters;
      }
      return answer;
    } catch (error) {
      forget(key);
      throw error;
    }
  }

  return {
    async answer(asked, event, run) {
      if (event === null) return toAnswer(await run(), asked.context.cost);
      const key = `${numberOf(event)} ${numberOf(asked.operation.compiled)} ${keyOf(asked)}`;
      const known = kept.get(key);
      if (known) return known.answer;
      const answer = make(key, asked, run);
      kept.set(key, { answer, characters: 0 });
      for (const oldest of kept.keys()) {
        if (kept.size <= MAX_ANSWERS && characters <= MAX_CHARACTERS) break;
        forget(oldest);
      }
      return answer;
    },
  };
}

function toAnswer(result: ExecutionResult, cost: number | undefined): SharedAnswer {
  if (result.errors) return { failed: result };
  return { text: JSON.stringify({ data: result.data, ...(cost !== undefined && { extensions: { cost } }) }) };
}

/** Account and role, and the variables that the answer's fields use: where a stream starts has no influence on its answers. */
function keyOf({ operation, variables, context }: SharedQuestion): string {
  const values = operation.answerVariables.map((name) => (name in variables ? [variables[name]] : []));
  return JSON.stringify([context.account, context.identity.role, context.cost, values]);
}
