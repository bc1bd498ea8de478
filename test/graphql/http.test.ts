import { startApi, type ApiFixture } from './support/api-fixture';

let api: ApiFixture;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

describe('GraphQL over HTTP', () => {
  it('shows who is asking', async () => {
    const { body, status } = await api.run('{ viewer { userId role account { name tier timeZone } } }');
    expect(body.errors).toBeUndefined();
    expect(status).toBe(200);
    expect(body.data.viewer).toEqual({
      userId: 'admin-user',
      role: 'ADMIN',
      account: { name: 'Acme Logistics', tier: 'PRO', timeZone: 'America/Chicago' },
    });
  });

  it('shows a page of drivers with both sides, events and the cost', async () => {
    const { body } = await api.run(
      '{ drivers(first: 3) { totalCount pageInfo { hasNextPage hasPreviousPage endCursor } nodes { id fullName gps { gpsId observedAt } driveri { driverId } sync { status lastSyncedAt } events(first: 2) { nodes { message } } } } }',
    );
    expect(body.errors).toBeUndefined();
    expect(body.data.drivers.totalCount).toBe(60);
    expect(body.data.drivers.nodes).toHaveLength(3);
    expect(body.extensions.cost).toBeGreaterThan(3);
  });
});
