import { sql } from 'kysely';
import type { AccountId, DriverKey, GpsId } from '../driver/ids';
import type {
  DriverPresence,
  DriverSyncStatus,
  DriverView,
  DriveriDriverView,
  FieldDifferenceView,
  GpsDriverView,
  ProblemView,
} from '../sync/views';

/** One driver with both sides and the state of the work on them, as `driverColumns` and `driverJoins` select it. */
export interface DriverViewRow {
  readonly key: DriverKey;
  readonly version: string;
  readonly presence: DriverPresence;
  readonly status: DriverSyncStatus;
  readonly full_name: string;
  readonly differences: readonly FieldDifferenceView[];
  readonly enabled: boolean;
  readonly last_synced_at: number | null;
  readonly pending_since: number | null;
  readonly attempts: number | null;
  readonly next_attempt_at: number | null;
  readonly problem: ProblemView | null;
  readonly g_gps_id: GpsId | null;
  readonly g_first_name: string | null;
  readonly g_last_name: string | null;
  readonly g_email: string | null;
  readonly g_phone: string | null;
  readonly g_time_zone: string | null;
  readonly g_reference_id: string | null;
  readonly g_driver_id: string | null;
  readonly g_groups: readonly string[] | null;
  readonly g_observed_at: number | null;
  readonly r_driver_id: string | null;
  readonly r_first_name: string | null;
  readonly r_last_name: string | null;
  readonly r_email: string | null;
  readonly r_user_name: string | null;
  readonly r_mobile_app: boolean | null;
  readonly r_driver_group: string | null;
  readonly r_status: string | null;
  readonly r_active: boolean | null;
  readonly r_updated_date: number | null;
  readonly r_observed_at: number | null;
}

/** What is selected of `d`, `g`, `r`, `s` and the account. A listing that did not have the driver is no observation of them. */
export const driverColumns = sql`
  d.key, d.version, d.presence, d.status, d.full_name, d.differences, coalesce(a.enabled, false) as enabled,
  s.last_synced_at, s.pending_since, s.attempts, s.problem,
  case when s.synced_generation < s.generation then s.due_at end as next_attempt_at,
  g.gps_id as g_gps_id, g.first_name as g_first_name, g.last_name as g_last_name, g.email as g_email,
  g.phone as g_phone, g.time_zone as g_time_zone, g.reference_id as g_reference_id, g.groups as g_groups,
  case when g.driver_id_state = 'known' then g.driver_id end as g_driver_id,
  case when g.presence = 'present' then greatest(g.observed_at, gr.observed_at) else g.observed_at end
    as g_observed_at,
  r.driver_id as r_driver_id, r.first_name as r_first_name, r.last_name as r_last_name, r.email as r_email,
  r.user_name as r_user_name, r.mobile_app as r_mobile_app, r.driver_group as r_driver_group,
  r.status as r_status, r.active as r_active, r.updated_date as r_updated_date,
  greatest(r.observed_at, rr.observed_at) as r_observed_at`;

/**
 * Joins both rosters, the work list and the account to rows called `d`. Each row's partners are looked up by their keys: a plan
 * that reads a whole roster for one page is what a planner without statistics would choose.
 */
export const driverJoins = (account: AccountId) => sql`
  left join lateral (
    select * from gateway.gps_driver
    where account = ${account} and gps_id = d.gps_id and presence <> 'gone' limit 1) g on true
  left join lateral (
    select * from gateway.driveri_driver
    where account = ${account} and driver_id = d.driver_id and not removed limit 1) r on true
  left join lateral (
    select * from gateway.sync_row where account = ${account} and gps_id = d.gps_id limit 1) s on true
  left join gateway.account a on a.account = ${account}
  left join gateway.roster gr on gr.account = ${account} and gr.portal = 'gps'
  left join gateway.roster rr on rr.account = ${account} and rr.portal = 'driveri'`;

/** The driver that a row tells of. */
export function toDriverView(row: DriverViewRow): DriverView {
  const gps = toGpsView(row);
  const driveri = toDriveriView(row);
  return {
    key: row.key,
    version: row.version,
    presence: row.presence,
    fullName: row.full_name || (gps?.driveriDriverId ?? driveri?.driverId ?? gps?.gpsId ?? row.key),
    gps,
    driveri,
    sync: {
      status: row.enabled ? row.status : 'OFF',
      differences: row.differences,
      pendingSince: row.pending_since,
      lastSyncedAt: row.last_synced_at,
      attempts: row.attempts ?? 0,
      // Nothing is attempted while Driver Sync is off.
      nextAttemptAt: row.enabled ? row.next_attempt_at : null,
      problem: row.problem,
    },
  };
}

function toGpsView(row: DriverViewRow): GpsDriverView | null {
  if (row.g_gps_id === null || row.g_observed_at === null) return null;
  return {
    gpsId: row.g_gps_id,
    firstName: row.g_first_name,
    lastName: row.g_last_name,
    email: row.g_email,
    phone: row.g_phone,
    timeZone: row.g_time_zone,
    referenceId: row.g_reference_id,
    driveriDriverId: row.g_driver_id,
    groups: row.g_groups ?? [],
    observedAt: row.g_observed_at,
  };
}

function toDriveriView(row: DriverViewRow): DriveriDriverView | null {
  if (row.r_driver_id === null || row.r_observed_at === null) return null;
  return {
    driverId: row.r_driver_id,
    firstName: row.r_first_name,
    lastName: row.r_last_name,
    email: row.r_email,
    userName: row.r_user_name,
    mobileApp: row.r_mobile_app,
    group: row.r_driver_group,
    status: row.r_status ?? '',
    active: row.r_active ?? false,
    updatedAt: row.r_updated_date,
    observedAt: row.r_observed_at,
  };
}
