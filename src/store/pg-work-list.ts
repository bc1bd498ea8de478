import { sql } from 'kysely';
import type { AccountId, GpsId } from '../driver/ids';
import type { GatewayDb } from './tables';

/** A driver with work, in words of `DueDriver` of the port. */
interface DueDriver {
  readonly account: AccountId;
  readonly gpsId: GpsId;
}

/** Has work, and nobody is at it. */
const isOpen = sql`s.synced_generation < s.generation`;

/** A blocked account rests until it is to be probed; a block without such a time lasts until a person acts. */
const mayWork = (now: number) => sql`a.enabled and not exists (
  select from gateway.account_problem p
  where p.account = a.account and p.severity = 'blocked' and (p.retry_at is null or p.retry_at > ${now}::bigint))`;

/**
 * See `SyncStore.due`. Each account brings its own oldest drivers, and they take turns: one account's import does not keep
 * another's single edit waiting. An open intent has to be resolved even when the account is off or blocked.
 */
export async function findDue(db: GatewayDb, now: number, limit: number): Promise<readonly DueDriver[]> {
  const isDue = sql`${isOpen} and s.due_at <= ${now}::bigint and s.lease_until <= ${now}::bigint`;
  const { rows } = await sql<{ account: AccountId; gps_id: GpsId }>`
    with candidate as (
      select oldest.account, oldest.gps_id, oldest.due_at
      from gateway.account a
      cross join lateral (
        select s.account, s.gps_id, s.due_at from gateway.sync_row s
        where s.account = a.account and ${isDue}
        order by s.due_at
        limit ${limit}::int
      ) oldest
      where ${mayWork(now)}
      union
      select s.account, s.gps_id, s.due_at
      from gateway.intent i
      join gateway.sync_row s on s.account = i.account and s.gps_id = i.gps_id
      where i.state <> 'closed' and ${isDue}
    ), ordered as (
      select *, row_number() over (partition by account order by due_at, gps_id) as turn from candidate
    )
    select account, gps_id from ordered
    order by turn, due_at, account
    limit ${limit}::int`.execute(db);
  return rows.map((row) => ({ account: row.account, gpsId: row.gps_id }));
}

/**
 * See `SyncStore.nextDueAt`. Somebody whom a worker has is due again when the lease ends, and somebody of a blocked account when
 * the account is to be probed: before that, looking would find nothing.
 */
export async function findNextDueAt(db: GatewayDb): Promise<number | null> {
  const { rows } = await sql<{ at: number | null }>`
    select min(at) as at from (
      select greatest(min(greatest(s.due_at, s.lease_until)), max(p.until)) as at
      from gateway.account a
      join gateway.sync_row s on s.account = a.account and ${isOpen}
      left join lateral (
        select max(retry_at) as until, bool_or(retry_at is null) as for_ever
        from gateway.account_problem
        where account = a.account and severity = 'blocked'
      ) p on true
      where a.enabled and p.for_ever is not true
      group by a.account
      union all
      select min(greatest(s.due_at, s.lease_until))
      from gateway.intent i
      join gateway.sync_row s on s.account = i.account and s.gps_id = i.gps_id and ${isOpen}
      where i.state <> 'closed'
    ) due`.execute(db);
  return rows[0]?.at ?? null;
}
