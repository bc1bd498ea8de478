import { sql, type Kysely } from 'kysely';
import { makeDocuments } from '../../../src/store/migrations/0011-driver-document';
import { accountId, type AccountId } from '../../../src/driver/ids';

export const ACME = accountId('acme');
export const OTHER = accountId('other');

/** A fixed moment that seeded rows were observed at: epoch ms. */
export const SEEDED_AT = Date.UTC(2026, 10, 23, 22, 31, 7, 120);

const FIRST = `(array['José','Ana','Zoë','Łukasz','O''Brien','Mary Ann','Søren','Chloë','Ivan','Renée'])`;
const LAST = `(array['García','Müller','Nguyễn','Smith','D''Angelo','Åberg','Kowalski','Peña','Li','Öztürk'])`;
/** As the projection folds: lower case, without accents. */
const FIRST_KEY = `(array['jose','ana','zoe','łukasz','o''brien','mary ann','søren','chloe','ivan','renee'])`;
const LAST_KEY = `(array['garcia','muller','nguyen','smith','d''angelo','aberg','kowalski','pena','li','ozturk'])`;

/**
 * Fills an account with drivers as the projection would: number n has key `<account>-<n>`, Ref ID `R-<n>`, DriverID `D-<n>`,
 * phone 5550000000 + n. Every tenth is in GPS only, every eleventh in Driveri only; the rest is in both.
 */
export async function seedFleet(db: Kysely<unknown>, account: AccountId, count: number): Promise<void> {
  const numbers = sql`generate_series(1, ${count}::int) as n`;
  const pick = (names: string, by: string) => sql.raw(`${names}[1 + ${by} % 10]`);
  const inGps = sql`(n % 11 <> 0)`;
  const inDriveri = sql`(n % 10 <> 0 or n % 11 = 0)`;
  await sql`insert into gateway.account (account, enabled, changed_at, changed_by, next_run_at)
    values (${account}, true, ${SEEDED_AT}, 'master-user', ${SEEDED_AT + 3_600_000}) on conflict do nothing`.execute(
    db,
  );
  await sql`insert into gateway.roster (account, portal, observed_at, complete_at)
    values (${account}, 'gps', ${SEEDED_AT}, ${SEEDED_AT}), (${account}, 'driveri', ${SEEDED_AT}, ${SEEDED_AT})
    on conflict do nothing`.execute(db);
  await sql`insert into gateway.event_head (account) values (${account}) on conflict do nothing`.execute(db);
  await sql`
    insert into gateway.gps_driver (account, gps_id, first_name, last_name, email, phone, time_zone, reference_id,
      driver_id, driver_id_state, groups, version, presence, observed_at)
    select ${account}, 'g' || n, ${pick(FIRST, 'n')}, ${pick(LAST, 'n / 10')}, 'driver' || n || '@example.com',
      (5550000000 + n)::text, 'US/Arizona', 'R-' || n, 'D-' || n, 'known',
      case when n % 25 = 0 then array['Night Shift','North'] else array['North'] end, 'v' || n, 'present',
      ${SEEDED_AT - 60_000}::bigint
    from ${numbers} where ${inGps}`.execute(db);
  await sql`
    insert into gateway.driveri_driver (account, driver_id, first_name, last_name, email, user_name, mobile_app,
      driver_group, status, removed, active, updated_date, observed_at)
    select ${account}, 'D-' || n, ${pick(FIRST, 'n')}, ${pick(LAST, 'n / 10')}, 'driver' || n || '@example.com',
      'user' || n, true, 'North', 'Active', false, true, ${SEEDED_AT - 90_000}::bigint, ${SEEDED_AT - 60_000}::bigint
    from ${numbers} where ${inDriveri}`.execute(db);
  await sql`
    insert into gateway.driver_work (account, gps_id, generation, synced_generation, due_at, last_synced_at)
    select ${account}, 'g' || n, 1, 1, 0, ${SEEDED_AT}::bigint - n * 1000 from ${numbers} where ${inGps}`.execute(
    db,
  );
  await sql`
    insert into gateway.driver (account, key, gps_id, driver_id, created_at, listed, presence, status, full_name,
      name_key, reference_key, driver_id_key, last_synced_at, search_text, version)
    select ${account}, ${account} || '-' || n,
      case when ${inGps} then 'g' || n end, case when ${inDriveri} then 'D-' || n end, ${SEEDED_AT}::bigint, true,
      case when not ${inGps} then 'DRIVERI_ONLY' when not ${inDriveri} then 'GPS_ONLY' else 'BOTH' end,
      case when not ${inGps} then 'UNMANAGED' when not ${inDriveri} then 'PENDING' when n % 97 = 0 then 'FAILED'
        when n % 13 = 0 then 'DRIFTED' else 'IN_SYNC' end,
      ${pick(FIRST, 'n')} || ' ' || ${pick(LAST, 'n / 10')},
      ${pick(FIRST_KEY, 'n')} || ' ' || ${pick(LAST_KEY, 'n / 10')},
      case when ${inGps} then 'r-' || n else '' end, 'd-' || n,
      case when ${inGps} then ${SEEDED_AT}::bigint - n * 1000 end,
      ${pick(FIRST_KEY, 'n')} || ' ' || ${pick(LAST_KEY, 'n / 10')} || ' driver' || n || '@example.com '
        || case when ${inGps} then (5550000000 + n)::text || ' r-' || n else '' end || ' d-' || n || ' user' || n,
      'v' || n
    from ${numbers}`.execute(db);
  await makeDocuments(db);
}

/** Appends events, as the log would: numbers without gaps. */
export async function appendEvents(
  db: Kysely<unknown>,
  account: AccountId,
  events: readonly {
    readonly type?: string;
    readonly driverKey?: string;
    readonly runId?: string;
    readonly message?: string;
  }[],
): Promise<void> {
  await sql`
    with head as (
      insert into gateway.event_head as h (account, last_seq) values (${account}, ${events.length}::int)
      on conflict (account) do update set last_seq = h.last_seq + ${events.length}::int
      returning last_seq - ${events.length}::int as base)
    insert into gateway.event (account, seq, type, at, driver_key, driver_name, run_id, message)
    select ${account}, head.base + e.place, coalesce(e.type, 'GPS_DRIVER_UPDATED'), ${SEEDED_AT}::bigint, e."driverKey",
      e."driverKey", e."runId", coalesce(e.message, 'Changed.')
    from head, jsonb_to_recordset(${JSON.stringify(events.map((event, index) => ({ ...event, place: index + 1 })))}::jsonb)
      as e(place int, type text, "driverKey" text, "runId" text, message text)`.execute(db);
}

/** Stores a run with items; item n is about driver n. */
export async function seedRun(
  db: Kysely<unknown>,
  account: AccountId,
  run: { readonly id: string; readonly status: string; readonly items: number; readonly startedAt?: number },
): Promise<void> {
  await sql`
    insert into gateway.sync_run (id, account, kind, status, dry_run, requested_by, started_at, totals)
    values (${run.id}, ${account}, 'RESYNC', ${run.status}, ${run.status === 'PLANNED'}, 'admin-user',
      ${run.startedAt ?? SEEDED_AT}::bigint, '{"update": 3}')`.execute(db);
  await sql`
    insert into gateway.sync_run_item (id, run_id, account, position, gps_id, driver_key, driver_name, action, row_number,
      changes, reason, outcome)
    select ${run.id} || '-' || n, ${run.id}, ${account}, n, 'g' || n, ${account} || '-' || n, 'Driver ' || n,
      case when n % 2 = 0 then 'UPDATE' else 'CREATE' end, 6, '[{"field":"email","from":"a@x","to":"b@x"}]',
      'They differ.', case when n % 4 = 0 then 'APPLIED' else 'PENDING' end
    from generate_series(1, ${run.items}::int) as n`.execute(db);
}
