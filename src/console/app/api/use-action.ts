import type { AnyVariables, TypedDocumentNode } from '@urql/core';
import { useCallback, useState } from 'react';
import type { RefusalFragment } from '../generated/documents';
import { useToasts } from '../ui/toasts';
import { useGateway } from './gateway';

/** A payload of a mutation: what was done, and what the caller has to put right. */
interface Payload {
  readonly userErrors: readonly RefusalFragment[];
}

/** A mutation of the console. */
export interface Action<Data, Variables> {
  /**
   * Resolves with what came of it; null when it failed or was refused, which has been shown by then. With
   * `showsRefusals: false` a refusal is part of what it resolves with.
   */
  readonly run: (variables: Variables) => Promise<Data | null>;
  readonly isRunning: boolean;
}

/** Runs a mutation, and shows what goes wrong; `showsRefusals: false` leaves the user errors to the caller. */
export function useAction<Data extends object, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  options: { readonly showsRefusals?: boolean } = {},
): Action<Data, Variables> {
  const { client } = useGateway();
  const { showError, showRefusals } = useToasts();
  const { showsRefusals = true } = options;
  const [isRunning, setRunning] = useState(false);
  const run = useCallback(
    async (variables: Variables): Promise<Data | null> => {
      setRunning(true);
      try {
        const { data, error } = await client.mutation(document, variables).toPromise();
        if (error !== undefined || data === undefined) {
          showError(error ?? new Error('The gateway answered nothing.'));
          return null;
        }
        if (showsRefusals && showRefusals(refusalsOf(data))) return null;
        return data;
      } finally {
        setRunning(false);
      }
    },
    [client, document, showError, showRefusals, showsRefusals],
  );
  return { run, isRunning };
}

const refusalsOf = (data: object): readonly RefusalFragment[] =>
  Object.values(data)
    .flat()
    .flatMap((payload: Partial<Payload> | null) => payload?.userErrors ?? []);
