import type { Client } from '@urql/core';
import {
  DRIVER_ROWS,
  DRIVERS,
  type DriverFilter,
  type DriverLineFragment,
  type DriverOrder,
} from '../../generated/documents';

/** The API's largest page. */
const PAGE = 100;
/** So many rows are asked for again when the list may have changed; with more the user is told instead. */
const RELOADED_ROWS = 300;

/** Which drivers, and in which order. */
export interface DriversAsked {
  readonly filter: DriverFilter;
  readonly orderBy: DriverOrder | null;
}

/** What is known of the list. Rows come page by page, from the front. */
export interface DriverPagesState {
  readonly rows: readonly DriverLineFragment[];
  /** How many there are in all; null until the first answer. */
  readonly total: number | null;
  readonly isLoading: boolean;
  readonly error: unknown;
  /** The list may have changed, and is too long to be read again unasked. */
  readonly isStale: boolean;
}

/** A list of any length, of which as much is loaded as is looked at. */
export interface DriverPages {
  readonly state: () => DriverPagesState;
  readonly subscribe: (listener: () => void) => () => void;
  /** Loads on until this many rows are there. */
  readonly need: (count: number) => void;
  /** Reads what is loaded again, in place. */
  readonly reload: () => void;
  /** Reads these drivers again, where they stand; and the list, when its members may have changed and it is short. */
  readonly refresh: (ids: readonly string[], membersChanged: boolean) => void;
}

const NOTHING: DriverPagesState = { rows: [], total: null, isLoading: true, error: null, isStale: false };

/** Loads nothing until it is asked to. */
export function createDriverPages(client: Client, asked: DriversAsked): DriverPages {
  let state = NOTHING;
  let wanted = PAGE;
  let cursor: string | null = null;
  let isAtEnd = false;
  let isBusy = false;
  const listeners = new Set<() => void>();
  const change = (next: Partial<DriverPagesState>): void => {
    state = { ...state, ...next };
    for (const listener of [...listeners]) listener();
  };

  async function readPage(after: string | null) {
    const variables = { first: PAGE, after, ...asked, withCount: after === null };
    const { data, error } = await client
      .query(DRIVERS, variables, { requestPolicy: 'network-only' })
      .toPromise();
    if (error !== undefined || data === undefined) throw error ?? new Error('The gateway answered nothing.');
    return data.drivers;
  }

  async function loadOn(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    change({ isLoading: true, error: null });
    try {
      while (!isAtEnd && state.rows.length < wanted) {
        const page = await readPage(cursor);
        cursor = page.pageInfo.endCursor;
        isAtEnd = !page.pageInfo.hasNextPage;
        const rows = distinct([...state.rows, ...page.nodes]);
        change({ rows, total: isAtEnd ? rows.length : (page.totalCount ?? state.total) });
      }
      change({ isLoading: false });
    } catch (error) {
      change({ isLoading: false, error });
    } finally {
      isBusy = false;
    }
  }

  async function reloadAll(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    const count = Math.max(PAGE, state.rows.length);
    try {
      let rows: readonly DriverLineFragment[] = [];
      let total = state.total;
      cursor = null;
      do {
        const page = await readPage(cursor);
        cursor = page.pageInfo.endCursor;
        isAtEnd = !page.pageInfo.hasNextPage;
        rows = distinct([...rows, ...page.nodes]);
        total = page.totalCount ?? total;
      } while (!isAtEnd && rows.length < count);
      // Only now: what is looked at is replaced in place, and is never gone in between.
      change({ rows, total, isStale: false, error: null, isLoading: false });
    } catch (error) {
      change({ error, isLoading: false });
    } finally {
      isBusy = false;
    }
    if (state.error === null && state.rows.length < wanted && !isAtEnd) void loadOn();
  }

  async function refreshRows(ids: readonly string[]): Promise<void> {
    const { data } = await client
      .query(DRIVER_ROWS, { ids: ids.slice(0, PAGE) }, { requestPolicy: 'network-only' })
      .toPromise();
    const found = new Map(
      (data?.nodes ?? []).flatMap((node) => (isDriver(node) ? [[node.id, node] as const] : [])),
    );
    if (found.size > 0) change({ rows: state.rows.map((row) => found.get(row.id) ?? row) });
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    need(count) {
      wanted = Math.max(wanted, count);
      if (!isAtEnd && state.rows.length < wanted && state.error === null) void loadOn();
    },
    reload: () => void reloadAll(),
    refresh(ids, membersChanged) {
      if (membersChanged && state.rows.length <= RELOADED_ROWS) return void reloadAll();
      const shown = ids.filter((id) => state.rows.some((row) => row.id === id));
      if (shown.length > 0) void refreshRows(shown);
      if (membersChanged) change({ isStale: true });
    },
  };
}

/** A driver who moved to a later page in between is not shown twice. */
function distinct(rows: readonly DriverLineFragment[]): readonly DriverLineFragment[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

/** Of ids of drivers; one that is gone is null. */
const isDriver = (node: object | null): node is DriverLineFragment => node !== null && 'fullName' in node;
