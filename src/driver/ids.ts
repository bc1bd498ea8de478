/** A string that cannot be mistaken for another kind of string. */
export type Branded<Name extends string> = string & { readonly __brand: Name };

/** One fleet, as the configuration names it. */
export type AccountId = Branded<'AccountId'>;

/** The GPS portal's own number for a driver, as text whatever the portal sends. Never shown as "driver id". */
export type GpsId = Branded<'GpsId'>;

/** The Driveri DriverID: trimmed, Unicode NFC, compared exactly, case included. It links both portals. */
export type DriverId = Branded<'DriverId'>;

/** The gateway's own, opaque `Driver.id`: survives LINK, RENAME and REINSTATE. */
export type DriverKey = Branded<'DriverKey'>;

/** One run of the sync. */
export type RunId = Branded<'RunId'>;

export const accountId = (text: string): AccountId => text as AccountId; // the only place that brands it
export const gpsId = (text: string | number): GpsId => String(text) as GpsId; // the only place that brands it
export const driverKey = (text: string): DriverKey => text as DriverKey; // the only place that brands it
export const runId = (text: string): RunId => text as RunId; // the only place that brands it

/** Brands a DriverID that is known to stand in Driveri or in our own rows already: taken as it is. */
export const driverId = (text: string): DriverId => text as DriverId; // the only place that brands it

/** The DriverID that a piece of text means: trimmed and in NFC; null when nothing is left of it. */
export function readDriverId(text: string | null | undefined): DriverId | null {
  const trimmed = (text ?? '').normalize('NFC').trim();
  return trimmed === '' ? null : driverId(trimmed);
}
