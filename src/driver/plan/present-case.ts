import type { DriverSituation, GpsSide } from './driver-plan';
import type { DriveriDriver } from '../driveri-driver';
import type { DriverId } from '../ids';
import type { Link } from '../link';

/** X: the Driveri driver under the link; `vanished` when there is a link and nobody under it. */
export type StateOfX = 'none' | 'active' | 'removed' | 'vanished';

/**
 * Where the wanted DriverID is:
 * - `own`: it is the link's; `nobody`: not in Driveri, and nobody is linked to it; `free`: Driveri has it, without a link
 * - `disputed`: several want it and none of them is linked to it; `held`: another driver is linked to it
 */
export type Place = 'own' | 'disputed' | 'nobody' | 'free' | 'held';

/** A present driver whose wanted DriverID is known, sorted out for the table. */
export interface PresentCase {
  readonly situation: DriverSituation;
  readonly gps: Extract<GpsSide, { readonly presence: 'present' }>;
  readonly wanted: DriverId;
  readonly link: Link | null;
  readonly x: DriveriDriver | null;
  readonly stateOfX: StateOfX;
  readonly place: Place;
}
