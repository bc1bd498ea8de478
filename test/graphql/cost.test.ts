import { startApi, type ApiFixture } from './support/api-fixture';

let api: ApiFixture;
beforeAll(async () => {
  api = await startApi({ drivers: 20 });
});
afterAll(() => api.close());

const costOf = async (query: string, variables: Record<string, unknown> = {}): Promise<number> => {
  const { body } = await api.run(query, { variables });
  expect(body.errors).toBeUndefined();
  return body.extensions.cost as number;
};

describe('what makes the database look at whole tables costs more than a page', () => {
  const PAGE = '{ drivers(first: 50) { nodes { id } } }';

  it.each([
    ['a search', '{ drivers(first: 1, filter: { search: "zq" }) { nodes { id } } }'],
    ['a search of held items', '{ heldItems(first: 1, filter: { search: "zq" }) { nodes { id } } }'],
    ['a count', '{ drivers(first: 1) { totalCount } }'],
    ['counts by status', '{ driverSync { counts { total } } }'],
    ['statistics', '{ syncStatistics(from: "2026-10-01T00:00:00Z", to: "2026-12-01T00:00:00Z") { start } }'],
  ])('%s', async (_what, query) => {
    expect(await costOf(query)).toBeGreaterThan(await costOf(PAGE));
  });

  it('a search costs the same wherever its text stands, and nothing without one', async () => {
    const whole = 'query ($f: DriverFilter) { drivers(first: 1, filter: $f) { nodes { id } } }';
    const part = 'query ($s: String) { drivers(first: 1, filter: { search: $s }) { nodes { id } } }';
    const written = await costOf('{ drivers(first: 1, filter: { search: "ann" }) { nodes { id } } }');
    expect(await costOf(whole, { f: { search: 'ann' } })).toBe(written);
    expect(await costOf(part, { s: 'ann' })).toBe(written);
    for (const none of [
      await costOf(whole),
      await costOf(whole, { f: { search: ' ' } }),
      await costOf(part),
    ]) {
      expect(none).toBe(written - 200);
    }
  });

  it('each of many searches in one operation counts', async () => {
    const searches = Array.from(
      { length: 20 },
      (_, n) => `s${n}: drivers(first: 1, filter: { search: "zq${n}" }) { nodes { id } }`,
    );
    expect(await costOf(`{ ${searches.join(' ')} }`)).toBeGreaterThanOrEqual(4_000);
  });
});
