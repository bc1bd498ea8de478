import { createPages, type Connection } from '../../../src/console/app/api/use-pages';

interface Row {
  readonly id: string;
}

/** A list in pages of two. */
function givenList(ids: readonly string[]) {
  const list = { ids, failing: false, reads: 0 };
  const read = async (after: string | null): Promise<Connection<Row>> => {
    list.reads += 1;
    if (list.failing) throw new Error('away');
    const start = after === null ? 0 : Number(after);
    const nodes = list.ids.slice(start, start + 2).map((id) => ({ id }));
    const end = start + nodes.length;
    return {
      totalCount: list.ids.length,
      nodes,
      pageInfo: { hasNextPage: end < list.ids.length, endCursor: `${end}` },
    };
  };
  const pages = createPages(read);
  return { list, pages, ids: () => pages.state().rows.map(({ id }) => id) };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('a list that comes page by page', () => {
  it('reads on, and knows when it is at the end', async () => {
    const { pages, ids } = givenList(['a', 'b', 'c']);
    pages.more();
    await settled();
    expect(ids()).toEqual(['a', 'b']);
    expect(pages.state()).toMatchObject({ total: 3, hasMore: true, isKnown: true, isLoading: false });
    pages.more();
    await settled();
    expect(ids()).toEqual(['a', 'b', 'c']);
    expect(pages.state().hasMore).toBe(false);
  });

  it('reads again in place: as much as is there, with no row twice, and nothing gone in between', async () => {
    const { list, pages, ids } = givenList(['a', 'b', 'c', 'd', 'e']);
    pages.more();
    await settled();
    pages.more();
    await settled();
    const seen: number[] = [];
    pages.subscribe(() => seen.push(pages.state().rows.length));
    list.ids = ['z', 'a', 'b', 'c', 'd', 'e'];
    pages.reload();
    await settled();
    expect(ids()).toEqual(['z', 'a', 'b', 'c']);
    expect(Math.min(...seen)).toBe(4);
  });

  it('joins what is asked for while it reads', async () => {
    const { list, pages } = givenList(['a', 'b', 'c']);
    pages.more();
    pages.reload();
    pages.reload();
    pages.reload();
    await settled();
    expect(list.reads).toBe(2);
  });

  it('keeps its rows when reading fails, and goes on when asked again', async () => {
    const { list, pages, ids } = givenList(['a', 'b', 'c']);
    pages.more();
    await settled();
    list.failing = true;
    pages.more();
    await settled();
    expect(ids()).toEqual(['a', 'b']);
    expect(pages.state().error).toEqual(new Error('away'));
    await expect(pages.all()).rejects.toThrow('away');
    list.failing = false;
    expect((await pages.all()).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(pages.state().error).toBeNull();
  });
});
