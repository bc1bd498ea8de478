import { randomUUID } from 'node:crypto';
import { answerOf, inspected, inspectedIf, type Inspected, type InspectionOptions } from '../inspected';
import { PortalConnection } from '../portal-connection';
import { createCallDriveri, type CallDriveri } from './driveri-calls';
import { PAGE_SIZE } from './driveri-listing';
import { SCOPES } from './driveri-refusal';
import { missingScopes, tellsScopes } from './driveri-scopes';
import { interpretStatuses, type StatusOverrides } from './driveri-statuses';
import { createDriveriToken, type DriveriCredentials } from './driveri-token';
import { parseDriversPage, parseStatuses, type DriveriPage, type DriverStatus } from './driveri-wire';

/** What an access token says of itself. */
export interface DriveriTokenFacts {
  /** Epoch ms, Driveri's clock. */
  readonly expiresOn: number;
  /** Whether its text names scopes at all. */
  readonly tellsScopes: boolean;
  /** Scopes that the sync needs and the token lacks, in the vendor's words. */
  readonly missingScopes: readonly string[];
}

/** The tenant's status table, and what its words mean. */
export interface DriveriStatusFacts {
  readonly statuses: readonly DriverStatus[];
  readonly removed: DriverStatus | null;
  readonly active: DriverStatus | null;
}

/** What the list of drivers shows. */
export interface DriveriRosterFacts {
  /** `totalCount`, removed drivers included; null when the answer has none. */
  readonly total: number | null;
  /** `totalCount` without removed drivers. */
  readonly totalShown: number | null;
  /** `totalCount` of what has changed since now: as many as all, when `fromDate` is not kept. */
  readonly totalChanged: number | null;
  /** Rows of the first page, asked for 200. */
  readonly firstPage: number;
  readonly setAside: number;
  /** Whether the second page is another one; null when there is none. */
  readonly offsetIsKept: boolean | null;
}

/** What a Driveri tenant says when it is asked everything that the sync rests on. */
export interface DriveriInspection {
  readonly token: Inspected<DriveriTokenFacts>;
  readonly statuses: Inspected<DriveriStatusFacts>;
  readonly roster: Inspected<DriveriRosterFacts>;
  /** How it answers for a driver who cannot exist. */
  readonly unknownDriver: Inspected<'refused' | 'empty' | 'another'>;
}

export interface DriveriInspectionOptions extends InspectionOptions, DriveriCredentials, StatusOverrides {
  readonly tenant: string;
}

/**
 * Asks a Driveri tenant, with a token that it has, or one that is made when there is none, and a handful of reads. Changes no
 * driver. What Driveri refuses is part of the answer.
 */
export async function inspectDriveri(options: DriveriInspectionOptions): Promise<DriveriInspection> {
  const connection = new PortalConnection('driveri', { ...options, breakerFailures: 1_000 }, 0);
  const grant = createDriveriToken(connection, options);
  const call = createCallDriveri(connection, grant, options.tenant);
  try {
    const token = await inspected(async () => {
      const { expiresOn, scope } = await grant.fresh();
      return { expiresOn, tellsScopes: tellsScopes(scope), missingScopes: missingScopes(scope) };
    });
    const isIn = token.kind === 'answered';
    const statuses = await inspectedIf(isIn, () => readStatuses(call, options));
    // One wrong tenant is enough to know.
    const isTenant = isIn && !(statuses.kind === 'failed' && statuses.error.kind === 'rejected');
    return {
      token,
      statuses,
      roster: await inspectedIf(isTenant, () => readRoster(call, options, connection.now)),
      unknownDriver: await inspectedIf(isTenant && answerOf(statuses) !== null, () => nobody(call)),
    };
  } finally {
    await connection.close();
  }
}

async function readStatuses(call: CallDriveri, overrides: StatusOverrides): Promise<DriveriStatusFacts> {
  const { value: statuses } = await call(
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
  const { removed, active } = interpretStatuses(statuses, overrides);
  return { statuses, removed, active };
}

async function readRoster(
  call: CallDriveri,
  { listTimeoutMs }: DriveriInspectionOptions,
  now: () => number,
): Promise<DriveriRosterFacts> {
  const page = async (query: Readonly<Record<string, string>>): Promise<DriveriPage> => {
    const { value } = await call(
      {
        name: 'drivers.list',
        effect: 'read',
        method: 'GET',
        path: ['drivers'],
        query,
        scope: SCOPES.viewDrivers,
        timeoutMs: listTimeoutMs,
        read: (body) => parseDriversPage(body),
      },
      {},
    );
    return value;
  };
  const whole = { limit: String(PAGE_SIZE), showAll: 'true' };
  const first = await page({ ...whole, offset: '0' });
  const length = first.rows.length + first.setAside.length;
  const hasSecond = length > 0 && first.total !== null && first.total > length;
  const second = hasSecond ? await page({ ...whole, offset: String(length) }) : null;
  const shown = await page({ limit: '1', offset: '0' });
  const changed = await page({ limit: '1', offset: '0', showAll: 'true', fromDate: String(now()) });
  return {
    total: first.total,
    totalShown: shown.total,
    totalChanged: changed.total,
    firstPage: length,
    setAside: first.setAside.length,
    offsetIsKept: second === null ? null : second.rows[0]?.driverId !== first.rows[0]?.driverId,
  };
}

type Nobody = 'refused' | 'empty' | 'another';

async function nobody(call: CallDriveri): Promise<Nobody> {
  const id = `no-such-driver-${randomUUID()}`;
  const { value } = await call<Nobody>(
    {
      name: 'driver.get',
      effect: 'read',
      method: 'GET',
      path: ['driver'],
      query: { driverId: id },
      scope: SCOPES.viewDrivers,
      isAboutOneDriver: true,
      sent: [id],
      read: (body) => (parseDriversPage(body).rows.length === 0 ? 'empty' : 'another'),
      absent: 'refused',
    },
    {},
  );
  return value;
}
