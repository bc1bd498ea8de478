import { sql } from 'kysely';
import type { DriveriDriver } from '../../driver/driveri-driver';
import type { AccountId, DriverId, GpsId } from '../../driver/ids';
import type { EventLog, FieldWrite, NewEvent } from '../../sync/ports/event-log';
import type { GatewayDb } from '../database/tables';

/**
 * The log of an account, in Postgres: order of `seq` is order of commit. What is appended goes in with `flush`, at the end of
 * the transaction, so that the account's head is the last lock whatever the caller does after it.
 */
export function createPgEventLog(db: GatewayDb, account: AccountId): EventLog & { flush(): Promise<void> } {
  let waiting: readonly NewEvent[] = [];

  async function flush(): Promise<void> {
    const events = waiting;
    waiting = [];
    await append(db, account, events);
  }

  return {
    flush,
    append(events) {
      waiting = [...waiting, ...events];
      return Promise.resolve();
    },
    async removalEvent(seq) {
      await flush();
      const { rows } = await sql<RemovalEventRow>`
        select gps_id, driver_id, before from gateway.event
        where account = ${account} and seq = ${seq}::bigint and type = 'DRIVERI_DRIVER_REMOVED'`.execute(db);
      const row = rows[0];
      return row === undefined ? null : { gpsId: row.gps_id, driverId: row.driver_id, before: row.before };
    },
    async fieldWrites(ids, since) {
      if (ids.length === 0) return new Map();
      const { rows } = await sql<FieldWrite & { readonly gps_id: GpsId }>`
        select gps_id, at, changes from gateway.event
        where account = ${account} and gps_id = any(${ids}::text[]) and at >= ${since}::bigint
          and type in ('DRIVERI_DRIVER_UPDATED', 'DRIFT_OVERRIDDEN')
        order by seq`.execute(db);
      const writes = new Map<GpsId, FieldWrite[]>();
      for (const { gps_id: id, at, changes } of rows)
        writes.set(id, [...(writes.get(id) ?? []), { at, changes }]);
      return writes;
    },
  };
}

interface RemovalEventRow {
  readonly gps_id: GpsId | null;
  readonly driver_id: DriverId | null;
  readonly before: DriveriDriver | null;
}

/**
 * One statement: the driver's key and name are looked up as they are now, numbers are drawn from the account's head, rows go
 * in. The head stays locked until the commit, so that a reader who sees a number has seen all lower ones.
 */
async function append(db: GatewayDb, account: AccountId, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  await sql`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(events.map(toColumns))}::jsonb) as e(
        place integer, type text, at bigint, actor text, gps_id text, driver_id text, run_id text, changes jsonb,
        message text, before jsonb, delay_ms bigint)
    ), head as (
      insert into gateway.event_head as h (account, last_seq) values (${account}, ${events.length})
      on conflict (account) do update set last_seq = h.last_seq + excluded.last_seq
      returning last_seq - ${events.length}::int as base
    )
    insert into gateway.event (
      account, seq, type, at, actor, driver_key, driver_name, gps_id, driver_id, run_id, changes, message, before,
      delay_ms)
    select ${account}, head.base + e.place, e.type, e.at, e.actor, named.key, named.name, e.gps_id, e.driver_id,
           e.run_id, e.changes, e.message, e.before, e.delay_ms
    from given e
    cross join head
    cross join lateral (
      select coalesce(by_gps.key, by_id.key) as key,
             coalesce(nullif(by_gps.full_name, ''), nullif(by_id.full_name, ''), by_roster.name,
                      nullif(concat_ws(' ', e.before ->> 'firstName', e.before ->> 'lastName'), ''),
                      e.driver_id) as name
      from (select) one
      left join lateral (${unifiedDriver(account, 'gps_id')}) by_gps on true
      left join lateral (${unifiedDriver(account, 'driver_id')}) by_id on true
      left join lateral (
        select nullif(concat_ws(' ', g.first_name, g.last_name), '') as name
        from gateway.gps_driver g where g.account = ${account} and g.gps_id = e.gps_id limit 1
      ) by_roster on true
    ) named
    order by e.place`.execute(db);
}

/** The unified driver of the event `e`. The limit keeps Postgres from reading all drivers for a few events. */
const unifiedDriver = (account: AccountId, id: 'gps_id' | 'driver_id') => sql`
  select d.key, d.full_name from gateway.driver d
  where d.account = ${account} and ${sql.ref(`d.${id}`)} = ${sql.ref(`e.${id}`)} limit 1`;

function toColumns(event: NewEvent, index: number) {
  return {
    place: index + 1,
    type: event.type,
    at: event.at,
    actor: event.actor ?? null,
    gps_id: event.gpsId ?? null,
    driver_id: event.driverId ?? null,
    run_id: event.runId ?? null,
    changes: event.changes ?? [],
    message: event.message,
    before: event.before ?? null,
    delay_ms: event.delayMs ?? null,
  };
}
