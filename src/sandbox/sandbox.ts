import type { DriveriSandbox } from './driveri/driveri-sandbox';
import { startDriveriSandbox } from './driveri/start-driveri-sandbox';
import { demoFleet, EMPTY_FLEET, type Fleet } from './fleet';
import type { GpsSandbox } from './gps/gps-sandbox';
import { startGpsSandbox } from './gps/start-gps-sandbox';

export type { DriveriSandbox } from './driveri/driveri-sandbox';
export { startDriveriSandbox, type DriveriSandboxOptions } from './driveri/start-driveri-sandbox';
export type { GpsSandbox } from './gps/gps-sandbox';
export { startGpsSandbox, type GpsSandboxOptions } from './gps/start-gps-sandbox';
export type { DriveriDriver, DriveriDriverFields, DriveriDriverSeed } from './driveri/driveri-driver';
export type { GpsDriver, GpsDriverFields, GpsDriverSeed } from './gps/gps-driver';
export type { ActiveFault, Faults } from './faults/fault-board';
export type { FaultInput, FaultKind } from './faults/fault';
export type { Fleet } from './fleet';
export { EditRefused } from './refusal';

/** How to start both portals. */
export interface SandboxOptions {
  /** Default 127.0.0.1. */
  readonly host?: string | undefined;
  /** Default 0: any free port. */
  readonly gpsPort?: number | undefined;
  /** Default 0: any free port. */
  readonly driveriPort?: number | undefined;
  /** Keep the state in `<dataDir>/sandbox/*.json`; left out: in memory only. */
  readonly dataDir?: string | undefined;
  /** What the portals hold when there is no stored state; default `demo`. */
  readonly fleet?: Fleet | 'demo' | 'empty' | undefined;
  /** Epoch ms; default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** Both portals, emulated over real HTTP from the design's portals.md. */
export interface Sandbox {
  readonly gps: GpsSandbox;
  readonly driveri: DriveriSandbox;
  /** Stops both; their state is on disk. */
  close(): Promise<void>;
}

/** Starts both portals, each on its own port. Rejects, with neither running, when one of them cannot start. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { host, dataDir, now, gpsPort, driveriPort } = options;
  const fleet = fleetOf(options.fleet ?? 'demo');
  const gps = await startGpsSandbox({ host, dataDir, now, port: gpsPort, fleet: fleet.gps });
  try {
    const driveri = await startDriveriSandbox({
      host,
      dataDir,
      now,
      port: driveriPort,
      fleet: fleet.driveri,
    });
    return { gps, driveri, close: () => closeBoth(gps, driveri) };
  } catch (cause) {
    await gps.close();
    throw cause;
  }
}

async function closeBoth(gps: GpsSandbox, driveri: DriveriSandbox): Promise<void> {
  await Promise.all([gps.close(), driveri.close()]);
}

function fleetOf(fleet: Fleet | 'demo' | 'empty'): Fleet {
  if (fleet === 'demo') return demoFleet();
  return fleet === 'empty' ? EMPTY_FLEET : fleet;
}
