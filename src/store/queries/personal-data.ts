import { sql, type RawBuilder } from 'kysely';
import type { AccountId } from '../../driver/ids';

/** Every id under which the database knows one person of an account. */
export interface DriverTrace {
  readonly account: AccountId;
  readonly keys: readonly string[];
  readonly gpsIds: readonly string[];
  readonly driverIds: readonly string[];
}

/** What takes the place of an erased text. */
export const ERASED = '(erased)';

/** How a column can name a person in a row that is not about that person: in a text, in a JSON document, or by an id in a JSON list. */
export type Mention = 'text' | 'json' | 'gps-ids';

/**
 * What one table of the schema `gateway` holds about drivers. Each column of a type that can hold words stands in exactly one
 * of `own`, `mentions` and `impersonal`: a test compares them with the database, so that a new column is not forgotten.
 */
export interface PersonalTable {
  /** Which rows are about one person; left out: none is. */
  readonly rows?: (trace: DriverTrace) => RawBuilder<boolean>;
  /** What such a row says about its person: it goes with the row, or this takes its place and the row stays. */
  readonly own?: 'erased with the row' | Readonly<Record<string, string | null>>;
  /** The columns of `own` where the row goes. */
  readonly ownColumns?: readonly string[];
  /** Columns that may name a person in a row about somebody else, or about the whole account. */
  readonly mentions?: Readonly<Record<string, Mention>>;
  /** Columns that hold codes, digests, ids of ours, users of the gateway or words of this program only. */
  readonly impersonal: readonly string[];
}

const isOf = (trace: DriverTrace) => sql<boolean>`account = ${trace.account}`;

const byGps = (trace: DriverTrace) => sql<boolean>`${isOf(trace)} and gps_id = any(${trace.gpsIds}::text[])`;

const byDriveri = (trace: DriverTrace) =>
  sql<boolean>`${isOf(trace)} and driver_id = any(${trace.driverIds}::text[])`;

const byEither = (trace: DriverTrace) =>
  sql<boolean>`${isOf(trace)} and (gps_id = any(${trace.gpsIds}::text[]) or driver_id = any(${trace.driverIds}::text[]))`;

const byKey = (trace: DriverTrace) => sql<boolean>`${isOf(trace)} and key = any(${trace.keys}::text[])`;

const WITH_THE_ROW = 'erased with the row';

/** Nothing about drivers. */
const impersonal = (...columns: readonly string[]): PersonalTable => ({ impersonal: columns });

/** Every table of the schema `gateway`, in an order in which rows can be erased. */
export const PERSONAL_TABLES: Readonly<Record<string, PersonalTable>> = {
  intent_driver_id: {
    rows: (trace) => sql<boolean>`intent_id in (select id from gateway.driveri_intent where ${byGps(trace)})`,
    own: WITH_THE_ROW,
    ownColumns: ['driver_id'],
    impersonal: ['account', 'intent_id'],
  },
  driveri_intent: {
    rows: byGps,
    own: WITH_THE_ROW,
    ownColumns: ['gps_id', 'step', 'changes', 'phone_hash', 'before'],
    impersonal: ['id', 'account', 'action', 'state', 'run_id'],
  },
  // Before the rosters go: an answer may have nothing but first and last name, each in a field of its own.
  idempotency: {
    rows: (trace) => sql<boolean>`${isOf(trace)} and (exists (
        select from unnest(${trace.keys}::text[]) id where position('"' || id || '"' in response::text) > 0)
      or exists (select from (
          select first_name, last_name from gateway.gps_driver where ${byGps(trace)}
          union select first_name, last_name from gateway.driveri_driver where ${byDriveri(trace)}) person
        where position(to_jsonb(person.first_name)::text in response::text) > 0
          and position(to_jsonb(person.last_name)::text in response::text) > 0))`,
    own: WITH_THE_ROW,
    ownColumns: [],
    mentions: { response: 'json' },
    impersonal: ['account', 'user_id', 'key', 'request_digest'],
  },
  driver: {
    rows: byKey,
    own: WITH_THE_ROW,
    ownColumns: [
      ...['key', 'gps_id', 'driver_id', 'wanted_id', 'merged_into', 'full_name', 'name_key', 'reference_key'],
      ...['driver_id_key', 'search_text', 'version', 'differences'],
    ],
    mentions: { document: 'json' },
    impersonal: ['account', 'presence', 'status'],
  },
  gps_driver: {
    rows: byGps,
    own: WITH_THE_ROW,
    ownColumns: [
      ...['gps_id', 'first_name', 'last_name', 'email', 'phone', 'time_zone', 'reference_id', 'driver_id'],
      ...['fallback_id', 'groups', 'version', 'absence_proof', 'unreadable', 'cleaned'],
    ],
    impersonal: ['account', 'driver_id_state', 'presence'],
  },
  driveri_driver: {
    rows: byDriveri,
    own: WITH_THE_ROW,
    ownColumns: [
      ...['driver_id', 'first_name', 'last_name', 'email', 'user_name', 'driver_group', 'status', 'version'],
      ...['unreadable', 'cleaned'],
    ],
    impersonal: ['account'],
  },
  gps_attribute: {
    rows: byGps,
    own: WITH_THE_ROW,
    ownColumns: ['gps_id', 'value'],
    mentions: { failure: 'text' },
    impersonal: ['account', 'source'],
  },
  roster_tombstone: {
    rows: (trace) => sql<boolean>`${isOf(trace)} and (portal = 'gps' and id = any(${trace.gpsIds}::text[])
      or portal = 'driveri' and id = any(${trace.driverIds}::text[]))`,
    own: WITH_THE_ROW,
    ownColumns: ['id'],
    impersonal: ['account', 'portal'],
  },
  link: {
    rows: byEither,
    own: WITH_THE_ROW,
    ownColumns: ['gps_id', 'driver_id', 'written', 'phone_hash', 'settled'],
    impersonal: ['account'],
  },
  link_set_aside: {
    rows: byEither,
    own: WITH_THE_ROW,
    ownColumns: ['gps_id', 'driver_id', 'written', 'phone_hash'],
    impersonal: ['account', 'fingerprint'],
  },
  driver_work: {
    rows: byGps,
    own: WITH_THE_ROW,
    ownColumns: ['gps_id', 'paused_fields', 'drift'],
    mentions: { problem: 'json' },
    impersonal: ['account', 'identity_hold', 'unjudged', 'trace'],
  },
  gps_mark: {
    rows: byGps,
    own: WITH_THE_ROW,
    ownColumns: ['gps_id', 'driver_id'],
    impersonal: ['id', 'account'],
  },
  removal: {
    rows: byGps,
    own: WITH_THE_ROW,
    ownColumns: ['gps_id', 'driver_id', 'proof', 'last_known'],
    impersonal: ['id', 'account', 'state', 'run_id'],
  },
  owner_request: {
    rows: (trace) => sql<boolean>`${isOf(trace)} and exists (
      select from unnest(${[...trace.keys, ...trace.gpsIds]}::text[]) id
      where position('"' || id || '"' in payload::text) > 0 or position('"' || id || '"' in answer::text) > 0)`,
    own: WITH_THE_ROW,
    ownColumns: ['payload'],
    mentions: { answer: 'json' },
    impersonal: ['id', 'account', 'kind', 'actor', 'trace'],
  },
  sync_run_item: {
    rows: byGps,
    own: {
      ...{ gps_id: ERASED, driver_key: null, driver_name: ERASED, steps: '[]', changes: '[]' },
      ...{ reason: ERASED, problem: null, evidence: null, decision_reason: null },
    },
    mentions: { reason: 'text', problem: 'json', decision_reason: 'text' },
    impersonal: ['id', 'run_id', 'account', 'action', 'outcome', 'held_for', 'decided_by'],
  },
  event: {
    rows: (trace) => sql<boolean>`${isOf(trace)} and (driver_key = any(${trace.keys}::text[])
      or gps_id = any(${trace.gpsIds}::text[])
      or (gps_id is null and driver_id = any(${trace.driverIds}::text[])))`,
    own: {
      ...{ driver_key: null, driver_name: null, gps_id: null, driver_id: null, changes: '[]', before: null },
      message: 'The personal data of this driver was erased',
    },
    mentions: { message: 'text', changes: 'json' },
    impersonal: ['account', 'type', 'actor', 'run_id'],
  },
  sync_run: {
    mentions: { scope: 'gps-ids', problem: 'json' },
    impersonal: ['id', 'account', 'kind', 'status', 'requested_by', 'totals', 'connection'],
  },
  account_problem: {
    mentions: { message: 'text', hint: 'text' },
    impersonal: ['account', 'code', 'severity'],
  },
  roster: { mentions: { last_failure: 'text' }, impersonal: ['account', 'portal'] },
  incident: {
    mentions: { summary: 'text', hint: 'text' },
    impersonal: ['id', 'account', 'kind', 'key', 'code'],
  },
  notification: {
    mentions: { failure: 'text' },
    impersonal: ['id', 'account', 'incident_id', 'phase', 'target', 'target_name'],
  },
  portal_session: {
    mentions: { refusal: 'text' },
    impersonal: ['account', 'portal', 'fingerprint', 'sealed', 'claim_id', 'refusal_code'],
  },
  account: impersonal('account', 'changed_by', 'fingerprint', 'driver_id_field'),
  account_due: impersonal('account'),
  event_head: impersonal('account'),
  migration: impersonal('name', 'timestamp'),
  migration_lock: impersonal('id'),
  ownership: impersonal('account', 'owner'),
  process_clock: impersonal('process'),
  queue_outage: impersonal('process'),
  portal_allowance: impersonal('account', 'portal', 'calls'),
  setting: impersonal('name', 'value'),
  user_open: impersonal('user_key', 'limit_name', 'process'),
  user_spent: impersonal('user_key', 'limit_name'),
};
