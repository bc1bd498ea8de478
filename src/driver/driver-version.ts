import { createHash } from 'node:crypto';

/**
 * The version that a client gives back with an edit: it changes whenever what GPS says of the driver changes, its groups
 * included. `gpsVersion` is the roster row's.
 */
export function driverVersion(gpsVersion: string, groups: readonly string[]): string {
  if (groups.length === 0) return gpsVersion;
  const digest = createHash('md5')
    .update(JSON.stringify([...groups].sort()))
    .digest('base64url');
  return `${gpsVersion}.${digest.slice(0, 8)}`;
}
