/** One driver as Driveri holds them. Texts that are not filled in are `''`; times are epoch ms. */
export interface DriveriDriver {
  /** Driveri's own, never told: it survives a rename. */
  readonly serial: number;
  readonly driverId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  /** Stored, never told by the API (portals.md, C): only the portal's page shows it. */
  readonly phone: string;
  readonly userName: string;
  readonly enableDriveriApp: boolean;
  /** A description of the tenant's status table, such as `Active`. */
  readonly status: string;
  readonly authorizedToDrive: 0 | 1;
  readonly licenceNumber: string;
  readonly licenseCountry: string;
  readonly licenseState: string;
  /** The group's unique name. */
  readonly group: string;
  readonly imageUrl: string;
  readonly linkedUserName: string;
  readonly lastLogin: number | null;
  readonly driverPreferences: Readonly<Record<string, unknown>> | null;
  readonly createdDate: number;
  readonly updatedDate: number;
}

/** What a person or an API user can fill in. */
export type DriveriDriverFields = Partial<Omit<DriveriDriver, 'serial' | 'createdDate' | 'updatedDate'>>;

/** A driver to put into the portal as it is: for set-up, without any of the portal's checks. */
export type DriveriDriverSeed = Partial<Omit<DriveriDriver, 'serial'>> & Pick<DriveriDriver, 'driverId'>;

/** The statuses that the emulation gives a meaning to; a tenant's table may have more. */
export const ACTIVE = 'Active';
export const INACTIVE = 'Inactive';
export const DELETED = 'Deleted';

/** A driver with nothing but a DriverID. */
export function blankDriveriDriver(serial: number, driverId: string, now: number): DriveriDriver {
  return {
    serial,
    driverId,
    firstName: '',
    lastName: '',
    email: '',
    phone: '',
    userName: '',
    enableDriveriApp: false,
    status: ACTIVE,
    authorizedToDrive: 1,
    licenceNumber: '',
    licenseCountry: '',
    licenseState: '',
    group: '',
    imageUrl: '',
    linkedUserName: '',
    lastLogin: null,
    driverPreferences: null,
    createdDate: now,
    updatedDate: now,
  };
}
