import { toConnection } from '../../src/graphql/paging';

describe('a page', () => {
  const made: number[] = [];
  const rows = [1, 2, 3].map((n) => ({
    node: n,
    cursorOf: () => {
      made.push(n);
      return `cursor ${n}`;
    },
  }));
  beforeEach(() => made.splice(0));

  test('makes no cursor for a caller who asks for nodes, and for whether there are more', () => {
    const { edges, nodes, pageInfo } = toConnection(rows, { hasBefore: false, hasAfter: true });
    expect([nodes, edges.map(({ node }) => node)]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect([pageInfo.hasNextPage, pageInfo.hasPreviousPage]).toEqual([true, false]);
    expect(made).toEqual([]);
  });

  test('begins at the cursor of its first edge and ends at that of its last', () => {
    const { edges, pageInfo } = toConnection(rows, { hasBefore: true, hasAfter: false });
    expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual(['cursor 1', 'cursor 3']);
    expect(made).toEqual([1, 3]);
    expect(edges.map(({ cursor }) => cursor)).toEqual(['cursor 1', 'cursor 2', 'cursor 3']);
  });

  test('without rows has no ends', () => {
    const { pageInfo } = toConnection([], { hasBefore: false, hasAfter: false });
    expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual([null, null]);
  });
});
