import { readAllPages, type ReadPage } from '../../../src/portals/driveri/driveri-listing';
import { parseDriversPage } from '../../../src/portals/driveri/driveri-wire';
import { portalFailure } from '../../../src/portals/portal-failure';
import { failureOf } from '../support/failure-of';

const LIST = { portal: 'driveri', name: 'drivers.list', effect: 'read' } as const;

function pageOf(ids: readonly string[], totalCount: number | null, updatedDate = 1) {
  const drivers = ids.map((driverId) => ({ driverId, updatedDate }));
  return parseDriversPage(JSON.stringify({ data: { drivers }, totalCount }));
}

/** Answers these pages in turn, whatever is asked. */
function pages(...answers: ReturnType<typeof pageOf>[]) {
  const offsets: number[] = [];
  const read: ReadPage = (offset) => {
    offsets.push(offset);
    const value = answers[offsets.length - 1] ?? answers.at(-1);
    if (value === undefined) throw new Error('no page');
    return Promise.resolve({ value, sentAt: offsets.length * 100 });
  };
  return { read, offsets };
}

const proven = ({ isProven }: { isProven: boolean }) => isProven;

test('pages follow each other by the rows that came, not by those asked for', async () => {
  const { read, offsets } = pages(pageOf(['a', 'b'], 3), pageOf(['c'], 3));
  const all = await readAllPages(read, proven);
  expect(all?.rows.map((row) => row.driverId)).toEqual(['a', 'b', 'c']);
  expect(all?.sentAt).toBe(100);
  expect(offsets).toEqual([0, 2]);
});

test.each([
  { reason: 'a row skipped and one repeated', answers: [pageOf(['a', 'b'], 3), pageOf(['b'], 3)] },
  { reason: 'the total changed', answers: [pageOf(['a', 'b'], 3), pageOf(['c'], 4), pageOf([], 4)] },
  { reason: 'no total', answers: [pageOf(['a', 'b'], null), pageOf([], null)] },
  { reason: 'fewer rows than the total', answers: [pageOf(['a', 'b'], 3), pageOf([], 3)] },
  { reason: 'more rows than the total', answers: [pageOf(['a', 'b', 'c'], 2)] },
])('$reason proves nothing', async ({ answers }) => {
  const three = [...answers, ...answers, ...answers];
  const { read, offsets } = pages(...three);
  await expect(readAllPages(read, proven)).resolves.toBeNull();
  expect(offsets).toHaveLength(three.length);
});

test('the second attempt may prove it, and its own time counts', async () => {
  const { read } = pages(pageOf(['a', 'b'], 3), pageOf(['b'], 3), pageOf(['a', 'b'], 3), pageOf(['c'], 3));
  await expect(readAllPages(read, proven)).resolves.toMatchObject({ sentAt: 300 });
});

test('of a driver told twice the newer row counts', async () => {
  const { read } = pages(pageOf(['a', 'b'], 3, 5), pageOf(['b', 'c'], 3, 4));
  const all = await readAllPages(read, () => true);
  expect(all?.rows.map((row) => [row.driverId, row.updatedDate])).toEqual([
    ['a', 5],
    ['b', 5],
    ['c', 4],
  ]);
});

test('nobody at all is a proven list too: whether to believe it, guards decide', async () => {
  const { read } = pages(pageOf([], 0));
  await expect(readAllPages(read, proven)).resolves.toMatchObject({ rows: [] });
});

test('a moment of rest is waited for, a long one is not', async () => {
  let calls = 0;
  const limited =
    (retryAfterMs: number): ReadPage =>
    () => {
      calls += 1;
      if (calls > 1) return Promise.resolve({ value: pageOf(['a'], 1), sentAt: 0 });
      throw portalFailure(LIST, 'rate-limited', 'too many', { retryAfterMs });
    };
  await expect(readAllPages(limited(10), proven, [0])).resolves.toMatchObject({ isProven: true });
  calls = 0;
  expect((await failureOf(readAllPages(limited(60_000), proven, [0]))).kind).toBe('rate-limited');
});
