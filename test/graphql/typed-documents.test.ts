import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import * as documents from '../generated/graphql';
import { startApi, type ApiFixture } from './support/api-fixture';
import { ACME, appendEvents, seedRun } from './support/fleet';
import { openSocket, start } from './support/streams';

let api: ApiFixture;
beforeAll(async () => {
  api = await startApi();
  await seedRun(api.db, ACME, { id: 'run-1', status: 'AWAITING_APPROVAL', items: 3 });
  await appendEvents(api.db, ACME, [{ driverKey: 'acme-1', type: 'DRIVERI_DRIVER_REMOVED' }]);
});
afterAll(() => api.close());

const id = (type: string, key: string) => Buffer.from(`${type}:${key}`).toString('base64url');

async function run<Result, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const { body } = await api.run(print(document), { variables, token: await api.token({ role: 'MASTER' }) });
  expect(body.errors).toBeUndefined();
  return body.data as Result;
}

describe('the example operations, as typed documents', () => {
  it('list and show drivers', async () => {
    const { drivers } = await run(documents.DriverListDocument, { first: 5, filter: { search: 'garcia' } });
    expect(drivers.totalCount).toBeGreaterThan(0);
    const first = drivers.nodes[0]!;
    const { driver } = await run(documents.DriverDetailsDocument, { id: first.id });
    expect(driver?.fullName).toBe(first.fullName);
  });

  it('write drivers', async () => {
    const { createDriver } = await run(documents.CreateDriverDocument, { input: { lastName: 'Ortiz' } });
    expect(createDriver.userErrors).toEqual([]);
    const driver = id('Driver', 'acme-2');
    const { updateDriver } = await run(documents.UpdateDriverDocument, {
      input: { id: driver, version: 'stale' },
    });
    expect(updateDriver.userErrors[0]?.code).toBe('CONFLICT');
    expect((await run(documents.RefreshDriverDocument, { id: driver })).refreshDriver.driver?.id).toBe(
      driver,
    );
    expect((await run(documents.DeleteDriverDocument, { id: driver })).deleteDriver.deletedDriverId).toBe(
      driver,
    );
  });

  it('show and turn Driver Sync', async () => {
    const { viewer, driverSync } = await run(documents.DashboardDocument, {});
    expect([viewer.account.name, driverSync.counts.total]).toEqual(['Acme Logistics', 60]);
    expect((await run(documents.SetDriverSyncDocument, { enabled: true })).setDriverSync.userErrors).toEqual(
      [],
    );
  });

  it('look at runs and decide on them', async () => {
    const [runId, item] = [id('SyncRun', 'run-1'), id('SyncRunItem', 'run-1-1')];
    expect((await run(documents.PreviewSyncDocument, {})).resyncDrivers.run?.id).toBe(runId);
    expect(
      (await run(documents.ResyncDriversDocument, { driverIds: [id('Driver', 'acme-1')] })).resyncDrivers.run
        ?.id,
    ).toBe(runId);
    expect((await run(documents.RunItemsDocument, { id: runId })).syncRun?.items.totalCount).toBe(3);
    expect((await run(documents.RunListDocument, {})).syncRuns.totalCount).toBe(1);
    expect((await run(documents.ApproveRunDocument, { id: runId })).approveSyncRun.userErrors).toEqual([]);
    expect(
      (await run(documents.RejectItemsDocument, { id: runId, items: [item] })).rejectSyncRunItems.userErrors,
    ).toEqual([]);
    expect((await run(documents.CancelRunDocument, { id: runId })).cancelSyncRun.userErrors).toEqual([]);
  });

  it('read the log and undo what it tells', async () => {
    const { syncEvents } = await run(documents.EventLogDocument, {});
    const event = syncEvents.nodes[0]!;
    expect(event.type).toBe('DRIVERI_DRIVER_REMOVED');
    expect((await run(documents.UndoRemovalDocument, { event: event.id })).undoRemoval.userErrors).toEqual(
      [],
    );
  });

  it.each([
    [
      'EventStream',
      documents.EventStreamDocument,
      { after: Buffer.from('["event",0]').toString('base64url') },
    ],
    ['SyncStateChanges', documents.SyncStateChangesDocument, {}],
    ['DriverChanges', documents.DriverChangesDocument, { id: id('Driver', 'acme-1') }],
    ['RunChanges', documents.RunChangesDocument, { id: id('SyncRun', 'run-1') }],
  ] as const)('subscribe: %s', async (_name, document, variables) => {
    const client = openSocket(api, await api.token());
    const answer = await start(client, { query: print(document), variables }).next();
    expect(answer.errors).toBeUndefined();
    await client.dispose();
  });
});
