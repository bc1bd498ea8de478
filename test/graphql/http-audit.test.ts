import { serverAudits } from 'graphql-http';
import { startApi, type ApiFixture } from './support/api-fixture';

/** GETs as any page could send them: CSRF prevention refuses those without a header that only a script of ours can set. */
const REFUSED_BY_CSRF_PREVENTION = ['5A70', 'D6D5', '6A70'];

let api: ApiFixture;
let authorization: string;
beforeAll(async () => {
  api = await startApi();
  authorization = `Bearer ${await api.token()}`;
});
afterAll(() => api.close());

const audits = serverAudits({
  url: () => `${api.url}/graphql`,
  fetchFn: (url: string, init: RequestInit & { headers?: Record<string, string> } = {}) =>
    fetch(url, { ...init, headers: { ...init.headers, authorization } }),
});

describe("graphql-http's audit", () => {
  it('has 61 checks', () => {
    expect(audits).toHaveLength(61);
  });

  it.each(
    audits
      .filter(({ id }) => !REFUSED_BY_CSRF_PREVENTION.includes(id))
      .map((audit) => [audit.id, audit] as const),
  )('%s passes', async (_id, audit) => {
    const result = await audit.fn();
    expect(result).toMatchObject({ status: 'ok', name: audit.name });
  });

  it.each(REFUSED_BY_CSRF_PREVENTION)('%s is a MAY that CSRF prevention refuses', async (id) => {
    const result = await audits.find((audit) => audit.id === id)?.fn();
    expect(result).toMatchObject({ status: 'notice' });
  });
});
