import { stringifyDocument } from '@urql/core';
import { VIEWER, type ConsoleViewerQuery } from '../generated/documents';

/** Asks the gateway whose token this is. Rejects with a message for a person when it is not taken. */
export async function checkToken(token: string): Promise<ConsoleViewerQuery['viewer']> {
  const response = await askViewer(token);
  const answer = (await response.json().catch(() => ({}))) as Answer;
  if (answer.data != null) return answer.data.viewer;
  const [error] = answer.errors ?? [];
  const requestId = error?.extensions?.requestId;
  const found = requestId === undefined ? '' : ` (request ${requestId})`;
  throw new Error(`${error?.message ?? `The gateway answered ${response.status}.`}${found}`);
}

interface Answer {
  readonly data?: ConsoleViewerQuery | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly requestId?: string };
  }[];
}

async function askViewer(token: string): Promise<Response> {
  try {
    return await fetch('/graphql', {
      method: 'POST',
      headers: {
        accept: 'application/graphql-response+json, application/json',
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ query: stringifyDocument(VIEWER) }),
      credentials: 'omit',
      cache: 'no-store',
    });
  } catch (cause) {
    throw new Error('The gateway cannot be reached.', { cause });
  }
}
