/** Everything that the console asks the API for: one document for each question. */

const PROBLEM = 'problem { code message hint since }';
const USER_ERRORS = 'userErrors { code message field }';
const CHANGES = 'changes { field from to }';

const RUN = `
  id kind status dryRun requestedBy startedAt finishedAt progress ${PROBLEM}
  totals { create reinstate link rename update remove unchanged conflict applied failed held }`;

const SYNC = `
  id enabled changedAt changedBy nextRunAt
  health { state gpsObservedAt driveriObservedAt problems { code message hint since } }
  counts { total inSync pending drifted conflict failed held unmanaged off }
  lastRun { ${RUN} }`;

const EVENT = `id cursor type at actor driverName message ${CHANGES} driver { id } run { id }`;

const DRIVER_ROW = `
  id fullName driveriDriverId presence
  sync { status differences { field gps driveri } ${PROBLEM} }`;

const DRIVER = `
  id version presence fullName firstName lastName email phone timeZone referenceId driveriDriverId
  gps { gpsId firstName lastName email phone timeZone referenceId driveriDriverId groups observedAt }
  driveri { driverId firstName lastName email userName mobileApp group status active updatedAt observedAt }
  sync {
    status pendingSince lastSyncedAt attempts nextAttemptAt ${PROBLEM}
    differences { field gps driveri }
  }
  events(first: 20) { nodes { ${EVENT} } }`;

export const VIEWER = `query Viewer {
  viewer { userId role account { id name tier driverSyncAvailable timeZone } }
}`;

export const DRIVER_SYNC = `query DriverSync { driverSync { ${SYNC} } }`;

export const DRIVER_SYNC_CHANGES = `subscription DriverSyncChanges { driverSync { ${SYNC} } }`;

export const RUNS = `query Runs($first: Int!) { syncRuns(first: $first) { nodes { ${RUN} } } }`;

export const RUN_CHANGES = `subscription RunChanges($id: ID!) { syncRun(id: $id) { ${RUN} } }`;

export const RUN_ITEMS = `query RunItems($id: ID!, $first: Int!, $after: String, $action: [SyncAction!], $outcome: [SyncItemOutcome!]) {
  syncRun(id: $id) {
    ${RUN}
    items(first: $first, after: $after, action: $action, outcome: $outcome) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { id driverName action reason outcome ${CHANGES} ${PROBLEM} driver { id } }
    }
  }
}`;

export const DRIVERS = `query Drivers($first: Int!, $after: String, $filter: DriverFilter) {
  drivers(first: $first, after: $after, filter: $filter) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { ${DRIVER_ROW} }
  }
}`;

export const DRIVER_DETAIL = `query DriverDetail($id: ID!) { driver(id: $id) { ${DRIVER} } }`;

export const DRIVER_CHANGES = `subscription DriverChanges($id: ID!) { driver(id: $id) { ${DRIVER} } }`;

export const EVENTS = `query Events($first: Int!, $after: String) {
  syncEvents(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { ${EVENT} } }
}`;

export const EVENT_CHANGES = `subscription EventChanges($after: String) { syncEvents(after: $after) { ${EVENT} } }`;

export const SET_DRIVER_SYNC = `mutation SetDriverSync($enabled: Boolean!, $reviewedRun: ID) {
  setDriverSync(enabled: $enabled, reviewedRun: $reviewedRun) {
    driverSync { ${SYNC} }
    run { ${RUN} }
    ${USER_ERRORS}
  }
}`;

export const RESYNC_DRIVERS = `mutation ResyncDrivers($dryRun: Boolean!, $driverIds: [ID!]) {
  resyncDrivers(dryRun: $dryRun, driverIds: $driverIds) { run { ${RUN} } ${USER_ERRORS} }
}`;

export const APPROVE_RUN = `mutation ApproveRun($id: ID!, $items: [ID!]) {
  approveSyncRun(id: $id, items: $items) { run { ${RUN} } ${USER_ERRORS} }
}`;

export const REJECT_ITEMS = `mutation RejectItems($id: ID!, $items: [ID!]!) {
  rejectSyncRunItems(id: $id, items: $items) { run { ${RUN} } ${USER_ERRORS} }
}`;

export const CANCEL_RUN = `mutation CancelRun($id: ID!) {
  cancelSyncRun(id: $id) { run { ${RUN} } ${USER_ERRORS} }
}`;

export const CREATE_DRIVER = `mutation CreateDriver($input: CreateDriverInput!) {
  createDriver(input: $input) { driver { ${DRIVER} } ${USER_ERRORS} }
}`;

export const UPDATE_DRIVER = `mutation UpdateDriver($input: UpdateDriverInput!) {
  updateDriver(input: $input) { driver { ${DRIVER} } ${USER_ERRORS} }
}`;

export const DELETE_DRIVER = `mutation DeleteDriver($id: ID!) {
  deleteDriver(id: $id) { deletedDriverId ${USER_ERRORS} }
}`;

export const REFRESH_DRIVER = `mutation RefreshDriver($id: ID!) {
  refreshDriver(id: $id) { driver { ${DRIVER} } ${USER_ERRORS} }
}`;

export const UNDO_REMOVAL = `mutation UndoRemoval($event: ID!) {
  undoRemoval(event: $event) { driver { id } ${USER_ERRORS} }
}`;
