import { sql, type Selectable } from 'kysely';
import type { AccountId } from '../driver/ids';
import type { Link } from '../driver/link';
import type { LinkRepository } from '../sync/sync-store';
import type { GatewayDb, LinkTable } from './tables';

/** The links of an account, in Postgres. That a Driveri driver has one link at most is a unique index. */
export function createPgLinks(db: GatewayDb, account: AccountId): LinkRepository {
  const ofAccount = () => db.selectFrom('gateway.link').selectAll().where('account', '=', account);
  const rowOf = (id: Link['gpsId']) => ofAccount().where('gps_id', '=', id).executeTakeFirst();
  return {
    async byGpsId(id) {
      const row = await rowOf(id);
      return row === undefined ? null : toLink(row);
    },
    async linkedAt(id) {
      return (await rowOf(id))?.linked_at ?? null;
    },
    async byDriverIds(ids) {
      if (ids.length === 0) return [];
      const rows = await ofAccount()
        .where('driver_id', '=', sql<Link['driverId']>`any(${ids}::text[])`)
        .orderBy('gps_id')
        .execute();
      return rows.map(toLink);
    },
    save: (link, at) => save(db, account, link, at),
    async remove(ids) {
      if (ids.length === 0) return;
      await sql`delete from gateway.link where account = ${account} and gps_id = any(${ids}::text[])`.execute(
        db,
      );
    },
    async setAside(fingerprint, at) {
      await sql`
        with taken as (delete from gateway.link where account = ${account} returning gps_id, driver_id)
        insert into gateway.link_set_aside (account, fingerprint, gps_id, driver_id, set_aside_at)
        select ${account}, ${fingerprint}, gps_id, driver_id, ${at}::bigint from taken`.execute(db);
    },
    async count() {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from gateway.link where account = ${account}`.execute(db);
      return rows[0]?.count ?? 0;
    },
  };
}

/** A link as its row tells of it. */
export function toLink(row: Omit<Selectable<LinkTable>, 'account' | 'linked_at'>): Link {
  return {
    gpsId: row.gps_id,
    driverId: row.driver_id,
    createdDate: row.created_date,
    written: row.written,
    phoneHash: row.phone_hash,
  };
}

/** `linked_at` is the moment of the link to this Driveri driver: it stays while only what was written changes. */
async function save(db: GatewayDb, account: AccountId, link: Link, at: number): Promise<void> {
  await sql`
    insert into gateway.link as l (account, gps_id, driver_id, created_date, written, phone_hash, linked_at)
    values (${account}, ${link.gpsId}, ${link.driverId}, ${link.createdDate},
            ${JSON.stringify(link.written)}::jsonb, ${link.phoneHash}, ${at})
    on conflict (account, gps_id) do update set
      driver_id = excluded.driver_id, created_date = excluded.created_date, written = excluded.written,
      phone_hash = excluded.phone_hash,
      linked_at = case when l.driver_id = excluded.driver_id then l.linked_at else excluded.linked_at end`.execute(
    db,
  );
}
