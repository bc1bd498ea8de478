import type { DriverOrderField, DriverPresence, DriverSyncStatus } from '../../generated/documents';
import { listParam, oneOfParam, textParam } from '../../shell/search-params';

/** What the address of `/drivers` says. */
export interface DriversSearch {
  readonly q?: string | undefined;
  readonly status?: readonly DriverSyncStatus[] | undefined;
  readonly presence?: readonly DriverPresence[] | undefined;
  readonly group?: string | undefined;
  /** `-` in front: the other way round. */
  readonly sort?: Sort | undefined;
  readonly dialog?: DriversDialog | undefined;
}

/** How the table is sorted, as it stands in the address. */
export type Sort = keyof typeof SORTS | `-${keyof typeof SORTS}`;

/** Dialogs over the table that an address can open. */
export type DriversDialog = (typeof DIALOGS)[number];

/** Column by column: its name in the address, and the API's. */
export const SORTS = {
  name: 'NAME',
  status: 'STATUS',
  driverId: 'DRIVERI_DRIVER_ID',
  refId: 'REFERENCE_ID',
  synced: 'LAST_SYNCED_AT',
} as const satisfies Record<string, DriverOrderField>;

/** The statuses, those that need a person first. */
export const STATUSES = [
  'HELD',
  'CONFLICT',
  'FAILED',
  'PENDING',
  'DRIFTED',
  'UNMANAGED',
  'OFF',
  'IN_SYNC',
] as const satisfies readonly DriverSyncStatus[];

const PRESENCES = ['BOTH', 'GPS_ONLY', 'DRIVERI_ONLY'] as const satisfies readonly DriverPresence[];
const DIALOGS = ['edit', 'resync'] as const;
const SORT_KEYS = Object.keys(SORTS).flatMap((key) => [key, `-${key}`]) as Sort[]; // as Sort is defined

/**
 * Reads the address; what it does not know is ignored. Every name is answered, be it with undefined: the router takes over what
 * is not.
 */
export const driversSearch = (raw: Record<string, unknown>): DriversSearch => ({
  q: textParam(raw, 'q'),
  status: listParam(raw, 'status', STATUSES),
  presence: listParam(raw, 'presence', PRESENCES),
  group: textParam(raw, 'group'),
  sort: oneOfParam(raw, 'sort', SORT_KEYS),
  dialog: oneOfParam(raw, 'dialog', DIALOGS),
});
