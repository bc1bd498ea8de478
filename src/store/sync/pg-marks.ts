import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { AccountId, GpsId } from '../../driver/ids';
import type { MarkResult, MarkStore, NewMark } from '../../sync/ports/mark-store';
import type { GatewayDb } from '../database/tables';
import { LONGEST_MARK_MS, raise } from './pg-work';

/** Marks of an account, in Postgres: two unique indexes keep a second writer of a driver, or of a DriverID, out. */
export function createPgMarks(db: GatewayDb, account: AccountId): MarkStore {
  return {
    put: (mark) => put(db, account, mark),
    async release(ids) {
      if (ids.length === 0) return;
      await sql`delete from gateway.gps_mark where account = ${account} and id = any(${ids}::text[])`.execute(
        db,
      );
    },
    async leave(id) {
      await sql`
        update gateway.gps_mark set writer_until = 0 where account = ${account} and id = ${id}`.execute(db);
    },
    async beingWritten(now) {
      const { rows } = await sql<{ gps_id: GpsId | null }>`
        select gps_id from gateway.gps_mark
        where account = ${account} and writer_until > ${now}::bigint
          and writer_until <= ${now + LONGEST_MARK_MS}::bigint`.execute(db);
      const ids = rows.map((row) => row.gps_id);
      return { ids: new Set(ids.filter((id) => id !== null)), creating: ids.includes(null) };
    },
    async expiredCreates(now) {
      const { rows } = await sql<{ id: string }>`
        select id from gateway.gps_mark
        where account = ${account} and gps_id is null
          and (expires_at <= ${now}::bigint or expires_at > ${now + LONGEST_MARK_MS}::bigint)
        order by expires_at`.execute(db);
      return rows.map((row) => row.id);
    },
  };
}

async function put(db: GatewayDb, account: AccountId, mark: NewMark): Promise<MarkResult> {
  const { gpsId, driverId, now, expiresAt, writerUntil } = mark;
  const id = randomUUID();
  const { rows } = await sql<{ ticket: number | null; busy: boolean; taken: boolean }>`
    with dead as (
      update gateway.gps_mark set writer_until = 0
      where account = ${account} and writer_until > 0
        and (writer_until <= ${now}::bigint or writer_until > ${now + LONGEST_MARK_MS}::bigint)
        and (gps_id = ${gpsId} or driver_id = ${driverId})
      returning id
    ), alive as (
      select gps_id, driver_id from gateway.gps_mark m
      where m.account = ${account} and m.writer_until > 0 and m.id not in (select id from dead)
        and (m.gps_id = ${gpsId} or m.driver_id = ${driverId})
    )
    select nextval('gateway.ticket')::bigint as ticket,
           coalesce(bool_or(gps_id = ${gpsId}), false) as busy,
           coalesce(bool_or(driver_id = ${driverId}), false) as taken
    from alive`.execute(db);
  const found = rows[0];
  if (found?.busy === true) return { state: 'busy' };
  if (found?.taken === true) return { state: 'taken' };
  const inserted = await sql<{ id: string }>`
    insert into gateway.gps_mark (id, account, gps_id, driver_id, expires_at, writer_until)
    values (${id}, ${account}, ${gpsId}, ${driverId}, ${expiresAt}, ${writerUntil})
    on conflict do nothing returning id`.execute(db);
  // Another writer put its mark between the two statements: which of the two indexes it met does not matter to a retry.
  if (inserted.rows.length === 0) return { state: gpsId === null ? 'taken' : 'busy' };
  if (gpsId !== null) {
    await raise(db, account, [gpsId], {
      dueAt: expiresAt,
      now,
      urgent: false,
      unjudged: null,
      keepsAttempts: true,
    });
  }
  return { state: 'put', id, ticket: found?.ticket ?? 0 };
}
