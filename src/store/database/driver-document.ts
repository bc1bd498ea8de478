import type { DriverSyncStateView, DriveriDriverView, GpsDriverView } from '../../gateway/views/driver-view';

/**
 * What a list shows of a driver besides the columns of `gateway.driver`: one JSON document, written when the driver changes, so
 * that a page is an index walk that reads documents. What belongs to the account (whether Driver Sync is on, when a listing was
 * last read) is applied when it is read.
 */
export interface DriverDocument {
  /** `observedAt` is the row's own; a later listing that had the driver counts too. Null when GPS does not have the driver. */
  readonly gps: GpsDriverView | null;
  /** False while the driver is missing: then a later listing is no observation of it. */
  readonly inGpsListing: boolean;
  /** Null when the driver is not in Driveri, or removed there. */
  readonly driveri: DriveriDriverView | null;
  /** As if Driver Sync were on; the status has a column of its own. */
  readonly sync: Omit<DriverSyncStateView, 'status' | 'differences'>;
}
