import type { DriveriDriver } from '../../driver/driveri-driver';
import type {
  DriveriChanges,
  DriveriListing,
  DriveriNewDriver,
  DriveriPortal,
  DriveriReadiness,
  DriveriReading,
} from '../../driver/ports/driveri-portal';
import type { DriverId } from '../../driver/ids';
import type { CallOptions } from '../../driver/ports/portal-call';
import { PortalError } from '../../driver/ports/portal-error';
import { NONE_SET_ASIDE, NOTHING_CLEANED } from '../../driver/ports/portal-rows';
import { inSlices } from '../../platform/in-slices';
import type { HttpAnswer } from '../http-client';
import type { PacingStatus } from '../pacing';
import { PortalConnection, type ConnectionOptions } from '../portal-connection';
import { portalFailure, type PortalOperation } from '../portal-failure';
import type { SharedGrant } from '../shared-grant';
import { createDriveriAddressing } from './driveri-addressing';
import { createCallDriveri, type CallDriveri } from './driveri-calls';
import { listingRules, type ListingOptions, type ListingRules } from '../repeat-reading';
import { LIST, PAGE_SIZE, readAllPages, type DriveriPages, type ReadPage } from './driveri-listing';
import { missingScopes } from './driveri-scopes';
import {
  createDriveriStatuses,
  toDriveriDriver,
  type DriveriStatuses,
  type StatusOverrides,
} from './driveri-statuses';
import { createReadBack } from './driveri-read-back';
import { SCOPES } from './driveri-refusal';
import { createDriveriToken, type DriveriCredentials, type TokenOptions } from './driveri-token';
import { parseDriversPage, parseStatuses, type DriveriPage, type DriveriToken } from './driveri-wire';
import { createDriveriWrites } from './driveri-writes';

export interface DriveriPortalOptions
  extends ConnectionOptions, ListingOptions, DriveriCredentials, TokenOptions, StatusOverrides {
  /** The tenant's unique name. */
  readonly tenant: string;
}

/** A Driveri tenant over HTTP, with what operators ask about it. */
export interface HttpDriveriPortal extends DriveriPortal {
  /** Waits for the calls under way; later ones fail as `paused`. */
  close(): Promise<void>;
  /** Throws when the account's limits cannot be read. */
  status(): Promise<PacingStatus>;
}

const PAUSE_MS = 10_000;

interface Parts {
  readonly call: CallDriveri;
  readonly statuses: DriveriStatuses;
  readonly token: SharedGrant<DriveriToken>;
  readonly rules: ListingRules;
  readonly now: () => number;
}

/** The Driveri tenant of one account (Netradyne Driveri Platform API). Nothing is connected before the first call. */
export function createDriveriPortal(options: DriveriPortalOptions): HttpDriveriPortal {
  const connection = new PortalConnection('driveri', options, PAUSE_MS);
  const token = createDriveriToken(connection, options);
  const call = createCallDriveri(connection, token, options.tenant);
  const statuses = createDriveriStatuses(() => readStatuses(call), options, connection.now);
  const parts: Parts = { call, statuses, token, rules: listingRules(options), now: connection.now };
  const writes = createDriveriWrites({
    call,
    statuses,
    addressing: createDriveriAddressing(call, connection.now),
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

async function listDrivers(parts: Parts, options: CallOptions): Promise<DriveriListing> {
  const readPage = pageReader(parts, {}, options);
  const pages = await readAllPages(readPage, ({ isProven }) => isProven, parts.rules.repeatAfterMs);
  if (pages === null) {
    throw portalFailure(LIST, 'incomplete', 'the list changed while it was read, three times in a row');
  }
  return toListing(parts, pages);
}

/** A hint, so it need not be proven; but a driver who is skipped in it would be skipped for good. */
async function changedSince(parts: Parts, fromDate: number, options: CallOptions): Promise<DriveriListing> {
  const query = { fromDate: String(Math.max(0, Math.floor(fromDate))) };
  const readPage = pageReader(parts, query, options);
  const pages = await readAllPages(readPage, ({ isFull }) => isFull, parts.rules.repeatAfterMs);
  if (pages === null) {
    throw portalFailure(LIST, 'incomplete', 'fewer changes were listed than there are, three times in a row');
  }
  return { ...(await toListing(parts, pages)), provesAbsence: false };
}

function pageReader(parts: Parts, query: Readonly<Record<string, string>>, options: CallOptions): ReadPage {
  return (offset) =>
    parts.call(
      {
        name: LIST.name,
        effect: 'read',
        method: 'GET',
        path: ['drivers'],
        query: { offset: String(offset), limit: String(PAGE_SIZE), showAll: 'true', ...query },
        scope: SCOPES.viewDrivers,
        timeoutMs: parts.rules.timeoutMs,
        read: (body, answer) => parseDriversPage(body, latestDate(parts, answer)),
      },
      options,
    );
}

/** A date further ahead than clocks are apart is a mistake, by our clock and by Driveri's. */
const CLOCKS_APART_MS = 24 * 3_600_000;

function latestDate({ now }: Parts, { date }: HttpAnswer): number {
  return Math.max(now(), date ?? 0) + CLOCKS_APART_MS;
}

async function toListing({ statuses }: Parts, pages: DriveriPages): Promise<DriveriListing> {
  const { rows, sentAt, setAside, cleaned, provesAbsence } = pages;
  const table = await statuses.forCodes(rows.map((row) => row.statusCode));
  return {
    drivers: await inSlices(rows, (row) => toDriveriDriver(row, table)),
    sentAt,
    setAside,
    cleaned,
    provesAbsence,
  };
}

/** An unknown driver is a 404 or an empty list (I), and so is an answer that is about another driver only. */
async function readDriver(parts: Parts, id: DriverId, options: CallOptions): Promise<DriveriReading> {
  const operation: PortalOperation = { portal: 'driveri', name: 'driver.get', effect: 'read' };
  const { value, sentAt } = await parts.call(
    {
      name: operation.name,
      effect: 'read',
      method: 'GET',
      path: ['driver'],
      query: { driverId: id },
      scope: SCOPES.viewDrivers,
      isAboutOneDriver: true,
      sent: [id],
      read: (body, answer) => parseDriversPage(body, latestDate(parts, answer)),
      absent: EMPTY_PAGE,
    },
    options,
  );
  const row = value.rows.find((one) => isSameId(one.driverId, id));
  if (row !== undefined) {
    const driver = toDriveriDriver(row, await parts.statuses.forCodes([row.statusCode]));
    const cleaned = value.cleaned.get(row.driverId);
    return { driver, sentAt, ...(cleaned === undefined ? {} : { cleaned }) };
  }
  const setAside = value.setAside.find((one) => one.id === null || isSameId(one.id, id));
  if (setAside === undefined) return { driver: null, sentAt };
  const message = `the driver's row could not be read: ${setAside.reason}`;
  throw portalFailure(operation, 'malformed', message, { setAside });
}

function isSameId(one: string, other: string): boolean {
  return one.normalize('NFC') === other.normalize('NFC');
}

const EMPTY_PAGE: DriveriPage = {
  rows: [],
  total: 0,
  setAside: NONE_SET_ASIDE,
  cleaned: NOTHING_CLEANED,
};

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
async function checkReadiness(parts: Parts): Promise<DriveriReadiness> {
  const { statuses, token } = parts;
  const { scope } = await token.fresh();
  const missing = new Set(missingScopes(scope));
  const table = await unlessForbidden(() => statuses.refresh());
  if (table === null) missing.add(SCOPES.viewConfigurations);
  const oneRow = pageReader(parts, { limit: '1' }, {});
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
