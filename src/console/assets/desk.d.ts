import type { Api } from './api.js';
import type { ConsoleViewerQuery, DriverSyncStatus, EventItemFragment } from './documents.js';
import type { Live } from './live.js';

/** What every part of the page works with. */
export interface Desk {
  readonly api: Api;
  readonly live: Live;
  readonly viewer: ConsoleViewerQuery['viewer'];
  readonly canWrite: boolean;
  readonly isMaster: boolean;
  /** Whether Driver Sync is on, as far as the page knows. */
  isOn: boolean;
  /** An instant as an element, on the account's clock. */
  readonly time: (instant: string) => HTMLElement;
  /** Called with each event as it happens. */
  readonly onEvent: Set<(event: EventItemFragment) => void>;
  readonly openDriver: (id: string) => void;
  readonly openRun: (id: string) => void;
  readonly showDrivers: (status: DriverSyncStatus) => void;
  readonly driversChanged: () => void;
}
