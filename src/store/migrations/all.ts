import type { Migration } from '../database/migrate';
import * as gateway from './0001-gateway';
import * as retention from './0002-retention';
import * as gpsReadings from './0003-gps-readings';
import * as portalLimits from './0004-portal-limits';
import * as decisionsAndStatistics from './0010-decisions-and-statistics';
import * as driverDocument from './0011-driver-document';
import * as engine from './0020-engine';
import * as values from './0025-values';
import * as userLimits from './0040-user-limits';
import * as incidents from './0050-incidents';
import * as traces from './0051-traces';
import * as gpsAttributes from './0060-gps-attributes';
import * as cleanedRows from './0061-cleaned-rows';
import * as processClocks from './0062-process-clocks';
import * as previews from './0063-previews';
import * as queueOutages from './0064-queue-outages';
import * as decisionReason from './0065-decision-reason';

/** Every step of the schema, in order. A new step is a new file and one more line here. */
export const migrations: readonly Migration[] = [
  gateway,
  retention,
  gpsReadings,
  portalLimits,
  decisionsAndStatistics,
  driverDocument,
  engine,
  values,
  userLimits,
  incidents,
  traces,
  gpsAttributes,
  cleanedRows,
  processClocks,
  previews,
  queueOutages,
  decisionReason,
];
