import { oneOfParam } from '../../shell/search-params';

const DIALOGS = ['edit', 'delete', 'resync'] as const;

/** Dialogs over a driver that an address can open. */
export type DriverDialog = (typeof DIALOGS)[number];

/** Reads the address of a driver. */
export const driverSearch = (raw: Record<string, unknown>): { dialog?: DriverDialog | undefined } => ({
  dialog: oneOfParam(raw, 'dialog', DIALOGS),
});
