import type { GpsId } from './ids';

/** How a driver is called in sentences for people: by name; without one, by the GPS id. Never empty. */
export function driverName(
  names: { readonly firstName: string | null; readonly lastName: string | null } | null,
  gpsId: GpsId,
): string {
  const parts = [names?.firstName, names?.lastName].map((part) => (part ?? '').trim());
  const name = parts.filter((part) => part !== '').join(' ');
  return name === '' ? `GPS driver ${gpsId}` : name;
}
