import type { GpsDriver } from './gps-driver';

/** Where a `driver` argument is looked up: the drivers that the user can see and that are not deleted. */
export interface GpsView {
  drivers(): readonly GpsDriver[];
  withRefId(refId: string): readonly GpsDriver[];
  withId(id: number): GpsDriver | undefined;
}

/**
 * The driver an argument means, in the portal's order (portals.md, C): Ref ID, id, last name, first name,
 * "first last", part of a name. Of several the first wins, silently: so a numeric id can mean another driver, whose
 * Ref ID is that number. Names are compared without regard to case (the emulation's choice).
 */
export function resolveDriver(argument: string, view: GpsView): GpsDriver | undefined {
  const wanted = argument.trim();
  if (wanted === '') return undefined;
  return view.withRefId(wanted)[0] ?? byId(wanted, view) ?? byName(wanted.toLowerCase(), view.drivers());
}

function byId(wanted: string, view: GpsView): GpsDriver | undefined {
  return /^[1-9]\d{0,14}$/.test(wanted) ? view.withId(Number(wanted)) : undefined;
}

function byName(wanted: string, drivers: readonly GpsDriver[]): GpsDriver | undefined {
  return (
    drivers.find((driver) => driver.lastname.toLowerCase() === wanted) ??
    drivers.find((driver) => driver.firstname.toLowerCase() === wanted) ??
    drivers.find((driver) => fullName(driver) === wanted) ??
    drivers.find((driver) => driver.lastname.toLowerCase().includes(wanted)) ??
    drivers.find((driver) => driver.firstname.toLowerCase().includes(wanted))
  );
}

function fullName(driver: GpsDriver): string {
  return `${driver.firstname} ${driver.lastname}`.trim().toLowerCase();
}
