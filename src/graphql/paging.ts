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

/** A page as Relay has it. `hasPreviousPage` of lists that only go forward: whether the page was asked for behind something. */
export function toConnection<Node>(
  edges: readonly { readonly cursor: string; readonly node: Node }[],
  neighbours: { readonly hasBefore: boolean; readonly hasAfter: boolean },
): Connection<Node> {
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      hasNextPage: neighbours.hasAfter,
      hasPreviousPage: neighbours.hasBefore,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
