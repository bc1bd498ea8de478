// Generated from src/console/console.graphql by `npm run codegen`. Not to be edited.
export const VIEWER = `query ConsoleViewer {
  viewer {
    userId
    role
    account {
      id
      name
      tier
      driverSyncAvailable
      timeZone
    }
  }
}`;

export const DRIVER_SYNC = `query ConsoleDriverSync {
  driverSync {
    ...SyncCard
  }
}

fragment SyncCard on DriverSync {
  id
  enabled
  changedAt
  changedBy
  nextRunAt
  health {
    state
    gpsObservedAt
    driveriObservedAt
    problems {
      ...ProblemBox
    }
  }
  counts {
    total
    inSync
    pending
    drifted
    conflict
    failed
    held
    unmanaged
    off
  }
  lastRun {
    ...RunSummary
  }
}

fragment RunSummary on SyncRun {
  id
  kind
  status
  dryRun
  requestedBy
  startedAt
  finishedAt
  progress
  problem {
    ...ProblemBox
  }
  totals {
    create
    reinstate
    link
    rename
    update
    remove
    unchanged
    conflict
    applied
    failed
    held
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`;

export const DRIVER_SYNC_CHANGES = `subscription ConsoleDriverSyncChanges {
  driverSync {
    ...SyncCard
  }
}

fragment SyncCard on DriverSync {
  id
  enabled
  changedAt
  changedBy
  nextRunAt
  health {
    state
    gpsObservedAt
    driveriObservedAt
    problems {
      ...ProblemBox
    }
  }
  counts {
    total
    inSync
    pending
    drifted
    conflict
    failed
    held
    unmanaged
    off
  }
  lastRun {
    ...RunSummary
  }
}

fragment RunSummary on SyncRun {
  id
  kind
  status
  dryRun
  requestedBy
  startedAt
  finishedAt
  progress
  problem {
    ...ProblemBox
  }
  totals {
    create
    reinstate
    link
    rename
    update
    remove
    unchanged
    conflict
    applied
    failed
    held
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`;

export const RUNS = `query ConsoleRuns($first: Int!) {
  syncRuns(first: $first) {
    nodes {
      ...RunSummary
    }
  }
}

fragment RunSummary on SyncRun {
  id
  kind
  status
  dryRun
  requestedBy
  startedAt
  finishedAt
  progress
  problem {
    ...ProblemBox
  }
  totals {
    create
    reinstate
    link
    rename
    update
    remove
    unchanged
    conflict
    applied
    failed
    held
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`;

export const RUN_CHANGES = `subscription ConsoleRunChanges($id: ID!) {
  syncRun(id: $id) {
    ...RunSummary
  }
}

fragment RunSummary on SyncRun {
  id
  kind
  status
  dryRun
  requestedBy
  startedAt
  finishedAt
  progress
  problem {
    ...ProblemBox
  }
  totals {
    create
    reinstate
    link
    rename
    update
    remove
    unchanged
    conflict
    applied
    failed
    held
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`;

export const RUN_ITEMS = `query ConsoleRunItems($id: ID!, $first: Int!, $after: String, $action: [SyncAction!], $outcome: [SyncItemOutcome!]) {
  syncRun(id: $id) {
    ...RunSummary
    items(first: $first, after: $after, action: $action, outcome: $outcome) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        ...ItemRow
      }
    }
  }
}

fragment RunSummary on SyncRun {
  id
  kind
  status
  dryRun
  requestedBy
  startedAt
  finishedAt
  progress
  problem {
    ...ProblemBox
  }
  totals {
    create
    reinstate
    link
    rename
    update
    remove
    unchanged
    conflict
    applied
    failed
    held
  }
}

fragment ItemRow on SyncRunItem {
  id
  driverName
  action
  reason
  outcome
  changes {
    ...ChangeLine
  }
  problem {
    ...ProblemBox
  }
  driver {
    id
  }
}

fragment ChangeLine on FieldChange {
  field
  from
  to
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`;

export const DRIVERS = `query ConsoleDrivers($first: Int!, $after: String, $filter: DriverFilter) {
  drivers(first: $first, after: $after, filter: $filter) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      ...DriverLine
    }
  }
}

fragment DriverLine on Driver {
  id
  fullName
  driveriDriverId
  presence
  sync {
    status
    differences {
      field
      gps
      driveri
    }
    problem {
      ...ProblemBox
    }
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`;

export const DRIVER_DETAIL = `query ConsoleDriverDetail($id: ID!) {
  driver(id: $id) {
    ...DriverPanel
  }
}

fragment DriverPanel on Driver {
  id
  version
  presence
  fullName
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  gps {
    ...GpsSide
  }
  driveri {
    ...DriveriSide
  }
  sync {
    status
    pendingSince
    lastSyncedAt
    attempts
    nextAttemptAt
    problem {
      ...ProblemBox
    }
    differences {
      field
      gps
      driveri
    }
  }
  events(first: 20) {
    nodes {
      ...EventItem
    }
  }
}

fragment GpsSide on GpsDriver {
  gpsId
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  groups
  observedAt
}

fragment DriveriSide on DriveriDriver {
  driverId
  firstName
  lastName
  email
  userName
  mobileApp
  group
  status
  active
  updatedAt
  observedAt
}

fragment EventItem on SyncEvent {
  id
  cursor
  type
  at
  actor
  driverName
  message
  changes {
    ...ChangeLine
  }
  driver {
    id
  }
  run {
    id
  }
}

fragment ChangeLine on FieldChange {
  field
  from
  to
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`;

export const DRIVER_CHANGES = `subscription ConsoleDriverChanges($id: ID!) {
  driver(id: $id) {
    ...DriverPanel
  }
}

fragment DriverPanel on Driver {
  id
  version
  presence
  fullName
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  gps {
    ...GpsSide
  }
  driveri {
    ...DriveriSide
  }
  sync {
    status
    pendingSince
    lastSyncedAt
    attempts
    nextAttemptAt
    problem {
      ...ProblemBox
    }
    differences {
      field
      gps
      driveri
    }
  }
  events(first: 20) {
    nodes {
      ...EventItem
    }
  }
}

fragment GpsSide on GpsDriver {
  gpsId
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  groups
  observedAt
}

fragment DriveriSide on DriveriDriver {
  driverId
  firstName
  lastName
  email
  userName
  mobileApp
  group
  status
  active
  updatedAt
  observedAt
}

fragment EventItem on SyncEvent {
  id
  cursor
  type
  at
  actor
  driverName
  message
  changes {
    ...ChangeLine
  }
  driver {
    id
  }
  run {
    id
  }
}

fragment ChangeLine on FieldChange {
  field
  from
  to
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`;

export const EVENTS = `query ConsoleEvents($first: Int!, $after: String) {
  syncEvents(first: $first, after: $after) {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      ...EventItem
    }
  }
}

fragment EventItem on SyncEvent {
  id
  cursor
  type
  at
  actor
  driverName
  message
  changes {
    ...ChangeLine
  }
  driver {
    id
  }
  run {
    id
  }
}

fragment ChangeLine on FieldChange {
  field
  from
  to
}`;

export const EVENT_CHANGES = `subscription ConsoleEventChanges($after: String) {
  syncEvents(after: $after) {
    ...EventItem
  }
}

fragment EventItem on SyncEvent {
  id
  cursor
  type
  at
  actor
  driverName
  message
  changes {
    ...ChangeLine
  }
  driver {
    id
  }
  run {
    id
  }
}

fragment ChangeLine on FieldChange {
  field
  from
  to
}`;

export const SET_DRIVER_SYNC = `mutation ConsoleSetDriverSync($enabled: Boolean!, $reviewedRun: ID) {
  setDriverSync(enabled: $enabled, reviewedRun: $reviewedRun) {
    driverSync {
      ...SyncCard
    }
    run {
      ...RunSummary
    }
    userErrors {
      ...Refusal
    }
  }
}

fragment SyncCard on DriverSync {
  id
  enabled
  changedAt
  changedBy
  nextRunAt
  health {
    state
    gpsObservedAt
    driveriObservedAt
    problems {
      ...ProblemBox
    }
  }
  counts {
    total
    inSync
    pending
    drifted
    conflict
    failed
    held
    unmanaged
    off
  }
  lastRun {
    ...RunSummary
  }
}

fragment RunSummary on SyncRun {
  id
  kind
  status
  dryRun
  requestedBy
  startedAt
  finishedAt
  progress
  problem {
    ...ProblemBox
  }
  totals {
    create
    reinstate
    link
    rename
    update
    remove
    unchanged
    conflict
    applied
    failed
    held
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}

fragment Refusal on UserError {
  code
  message
  field
}`;

export const RESYNC_DRIVERS = `mutation ConsoleResyncDrivers($dryRun: Boolean!, $driverIds: [ID!]) {
  resyncDrivers(dryRun: $dryRun, driverIds: $driverIds) {
    run {
      ...RunSummary
    }
    userErrors {
      ...Refusal
    }
  }
}

fragment RunSummary on SyncRun {
  id
  kind
  status
  dryRun
  requestedBy
  startedAt
  finishedAt
  progress
  problem {
    ...ProblemBox
  }
  totals {
    create
    reinstate
    link
    rename
    update
    remove
    unchanged
    conflict
    applied
    failed
    held
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}

fragment Refusal on UserError {
  code
  message
  field
}`;

export const APPROVE_RUN = `mutation ConsoleApproveRun($id: ID!, $items: [ID!]) {
  approveSyncRun(id: $id, items: $items) {
    run {
      ...RunSummary
    }
    userErrors {
      ...Refusal
    }
  }
}

fragment RunSummary on SyncRun {
  id
  kind
  status
  dryRun
  requestedBy
  startedAt
  finishedAt
  progress
  problem {
    ...ProblemBox
  }
  totals {
    create
    reinstate
    link
    rename
    update
    remove
    unchanged
    conflict
    applied
    failed
    held
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}

fragment Refusal on UserError {
  code
  message
  field
}`;

export const REJECT_ITEMS = `mutation ConsoleRejectItems($id: ID!, $items: [ID!]!) {
  rejectSyncRunItems(id: $id, items: $items) {
    run {
      ...RunSummary
    }
    userErrors {
      ...Refusal
    }
  }
}

fragment RunSummary on SyncRun {
  id
  kind
  status
  dryRun
  requestedBy
  startedAt
  finishedAt
  progress
  problem {
    ...ProblemBox
  }
  totals {
    create
    reinstate
    link
    rename
    update
    remove
    unchanged
    conflict
    applied
    failed
    held
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}

fragment Refusal on UserError {
  code
  message
  field
}`;

export const CANCEL_RUN = `mutation ConsoleCancelRun($id: ID!) {
  cancelSyncRun(id: $id) {
    run {
      ...RunSummary
    }
    userErrors {
      ...Refusal
    }
  }
}

fragment RunSummary on SyncRun {
  id
  kind
  status
  dryRun
  requestedBy
  startedAt
  finishedAt
  progress
  problem {
    ...ProblemBox
  }
  totals {
    create
    reinstate
    link
    rename
    update
    remove
    unchanged
    conflict
    applied
    failed
    held
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}

fragment Refusal on UserError {
  code
  message
  field
}`;

export const CREATE_DRIVER = `mutation ConsoleCreateDriver($input: CreateDriverInput!) {
  createDriver(input: $input) {
    driver {
      ...DriverPanel
    }
    userErrors {
      ...Refusal
    }
  }
}

fragment DriverPanel on Driver {
  id
  version
  presence
  fullName
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  gps {
    ...GpsSide
  }
  driveri {
    ...DriveriSide
  }
  sync {
    status
    pendingSince
    lastSyncedAt
    attempts
    nextAttemptAt
    problem {
      ...ProblemBox
    }
    differences {
      field
      gps
      driveri
    }
  }
  events(first: 20) {
    nodes {
      ...EventItem
    }
  }
}

fragment GpsSide on GpsDriver {
  gpsId
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  groups
  observedAt
}

fragment DriveriSide on DriveriDriver {
  driverId
  firstName
  lastName
  email
  userName
  mobileApp
  group
  status
  active
  updatedAt
  observedAt
}

fragment EventItem on SyncEvent {
  id
  cursor
  type
  at
  actor
  driverName
  message
  changes {
    ...ChangeLine
  }
  driver {
    id
  }
  run {
    id
  }
}

fragment ChangeLine on FieldChange {
  field
  from
  to
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}

fragment Refusal on UserError {
  code
  message
  field
}`;

export const UPDATE_DRIVER = `mutation ConsoleUpdateDriver($input: UpdateDriverInput!) {
  updateDriver(input: $input) {
    driver {
      ...DriverPanel
    }
    userErrors {
      ...Refusal
    }
  }
}

fragment DriverPanel on Driver {
  id
  version
  presence
  fullName
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  gps {
    ...GpsSide
  }
  driveri {
    ...DriveriSide
  }
  sync {
    status
    pendingSince
    lastSyncedAt
    attempts
    nextAttemptAt
    problem {
      ...ProblemBox
    }
    differences {
      field
      gps
      driveri
    }
  }
  events(first: 20) {
    nodes {
      ...EventItem
    }
  }
}

fragment GpsSide on GpsDriver {
  gpsId
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  groups
  observedAt
}

fragment DriveriSide on DriveriDriver {
  driverId
  firstName
  lastName
  email
  userName
  mobileApp
  group
  status
  active
  updatedAt
  observedAt
}

fragment EventItem on SyncEvent {
  id
  cursor
  type
  at
  actor
  driverName
  message
  changes {
    ...ChangeLine
  }
  driver {
    id
  }
  run {
    id
  }
}

fragment ChangeLine on FieldChange {
  field
  from
  to
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}

fragment Refusal on UserError {
  code
  message
  field
}`;

export const DELETE_DRIVER = `mutation ConsoleDeleteDriver($id: ID!) {
  deleteDriver(id: $id) {
    deletedDriverId
    userErrors {
      ...Refusal
    }
  }
}

fragment Refusal on UserError {
  code
  message
  field
}`;

export const REFRESH_DRIVER = `mutation ConsoleRefreshDriver($id: ID!) {
  refreshDriver(id: $id) {
    driver {
      ...DriverPanel
    }
    userErrors {
      ...Refusal
    }
  }
}

fragment DriverPanel on Driver {
  id
  version
  presence
  fullName
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  gps {
    ...GpsSide
  }
  driveri {
    ...DriveriSide
  }
  sync {
    status
    pendingSince
    lastSyncedAt
    attempts
    nextAttemptAt
    problem {
      ...ProblemBox
    }
    differences {
      field
      gps
      driveri
    }
  }
  events(first: 20) {
    nodes {
      ...EventItem
    }
  }
}

fragment GpsSide on GpsDriver {
  gpsId
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  groups
  observedAt
}

fragment DriveriSide on DriveriDriver {
  driverId
  firstName
  lastName
  email
  userName
  mobileApp
  group
  status
  active
  updatedAt
  observedAt
}

fragment EventItem on SyncEvent {
  id
  cursor
  type
  at
  actor
  driverName
  message
  changes {
    ...ChangeLine
  }
  driver {
    id
  }
  run {
    id
  }
}

fragment ChangeLine on FieldChange {
  field
  from
  to
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}

fragment Refusal on UserError {
  code
  message
  field
}`;

export const UNDO_REMOVAL = `mutation ConsoleUndoRemoval($event: ID!) {
  undoRemoval(event: $event) {
    driver {
      id
    }
    userErrors {
      ...Refusal
    }
  }
}

fragment Refusal on UserError {
  code
  message
  field
}`;
