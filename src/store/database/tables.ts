import type { ColumnType, Generated, GeneratedAlways, Kysely } from 'kysely';
import type { AbsenceProof } from '../../driver/absence-proof';
import type { DriverStep, FieldChange, SyncAction } from '../../driver/plan/driver-plan';
import type { DriveriDriver, EnforcedFields } from '../../driver/driveri-driver';
import type { AccountId, DriverId, DriverKey, GpsId, RunId } from '../../driver/ids';
import type { PortalName } from '../../driver/ports/portal-error';
import type { AccountProblem, AccountState } from '../../sync/ports/account-store';
import type { IntentRow } from '../../sync/ports/intent-store';
import type { RemovalState } from '../../sync/ports/removal-store';
import type { GpsRosterEntry } from '../../sync/ports/roster-store';
import type { HeldFor } from '../../sync/ports/run-store';
import type { PausedField } from '../../sync/ports/work-store';
import type { DriverPresence, DriverSyncStatus, FieldDifferenceView } from '../../gateway/views/driver-view';
import type { ItemOutcome, RunKind, RunStatus, RunTotals } from '../../gateway/views/run-view';
import type { ProblemView } from '../../gateway/views/problem-view';
import type { DriverDocument } from './driver-document';
import type { SyncEventType } from '../../gateway/views/event-view';

/**
 * The tables of `migrations/`, as Kysely sees them. Their meaning is in the comments of the migration. A `jsonb` column is read
 * as a value and written as its JSON text: an array given as it is would become a Postgres array.
 */
export interface GatewayTables {
  'gateway.setting': SettingTable;
  'gateway.account': AccountTable;
  'gateway.account_problem': AccountProblemTable;
  'gateway.roster': RosterTable;
  'gateway.gps_driver': GpsDriverTable;
  'gateway.driveri_driver': DriveriDriverTable;
  'gateway.roster_tombstone': RosterTombstoneTable;
  'gateway.link': LinkTable;
  'gateway.link_set_aside': LinkSetAsideTable;
  'gateway.driver': DriverTable;
  'gateway.driver_work': DriverWorkTable;
  'gateway.gps_mark': GpsMarkTable;
  'gateway.driveri_intent': DriveriIntentTable;
  'gateway.intent_driver_id': IntentDriverIdTable;
  'gateway.removal': RemovalTable;
  'gateway.sync_run': SyncRunTable;
  'gateway.sync_run_item': SyncRunItemTable;
  'gateway.event_head': EventHeadTable;
  'gateway.event': EventTable;
}

/** A connection or a transaction that knows our tables. */
export type GatewayDb = Kysely<GatewayTables>;

type Json<Value> = ColumnType<Value, string, string>;
type JsonWithDefault<Value> = ColumnType<Value, string | undefined, string>;

export interface SettingTable {
  name: string;
  value: string;
}

export interface AccountTable {
  account: AccountId;
  enabled: Generated<boolean>;
  epoch: Generated<number>;
  changed_at: number | null;
  changed_by: string | null;
  fingerprint: string | null;
  driver_id_field: Generated<AccountState['driverIdField']>;
  driveri_listing_needed: Generated<boolean>;
  put_halted: Generated<boolean>;
  next_run_at: number | null;
  next_discard_at: number | null;
}

export interface AccountProblemTable {
  account: AccountId;
  code: string;
  message: string;
  hint: string;
  severity: AccountProblem['severity'];
  since_at: number;
  retry_at: number | null;
}

export interface RosterTable {
  account: AccountId;
  portal: PortalName;
  observed_at: number | null;
  complete_at: number | null;
  complete_count: number | null;
  visible_groups: number | null;
  watermark: number | null;
  groups_at: number | null;
  next_read_at: Generated<number>;
  failures: Generated<number>;
  last_failure: string | null;
  complete_ticket: Generated<number>;
  has_notes: Generated<boolean>;
}

export interface GpsDriverTable {
  account: AccountId;
  gps_id: GpsId;
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  phone: string | null;
  time_zone: string | null;
  reference_id: string | null;
  driver_id: DriverId | null;
  driver_id_state: GpsRosterEntry['driverIdState'];
  fallback_id: DriverId | null;
  groups: Generated<string[]>;
  version: string;
  presence: GpsRosterEntry['presence'];
  missing_since: number | null;
  absence_proof: Json<AbsenceProof> | null;
  observed_at: number;
  appeared_at: Generated<number>;
  ticket: Generated<number>;
  last_listed_at: number | null;
  unreadable: string | null;
  cleaned: string | null;
}

export interface DriveriDriverTable {
  account: AccountId;
  driver_id: DriverId;
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  user_name: string | null;
  mobile_app: boolean | null;
  driver_group: string | null;
  status_code: number | null;
  status: string;
  removed: boolean;
  active: boolean;
  created_date: number | null;
  updated_date: number | null;
  observed_at: number;
  ticket: Generated<number>;
  version: Generated<string>;
  first_ticket: Generated<number>;
  unreadable: string | null;
  cleaned: string | null;
}

export interface RosterTombstoneTable {
  account: AccountId;
  portal: PortalName;
  id: string;
  observed_at: number;
  ticket: Generated<number>;
  known_before: number | null;
}

export interface LinkTable {
  account: AccountId;
  gps_id: GpsId;
  driver_id: DriverId;
  created_date: number | null;
  written: JsonWithDefault<EnforcedFields>;
  phone_hash: string | null;
  linked_at: number;
  settled: string | null;
}

export interface LinkSetAsideTable {
  account: AccountId;
  fingerprint: string;
  gps_id: GpsId;
  driver_id: DriverId;
  set_aside_at: number;
  created_date: number | null;
  written: JsonWithDefault<EnforcedFields>;
  phone_hash: string | null;
}

export interface DriverTable {
  account: AccountId;
  key: DriverKey;
  gps_id: GpsId | null;
  driver_id: DriverId | null;
  wanted_id: DriverId | null;
  merged_into: DriverKey | null;
  created_at: number;
  listed: Generated<boolean>;
  presence: DriverPresence;
  status: DriverSyncStatus;
  full_name: string;
  name_key: string;
  reference_key: string;
  driver_id_key: string;
  last_synced_at: number | null;
  search_text: string;
  version: string;
  differences: JsonWithDefault<readonly FieldDifferenceView[]>;
  document: JsonWithDefault<DriverDocument>;
  status_rank: GeneratedAlways<number>;
}

export interface DriverWorkTable {
  account: AccountId;
  gps_id: GpsId;
  generation: Generated<number>;
  synced_generation: Generated<number>;
  due_at: number;
  attempts: Generated<number>;
  pending_since: number | null;
  last_synced_at: number | null;
  problem: Json<ProblemView> | null;
  identity_hold: string | null;
  paused_fields: JsonWithDefault<Readonly<Record<string, PausedField>>>;
  drift: string | null;
  urgent: Generated<boolean>;
  unjudged: 'new' | 'changed' | null;
  trace: string | null;
}

export interface GpsMarkTable {
  id: string;
  account: AccountId;
  gps_id: GpsId | null;
  expires_at: number;
  writer_until: Generated<number>;
  driver_id: DriverId | null;
}

export interface DriveriIntentTable {
  id: string;
  account: AccountId;
  gps_id: GpsId;
  epoch: number;
  action: SyncAction;
  step: Json<DriverStep>;
  changes: JsonWithDefault<readonly FieldChange[]>;
  phone_hash: string | null;
  before: Json<DriveriDriver> | null;
  state: IntentRow['state'];
  send_before: number;
  created_at: number;
  run_id: RunId | null;
  fence: Generated<number>;
  check_at: Generated<number>;
  answered: Generated<boolean>;
}

export interface IntentDriverIdTable {
  account: AccountId;
  driver_id: DriverId;
  intent_id: string;
}

export interface RemovalTable {
  id: string;
  account: AccountId;
  gps_id: GpsId;
  driver_id: DriverId;
  state: RemovalState;
  inferred: boolean;
  proof: Json<AbsenceProof> | null;
  run_id: RunId | null;
  proposed_at: number;
  decided_at: number | null;
  last_known: Json<DriveriDriver> | null;
}

export interface SyncRunTable {
  id: RunId;
  account: AccountId;
  kind: RunKind;
  status: RunStatus;
  dry_run: boolean;
  requested_by: string | null;
  scope: Json<readonly GpsId[]> | null;
  started_at: number;
  planned_at: number | null;
  deadline_at: number | null;
  finished_at: number | null;
  totals: JsonWithDefault<Partial<RunTotals>>;
  problem: Json<ProblemView> | null;
  accept_shrunk: Generated<boolean>;
  not_before: Generated<number>;
  tries: Generated<number>;
  connection: string | null;
}

export interface SyncRunItemTable {
  id: string;
  run_id: RunId;
  account: AccountId;
  position: number;
  gps_id: GpsId;
  driver_key: DriverKey | null;
  driver_name: string;
  action: SyncAction;
  row_number: number;
  steps: JsonWithDefault<readonly DriverStep[]>;
  changes: JsonWithDefault<readonly FieldChange[]>;
  reason: string;
  outcome: ItemOutcome;
  held_for: HeldFor | null;
  rejected: Generated<boolean>;
  applied: Generated<boolean>;
  problem: Json<ProblemView> | null;
  generation: number | null;
  decided_by: string | null;
  decided_at: number | null;
  decision_reason: string | null;
  evidence: Json<AbsenceProof> | null;
  last_seen_at: number | null;
  overwrites: GeneratedAlways<boolean>;
}

export interface EventHeadTable {
  account: AccountId;
  last_seq: Generated<number>;
  first_seq: Generated<number>;
}

export interface EventTable {
  account: AccountId;
  seq: number;
  type: SyncEventType;
  at: number;
  actor: string | null;
  driver_key: DriverKey | null;
  driver_name: string | null;
  gps_id: GpsId | null;
  driver_id: DriverId | null;
  run_id: RunId | null;
  changes: JsonWithDefault<readonly FieldChange[]>;
  message: string;
  before: Json<DriveriDriver> | null;
  delay_ms: number | null;
}
