import{l as e}from"./foundation-C1WSl24v.js";function t(t){return e(t)}var n=t(`query ConsoleViewer {
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
}`),r=t(`query ConsoleDriverSync {
  driverSync {
    ...SyncOverview
  }
}

fragment SyncOverview on DriverSync {
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
    overwrites
    rejected
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`),i=t(`subscription ConsoleDriverSyncChanges {
  driverSync {
    ...SyncOverview
  }
}

fragment SyncOverview on DriverSync {
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
    overwrites
    rejected
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`),a=t(`query ConsoleSettings {
  driverSync {
    id
    settings {
      driverIdFallback
      driftPolicy
      dailyRunAt
      gpsPollSeconds
      driveriPollSeconds
      maxInferredRemovals
      maxInferredRemovalsPercent
      maxIdentityChanges
      maxIdentityChangesPercent
      holdChangedPercent
    }
  }
}`),o=t(`query ConsoleStatistics($from: DateTime!, $to: DateTime!, $bucket: StatisticsBucket!) {
  syncStatistics(from: $from, to: $to, bucket: $bucket) {
    start
    created
    reinstated
    linked
    renamed
    updated
    removed
    driftDetected
    failed
    held
    delayP50Ms
    delayP95Ms
  }
}`),s=t(`query ConsoleRuns($first: Int!, $after: String, $filter: SyncRunFilter) {
  runs(first: $first, after: $after, filter: $filter) {
    pageInfo {
      hasNextPage
      endCursor
    }
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
    overwrites
    rejected
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`),c=t(`query ConsoleRun($id: ID!) {
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
    overwrites
    rejected
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`),l=t(`subscription ConsoleRunChanges($id: ID!) {
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
    overwrites
    rejected
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`),u=t(`query ConsoleRunItems($id: ID!, $first: Int!, $after: String, $action: [SyncAction!], $outcome: [SyncItemOutcome!], $overwrites: Boolean, $search: String) {
  syncRun(id: $id) {
    id
    itemsBy(
      first: $first
      after: $after
      action: $action
      outcome: $outcome
      overwrites: $overwrites
      search: $search
    ) {
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

fragment ItemRow on SyncRunItem {
  id
  driverName
  action
  reason
  outcome
  heldFor
  decidedBy
  decidedAt
  decisionReason
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
}`),d=t(`query ConsoleHeldItems($first: Int!, $after: String, $filter: HeldItemFilter) {
  heldItems(first: $first, after: $after, filter: $filter) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      ...HeldRow
    }
  }
}

fragment ItemRow on SyncRunItem {
  id
  driverName
  action
  reason
  outcome
  heldFor
  decidedBy
  decidedAt
  decisionReason
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

fragment HeldRow on SyncRunItem {
  ...ItemRow
  evidence {
    kind
    statement
    lastSeenAt
  }
  run {
    id
    kind
    status
    startedAt
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
}`),f=t(`query ConsoleHeldCount {
  heldItems(first: 1) {
    totalCount
  }
}`),p=t(`query ConsoleDrivers($first: Int!, $after: String, $filter: DriverFilter, $orderBy: DriverOrder, $withCount: Boolean!) {
  drivers(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    totalCount @include(if: $withCount)
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
  referenceId
  presence
  sync {
    status
    lastSyncedAt
  }
}`),m=t(`query ConsoleDriversForExport($first: Int!, $after: String, $filter: DriverFilter, $orderBy: DriverOrder) {
  drivers(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      ...DriverExport
    }
  }
}

fragment DriverExport on Driver {
  id
  version
  fullName
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  presence
  gps {
    gpsId
    groups
  }
  sync {
    status
    lastSyncedAt
  }
}`),h=t(`query ConsoleDriversById($ids: [ID!]!) {
  nodes(ids: $ids) {
    ...DriverExport
  }
}

fragment DriverExport on Driver {
  id
  version
  fullName
  firstName
  lastName
  email
  phone
  timeZone
  referenceId
  driveriDriverId
  presence
  gps {
    gpsId
    groups
  }
  sync {
    status
    lastSyncedAt
  }
}`),g=t(`query ConsoleDriverRows($ids: [ID!]!) {
  nodes(ids: $ids) {
    ...DriverLine
  }
}

fragment DriverLine on Driver {
  id
  fullName
  driveriDriverId
  referenceId
  presence
  sync {
    status
    lastSyncedAt
  }
}`),_=t(`query ConsoleGroups {
  drivers(first: 100) {
    nodes {
      id
      gps {
        groups
      }
    }
  }
}`),v=t(`query ConsoleFindDrivers($first: Int!, $search: String!) {
  drivers(first: $first, filter: {search: $search}) {
    nodes {
      id
      fullName
      driveriDriverId
      referenceId
    }
  }
}`),y=t(`query ConsoleAttention($first: Int!) {
  drivers(
    first: $first
    filter: {status: [CONFLICT, FAILED]}
    orderBy: {field: STATUS, direction: ASC}
  ) {
    nodes {
      id
      fullName
      driveriDriverId
      sync {
        status
        problem {
          ...ProblemBox
        }
      }
    }
  }
}

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`),b=t(`query ConsoleDriverDetail($id: ID!) {
  driver(id: $id) {
    ...DriverPage
  }
}

fragment DriverPage on Driver {
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

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`),x=t(`subscription ConsoleDriverChanges($id: ID!) {
  driver(id: $id) {
    ...DriverPage
  }
}

fragment DriverPage on Driver {
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

fragment ProblemBox on SyncProblem {
  code
  message
  hint
  since
}`),S=t(`query ConsoleDriverEvents($id: ID!, $first: Int!, $after: String) {
  driver(id: $id) {
    id
    events(first: $first, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        ...EventItem
      }
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
}`),C=t(`query ConsoleEvents($first: Int!, $after: String, $filter: SyncEventFilter) {
  syncEvents(first: $first, after: $after, filter: $filter) {
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
}`),w=t(`subscription ConsoleEventChanges($after: String, $filter: SyncEventFilter) {
  syncEvents(after: $after, filter: $filter) {
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
}`),T=t(`mutation ConsoleSetDriverSync($enabled: Boolean!, $reviewedRun: ID) {
  setDriverSync(enabled: $enabled, reviewedRun: $reviewedRun) {
    driverSync {
      ...SyncOverview
    }
    run {
      ...RunSummary
    }
    userErrors {
      ...Refusal
    }
    planDifferences {
      ...PlanDifferenceRow
    }
  }
}

fragment SyncOverview on DriverSync {
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
    overwrites
    rejected
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
}

fragment PlanDifferenceRow on PlanDifference {
  driverName
  driver {
    id
  }
  before {
    ...PlannedWork
  }
  now {
    ...PlannedWork
  }
}

fragment PlannedWork on PlannedAction {
  action
  reason
  changes {
    ...ChangeLine
  }
}`),E=t(`mutation ConsoleResyncDrivers($dryRun: Boolean!, $driverIds: [ID!]) {
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
    overwrites
    rejected
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
}`),D=t(`mutation ConsoleApproveRun($id: ID!, $items: [ID!]) {
  approveSyncRun(id: $id, items: $items) {
    run {
      ...RunSummary
    }
    userErrors {
      ...Refusal
    }
    planDifferences {
      ...PlanDifferenceRow
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
    overwrites
    rejected
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
}

fragment PlanDifferenceRow on PlanDifference {
  driverName
  driver {
    id
  }
  before {
    ...PlannedWork
  }
  now {
    ...PlannedWork
  }
}

fragment PlannedWork on PlannedAction {
  action
  reason
  changes {
    ...ChangeLine
  }
}`),O=t(`mutation ConsoleRejectItems($id: ID!, $items: [ID!]!, $reason: String) {
  rejectSyncRunItems(id: $id, items: $items, reason: $reason) {
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
    overwrites
    rejected
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
}`),k=t(`mutation ConsoleCancelRun($id: ID!) {
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
    overwrites
    rejected
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
}`),A=t(`mutation ConsoleCreateDriver($input: CreateDriverInput!) {
  createDriver(input: $input) {
    driver {
      ...DriverPage
    }
    userErrors {
      ...Refusal
    }
    warnings {
      code
      message
      field
    }
  }
}

fragment DriverPage on Driver {
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
}`),j=t(`mutation ConsoleUpdateDriver($input: UpdateDriverInput!) {
  updateDriver(input: $input) {
    driver {
      ...DriverPage
    }
    userErrors {
      ...Refusal
    }
    warnings {
      code
      message
      field
    }
  }
}

fragment DriverPage on Driver {
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
}`),M=t(`mutation ConsoleUpdateDrivers($inputs: [UpdateDriverInput!]!) {
  updateDrivers(inputs: $inputs) {
    driver {
      id
      version
      fullName
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
}`),N=t(`mutation ConsoleDeleteDriver($id: ID!) {
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
}`),P=t(`mutation ConsoleRefreshDriver($id: ID!) {
  refreshDriver(id: $id) {
    driver {
      ...DriverPage
    }
    userErrors {
      ...Refusal
    }
  }
}

fragment DriverPage on Driver {
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
}`),F=t(`mutation ConsoleUndoRemoval($event: ID!, $force: Boolean!) {
  undoRemoval(event: $event, force: $force) {
    driver {
      id
      fullName
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
}`);export{o as A,E as C,u as D,l as E,j as M,M as N,a as O,n as P,O as S,s as T,v as _,N as a,d as b,m as c,S as d,g as f,w as g,C as h,A as i,F as j,T as k,x as l,i as m,y as n,p as o,r as p,k as r,h as s,D as t,b as u,_ as v,c as w,P as x,f as y};