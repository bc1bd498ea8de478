import { createDriveriPortal } from '../../../src/portals/driveri/driveri-portal';
import { createGpsPortal } from '../../../src/portals/gps/gps-portal';
import type { PortalAccess } from '../../support/gateway-process';
import { serveParent } from './child';
import { stamp } from './clock';

/** The least that a full run can cost: both lists are downloaded and parsed, and nothing is compared or stored. */
export type ListsProgram = typeof methods;

const methods = {
  /** Downloads and parses both lists, GPS and Driveri side by side; how long that took, in ms. */
  async download({ gps, driveri }: PortalAccess): Promise<number> {
    const gpsPortal = createGpsPortal({
      baseUrl: gps.url,
      username: gps.username,
      appToken: () => gps.appToken,
      requestsPerSecond: 50,
      driveriDriverIdField: { kind: 'field', name: 'driveri_driver_id' },
    });
    const driveriPortal = createDriveriPortal({
      baseUrl: driveri.url,
      tenant: driveri.tenant,
      clientId: driveri.clientId,
      clientSecret: () => driveri.clientSecret,
      requestsPerSecond: 1000,
    });
    const startedAt = stamp();
    await Promise.all([gpsPortal.listDrivers(), driveriPortal.listDrivers()]);
    const took = stamp() - startedAt;
    await Promise.all([gpsPortal.close(), driveriPortal.close()]);
    return took;
  },
};

serveParent(methods);
