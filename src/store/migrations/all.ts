import type { Migration } from '../migrate';
import * as gateway from './0001-gateway';
import * as retention from './0002-retention';
import * as gpsReadings from './0003-gps-readings';

/** Every step of the schema, in order. A new step is a new file and one more line here. */
export const migrations: readonly Migration[] = [gateway, retention, gpsReadings];
