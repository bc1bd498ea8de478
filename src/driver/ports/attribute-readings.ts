import type { GpsId } from '../ids';

/** What was last read of one driver's custom attribute. */
export interface AttributeReading {
  readonly gpsId: GpsId;
  /** The attribute's text as the portal told it; null: the driver has none by that key. Only meaningful when `readAt` is set. */
  readonly value: string | null;
  /** Epoch ms when the request that brought the value was sent; null: it was never read. */
  readonly readAt: number | null;
  /** Epoch ms of the last attempt, also of one that failed: the driver's turn comes again a day later. */
  readonly triedAt: number;
  /** Why the last attempt brought no value, in words; null: it did. */
  readonly failure: string | null;
  /** Drawn before the request was sent (engine.md, R16). */
  readonly ticket: number;
}

/**
 * The custom attribute of an account's GPS drivers as it was last read, one row per driver: kept over restarts and shared by all
 * processes, because an attribute costs a request per driver. Throws only when the store cannot be reached.
 */
export interface AttributeReadings {
  /** Every reading that is kept. */
  all(): Promise<readonly AttributeReading[]>;
  /** The readings that are kept of these drivers. */
  of(ids: readonly GpsId[]): Promise<readonly AttributeReading[]>;
  /** Whether any driver has a value: before that, an empty answer may mean that the key does not exist. */
  hasValue(): Promise<boolean>;
  /** The ticket of a reading that is about to be made. */
  drawTicket(): Promise<number>;
  /**
   * Keeps readings; a lower ticket never replaces a higher one, and a failed attempt leaves the value as it is. Answers the rows
   * of these drivers as they are kept now.
   */
  keep(readings: readonly AttributeReading[]): Promise<readonly AttributeReading[]>;
  /** Forgets drivers that GPS no longer lists. */
  forget(ids: readonly GpsId[]): Promise<void>;
}
