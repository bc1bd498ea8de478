/** One driver as the GPS portal holds them. Texts that are not filled in are `''`; times are epoch ms. */
export interface GpsDriver {
  readonly id: number;
  readonly firstname: string;
  readonly lastname: string;
  readonly email: string;
  /** Digits only. */
  readonly phone: string;
  readonly refId: string;
  /** "Driveri DriverID" of the portal's form. */
  readonly driveriDriverId: string;
  /** Like `US/Arizona`. */
  readonly timezone: string;
  /** Bit mask: 1 e-mail, 2 SMS, 4 Garmin. */
  readonly alertPref: number;
  /** Names of the groups they are in; "ALL DRIVERS" is understood. */
  readonly groups: readonly string[];
  /** The account's custom attributes, by key. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly deleted: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What a person can fill in on the portal's form. */
export type GpsDriverFields = Partial<Omit<GpsDriver, 'id' | 'deleted' | 'createdAt' | 'updatedAt'>>;

/** A driver to put into the portal as it is: for set-up, without any of the portal's checks. */
export type GpsDriverSeed = Partial<GpsDriver> & Pick<GpsDriver, 'lastname'>;

/** The default of `alert_pref`: e-mail and SMS (portals.md, C). */
export const DEFAULT_ALERT_PREF = 3;

/** A driver with nothing but an id. */
export function blankGpsDriver(id: number, now: number): GpsDriver {
  return {
    id,
    firstname: '',
    lastname: '',
    email: '',
    phone: '',
    refId: '',
    driveriDriverId: '',
    timezone: '',
    alertPref: DEFAULT_ALERT_PREF,
    groups: [],
    attributes: {},
    deleted: false,
    createdAt: now,
    updatedAt: now,
  };
}
