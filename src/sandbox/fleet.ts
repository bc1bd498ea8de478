/** Fleets to start with: one that looks real, big tidy ones for benchmarks, and the shape of one's own. */
export { demoFleet } from './fleet/demo-fleet';
export { generateFleet, type GeneratedFleet } from './fleet/generate-fleet';
export {
  EMPTY_FLEET,
  type DriveriFleet,
  type DriveriGroup,
  type Fleet,
  type GpsFleet,
} from './fleet/fleet-seed';
