import type { DriveriDriver } from '../../driver/driveri-driver';
import type {
  DriveriChanges,
  DriveriListing,
  DriveriNewDriver,
  DriveriPortal,
  DriveriReadiness,
  DriveriReading,
} from '../../driver/driveri-portal';
import type { DriverId } from '../../driver/ids';
import type { CallOptions } from '../../driver/portal-call';
import { PortalError } from '../../driver/portal-error';
import type { PacingStatus } from '../pacing';
import { PortalConnection, type ConnectionOptions } from '../portal-connection';
import { portalFailure, type PortalOperation } from '../portal-failure';
import type { SharedGrant } from '../shared-grant';
import { createCallDriveri, type CallDriveri } from './driveri-calls';
import { PAGE_SIZE, readAllPages, type DriveriPages, type ReadPage } from './driveri-listing';
import { missingScopes } from './driveri-scopes';
import {
  createDriveriStatuses,
  toDriveriDriver,
  type DriveriStatuses,
  type StatusOverrides,
} from './driveri-statuses';
import { createReadBack } from './driveri-read-back';
import { SCOPES } from './driveri-refusal';
import { createDriveriToken, type DriveriCredentials } from './driveri-token';
import { parseDriversPage, parseStatuses, type DriveriToken } from './driveri-wire';
import { createDriveriWrites } from './driveri-writes';

export interface DriveriPortalOptions extends ConnectionOptions, DriveriCredentials, StatusOverrides {
  /** The tenant's unique name. */
  readonly tenant: string;
}

/** A Driveri tenant over HTTP, with what operators ask about it. */
export interface HttpDriveriPortal extends DriveriPortal {
  /** Waits for the calls under way; later ones fail as `paused`. */
  close(): Promise<void>;
  status(): PacingStatus;
}

const PAUSE_MS = 10_000;

interface Parts {
  readonly call: CallDriveri;
  readonly statuses: DriveriStatuses;
  readonly token: SharedGrant<DriveriToken>;
}

/** The Driveri tenant of one account (Netradyne Driveri Platform API). Nothing is connected before the first call. */
export function createDriveriPortal(options: DriveriPortalOptions): HttpDriveriPortal {
  const connection = new PortalConnection('driveri', options, PAUSE_MS);
  const token = createDriveriToken(connection, options);
  const call = createCallDriveri(connection, token, options.tenant);
  const statuses = createDriveriStatuses(() => readStatuses(call), options, connection.now);
  const parts: Parts = { call, statuses, token };
  const writes = createDriveriWrites({
    call,
    statuses,
    readDriver: (id, callOptions) => readDriver(parts, id, callOptions),
  });
  const reads: Pick<DriveriPortal, 'readDriver' | 'changedSince'> = {
    changedSince: (fromDate, callOptions = {}) => changedSince(parts, fromDate, callOptions),
    readDriver: (id, callOptions = {}) => readDriver(parts, id, callOptions),
  };
  return {
    ...reads,
    readBack: createReadBack(reads),
    listDrivers: (callOptions = {}) => listDrivers(parts, callOptions),
    createDriver: (driver: DriveriNewDriver, callOptions = {}) => writes.create(driver, callOptions),
    reinstateDriver: (removed: DriveriDriver, fields: DriveriNewDriver, callOptions = {}) =>
      writes.reinstate(removed, fields, callOptions),
    updateDriver: (id: DriverId, changes: DriveriChanges, callOptions = {}) =>
      writes.update(id, changes, callOptions),
    checkReadiness: () => checkReadiness(parts),
    close: () => connection.close(),
    status: () => connection.status(),
  };
}

const LIST: PortalOperation = { portal: 'driveri', name: 'drivers.list', effect: 'read' };

async function listDrivers(parts: Parts, options: CallOptions): Promise<DriveriListing> {
  const pages = await readAllPages(pageReader(parts.call, {}, options), ({ isProven }) => isProven);
  if (pages === null) {
    throw portalFailure(LIST, 'incomplete', 'the list changed while it was read, three times in a row');
  }
  return toListing(parts, pages);
}

/** A hint, so it need not be proven; but whoever is skipped in it would be skipped for good. */
async function changedSince(parts: Parts, fromDate: number, options: CallOptions): Promise<DriveriListing> {
  const query = { fromDate: String(Math.max(0, Math.floor(fromDate))) };
  const pages = await readAllPages(pageReader(parts.call, query, options), ({ isFull }) => isFull);
  if (pages === null) {
    throw portalFailure(LIST, 'incomplete', 'fewer changes were listed than there are, three times in a row');
  }
  return toListing(parts, pages);
}

function pageReader(
  call: CallDriveri,
  query: Readonly<Record<string, string>>,
  options: CallOptions,
): ReadPage {
  return (offset) =>
    call(
      {
        name: LIST.name,
        effect: 'read',
        method: 'GET',
        path: ['drivers'],
        query: { offset: String(offset), limit: String(PAGE_SIZE), showAll: 'true', ...query },
        scope: SCOPES.viewDrivers,
        read: parseDriversPage,
      },
      options,
    );
}

async function toListing({ statuses }: Parts, { rows, sentAt }: DriveriPages): Promise<DriveriListing> {
  const table = await statuses.forCodes(rows.map((row) => row.statusCode));
  return { drivers: rows.map((row) => toDriveriDriver(row, table)), sentAt };
}

/** An unknown driver is a 404 or an empty list (I), and so is an answer that is about somebody else only. */
async function readDriver(
  { call, statuses }: Parts,
  id: DriverId,
  options: CallOptions,
): Promise<DriveriReading> {
  const { value, sentAt } = await call(
    {
      name: 'driver.get',
      effect: 'read',
      method: 'GET',
      path: ['driver'],
      query: { driverId: id },
      scope: SCOPES.viewDrivers,
      isAboutOneDriver: true,
      sent: [id],
      read: (body) => parseDriversPage(body).rows,
      absent: [],
    },
    options,
  );
  const row = value.find((one) => one.driverId.normalize('NFC') === id.normalize('NFC'));
  if (row === undefined) return { driver: null, sentAt };
  return { driver: toDriveriDriver(row, await statuses.forCodes([row.statusCode])), sentAt };
}

async function readStatuses(call: CallDriveri): Promise<ReturnType<typeof parseStatuses>> {
  const { value } = await call(
    {
      name: 'configurations',
      effect: 'read',
      method: 'GET',
      path: ['configurations'],
      scope: SCOPES.viewConfigurations,
      read: parseStatuses,
    },
    {},
  );
  return value;
}

/** What a 403 shows is missing counts as well as what the token says: not every tenant may tell scopes in these words. */
async function checkReadiness({ call, statuses, token }: Parts): Promise<DriveriReadiness> {
  const { scope } = await token.fresh();
  const missing = new Set(missingScopes(scope));
  const table = await unlessForbidden(() => statuses.refresh());
  if (table === null) missing.add(SCOPES.viewConfigurations);
  const oneRow = pageReader(call, { limit: '1' }, {});
  if ((await unlessForbidden(() => oneRow(0))) === null) missing.add(SCOPES.viewDrivers);
  return { missingScopes: [...missing], removedStatus: table?.removed?.description ?? null };
}

async function unlessForbidden<Value>(read: () => Promise<Value>): Promise<Value | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof PortalError && error.kind === 'forbidden') return null;
    throw error;
  }
}
