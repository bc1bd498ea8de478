import type { GpsId } from '../ids';

const MOST_IN_A_SENTENCE = 3;

/** One driver in a sentence: the name, and the GPS id by which to find it. */
export function nameWithId(driver: { readonly name: string; readonly gpsId: GpsId }): string {
  const { name, gpsId } = driver;
  return name === `GPS driver ${gpsId}` ? name : `${name} (GPS driver ${gpsId})`;
}

/** Several drivers in a sentence: the first few by name, `and others` for the rest. */
export function nameList(drivers: readonly { readonly name: string; readonly gpsId: GpsId }[]): string {
  const names = drivers.slice(0, MOST_IN_A_SENTENCE).map(nameWithId);
  if (drivers.length > MOST_IN_A_SENTENCE) return `${names.join(', ')} and others`;
  const last = names.pop() ?? 'nobody';
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`;
}
