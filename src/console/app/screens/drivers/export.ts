import type { Client } from '@urql/core';
import { writeCsv } from '../../files/csv';
import { DRIVERS_BY_ID, DRIVERS_FOR_EXPORT, type DriverExportFragment } from '../../generated/documents';
import type { DriversAsked } from './driver-pages';

const PAGE = 100;
const COLUMNS: readonly (readonly [name: string, value: (driver: DriverExportFragment) => string | null])[] =
  [
    ['First name', ({ firstName }) => firstName],
    ['Last name', ({ lastName }) => lastName],
    ['E-mail', ({ email }) => email],
    ['Phone', ({ phone }) => phone],
    ['DriverID', ({ driveriDriverId }) => driveriDriverId],
    ['Ref ID', ({ referenceId }) => referenceId],
    ['GPS number', ({ gps }) => gps?.gpsId ?? null],
    ['GPS groups', ({ gps }) => gps?.groups.join(', ') ?? null],
    ['Time zone', ({ timeZone }) => timeZone],
    ['Portals', ({ presence }) => presence],
    ['Status', ({ sync }) => sync.status],
    ['Last synced', ({ sync }) => sync.lastSyncedAt],
  ];

/** Reads all drivers that are asked for, or those with the given ids. Rejects when a page cannot be read. */
export async function readForExport(
  client: Client,
  asked: DriversAsked,
  ids: readonly string[],
): Promise<readonly DriverExportFragment[]> {
  if (ids.length > 0) return readByIds(client, ids);
  const found: DriverExportFragment[] = [];
  let after: string | null = null;
  do {
    const { data, error }: Awaited<ReturnType<typeof readPage>> = await readPage(client, asked, after);
    if (data === undefined) throw error ?? new Error('The gateway answered nothing.');
    found.push(...data.drivers.nodes);
    after = data.drivers.pageInfo.hasNextPage ? data.drivers.pageInfo.endCursor : null;
  } while (after !== null);
  return found;
}

const readPage = (client: Client, asked: DriversAsked, after: string | null) =>
  client
    .query(DRIVERS_FOR_EXPORT, { first: PAGE, after, ...asked }, { requestPolicy: 'network-only' })
    .toPromise();

async function readByIds(client: Client, ids: readonly string[]): Promise<readonly DriverExportFragment[]> {
  const found: DriverExportFragment[] = [];
  for (let from = 0; from < ids.length; from += PAGE) {
    const { data, error } = await client
      .query(DRIVERS_BY_ID, { ids: ids.slice(from, from + PAGE) }, { requestPolicy: 'network-only' })
      .toPromise();
    if (data === undefined) throw error ?? new Error('The gateway answered nothing.');
    found.push(...data.nodes.flatMap((node) => (isDriver(node) ? [node] : [])));
  }
  return found;
}

/** The drivers as CSV, which an import takes again. */
export const toCsv = (drivers: readonly DriverExportFragment[]): string =>
  writeCsv([
    COLUMNS.map(([name]) => name),
    ...drivers.map((driver) => COLUMNS.map(([, value]) => value(driver))),
  ]);

const isDriver = (node: object | null): node is DriverExportFragment => node !== null && 'fullName' in node;
