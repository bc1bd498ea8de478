import { apiError } from './answers/api-error';
import type { PageInfo } from './types/page-info.type';

export const MAX_PAGE_SIZE = 100;
const DEFAULT_PAGE_SIZE = 50;

/** How much of a list, and from which end. */
export interface PageSize {
  readonly limit: number;
  readonly fromEnd: boolean;
}

/** Reads `first` and `last`: 1 to 100, not both; 50 without either. Throws `INVALID_PAGE_SIZE`. */
export function readPageSize(first: number | null | undefined, last?: number | null): PageSize {
  if (first != null && last != null) {
    throw apiError('INVALID_PAGE_SIZE', 'Give "first" or "last", not both.', { argument: 'last' });
  }
  const fromEnd = last != null;
  const limit = first ?? last ?? DEFAULT_PAGE_SIZE;
  if (limit < 1 || limit > MAX_PAGE_SIZE) {
    const argument = fromEnd ? 'last' : 'first';
    throw apiError('INVALID_PAGE_SIZE', `"${argument}" is ${limit}; it may be 1 to ${MAX_PAGE_SIZE}.`, {
      argument,
    });
  }
  return { limit, fromEnd };
}

export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: PageInfo;
}

/** A row of a page, and how its cursor is made. */
export interface ConnectionRow<Node> {
  readonly node: Node;
  readonly cursorOf: () => string;
}

/**
 * A page as Relay has it. Cursors are made when they are asked for: a list of nodes has none. `hasPreviousPage` of lists that only
 * go forward: whether the page was asked for behind something.
 */
export function toConnection<Node>(
  rows: readonly ConnectionRow<Node>[],
  neighbours: { readonly hasBefore: boolean; readonly hasAfter: boolean },
): Connection<Node> {
  return {
    edges: rows.map((row) => new Edge(row)),
    nodes: rows.map(({ node }) => node),
    pageInfo: new PageEnds(rows, neighbours),
  };
}

/** Classes, so that the getters are on the prototype: made for each row, they would cost more than the cursors do. */
class Edge<Node> {
  readonly node: Node;
  readonly #cursorOf: () => string;

  constructor({ node, cursorOf }: ConnectionRow<Node>) {
    this.node = node;
    this.#cursorOf = cursorOf;
  }

  get cursor(): string {
    return this.#cursorOf();
  }
}

class PageEnds implements PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly #rows: readonly ConnectionRow<unknown>[];

  constructor(
    rows: readonly ConnectionRow<unknown>[],
    { hasBefore, hasAfter }: { readonly hasBefore: boolean; readonly hasAfter: boolean },
  ) {
    this.hasNextPage = hasAfter;
    this.hasPreviousPage = hasBefore;
    this.#rows = rows;
  }

  get startCursor(): string | null {
    return this.#rows[0]?.cursorOf() ?? null;
  }

  get endCursor(): string | null {
    return this.#rows.at(-1)?.cursorOf() ?? null;
  }
}
