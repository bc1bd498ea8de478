import type { AnyVariables, Client, TypedDocumentNode } from '@urql/core';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useGateway } from './gateway';

/** The API's largest page. */
const PAGE = 100;

/** A page of a list, as the API answers it. */
export interface Connection<Node> {
  readonly totalCount?: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly Node[];
}

/** What is known of a list. Rows come page by page, from the front. */
export interface PagesState<Node> {
  readonly rows: readonly Node[];
  /** How many there are in all; null until the first answer, and for lists that are not counted. */
  readonly total: number | null;
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  /** Whether it has been answered at least once. */
  readonly isKnown: boolean;
  readonly error: unknown;
}

/** A list of which as much is loaded as is asked for. */
export interface Pages<Node> {
  readonly state: () => PagesState<Node>;
  readonly subscribe: (listener: () => void) => () => void;
  /** Reads another page behind what is there. */
  readonly more: () => void;
  /** Reads what is there again, and replaces it in place. */
  readonly reload: () => void;
  /** Reads on to the end, and resolves with everything. Rejects when a page cannot be read. */
  readonly all: () => Promise<readonly Node[]>;
}

/** Loads nothing until it is asked to. `read` rejects when a page cannot be read. */
export function createPages<Node extends { readonly id: string }>(
  read: (after: string | null) => Promise<Connection<Node>>,
): Pages<Node> {
  let state: PagesState<Node> = {
    rows: [],
    total: null,
    hasMore: false,
    isLoading: true,
    isKnown: false,
    error: null,
  };
  let cursor: string | null = null;
  let wanted: { readonly isFresh: boolean; readonly count: number } | null = null;
  let work: Promise<void> | null = null;
  const listeners = new Set<() => void>();
  const change = (next: Partial<PagesState<Node>>): void => {
    state = { ...state, ...next };
    for (const listener of [...listeners]) listener();
  };

  async function load(isFresh: boolean, count: number): Promise<void> {
    let rows = isFresh ? [] : state.rows;
    let after = isFresh ? null : cursor;
    let page: Connection<Node>;
    do {
      page = await read(after);
      after = page.pageInfo.endCursor;
      rows = distinct([...rows, ...page.nodes]);
    } while (page.pageInfo.hasNextPage && rows.length < count);
    cursor = after;
    // Only now: what is looked at is replaced in place, and is never gone in between.
    change({
      rows,
      total: page.totalCount ?? null,
      hasMore: page.pageInfo.hasNextPage,
      isKnown: true,
      error: null,
    });
  }

  async function workOff(): Promise<void> {
    change({ isLoading: true });
    try {
      while (wanted !== null) {
        const { isFresh, count } = wanted;
        wanted = null;
        await load(isFresh, count);
      }
    } catch (error) {
      wanted = null;
      change({ error });
    } finally {
      work = null;
      change({ isLoading: false });
    }
  }

  function want(isFresh: boolean, count: number): Promise<void> {
    wanted = { isFresh: isFresh || wanted?.isFresh === true, count: Math.max(count, wanted?.count ?? 0) };
    work ??= workOff();
    return work;
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    more: () => void want(!state.isKnown, state.rows.length + 1),
    reload: () => void want(true, state.rows.length),
    async all() {
      await want(true, Number.POSITIVE_INFINITY);
      if (state.error !== null) throw state.error;
      return state.rows;
    },
  };
}

/** The variables of a list that come from the list itself. */
interface PageVariables {
  readonly first: number;
  readonly after?: string | null | undefined;
}

/** A list for a screen: another document or other variables are another list. `pick` finds the list in an answer. */
export function usePages<Data, Variables extends PageVariables, Node extends { readonly id: string }>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, keyof PageVariables>,
  pick: (data: Data) => Connection<Node> | undefined,
): Pages<Node> & { readonly now: PagesState<Node> } {
  const { client } = useGateway();
  const key = JSON.stringify(variables);
  const pages = useMemo(
    () =>
      createPages((after) => readPage(client, document, JSON.parse(key) as typeof variables, after, pick)),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `pick` is the same for one document
    [client, document, key],
  );
  const now = useSyncExternalStore(pages.subscribe, pages.state);
  useEffect(() => pages.more(), [pages]);
  return { ...pages, now };
}

/** The page behind `after`. Rejects when it cannot be read, or when that of which it is the list is gone. */
export async function readPage<Data, Variables extends PageVariables, Node>(
  client: Client,
  document: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, keyof PageVariables>,
  after: string | null,
  pick: (data: Data) => Connection<Node> | undefined,
): Promise<Connection<Node>> {
  const all = { ...variables, first: PAGE, after } as unknown as Variables & AnyVariables; // put together again
  const { data, error } = await client
    .query<Data, Variables & AnyVariables>(document, all, { requestPolicy: 'network-only' })
    .toPromise();
  if (error !== undefined || data === undefined) throw error ?? new Error('The gateway answered nothing.');
  const page = pick(data);
  if (page === undefined) throw new Error('This is no longer kept.');
  return page;
}

/** What moved to a later page in between is not shown twice. */
function distinct<Node extends { readonly id: string }>(rows: readonly Node[]): readonly Node[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}
