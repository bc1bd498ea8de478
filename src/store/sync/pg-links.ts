import { createHash } from 'node:crypto';
import { sql, type Selectable } from 'kysely';
import type { AccountId, DriverId, GpsId } from '../../driver/ids';
import type { Link } from '../../driver/link';
import type { LinkStore, SettledPair, StoredLink } from '../../sync/ports/link-store';
import { inChunks } from '../database/in-chunks';
import type { GatewayDb, LinkTable } from '../database/tables';
import { driveriVersion } from './roster-rows';

/** The links of an account, in Postgres. That a Driveri driver has at most one is a unique index. */
export function createPgLinks(db: GatewayDb, account: AccountId): LinkStore {
  return {
    of: (ids) => ofGps(db, account, ids),
    byDriverIds: (ids) => byDriverIds(db, account, ids),
    save: (links, at) => save(db, account, links, at),
    async remove(ids) {
      if (ids.length === 0) return;
      await sql`delete from gateway.link where account = ${account} and gps_id = any(${ids}::text[])`.execute(
        db,
      );
    },
    settle: (pairs) => settle(db, account, pairs),
    async setAside(fingerprint, at) {
      await sql`
        with taken as (
          delete from gateway.link where account = ${account}
          returning gps_id, driver_id, created_date, written, phone_hash)
        insert into gateway.link_set_aside (
          account, fingerprint, gps_id, driver_id, set_aside_at, created_date, written, phone_hash)
        select ${account}, ${fingerprint}, gps_id, driver_id, ${at}::bigint, created_date, written, phone_hash
        from taken`.execute(db);
    },
    asideOf: (fingerprint) => asideOf(db, account, fingerprint),
    restore: (fingerprint, at) => restore(db, account, fingerprint, at),
  };
}

/** A link as its row tells it. */
export function toLink(row: Omit<Selectable<LinkTable>, 'account' | 'linked_at' | 'settled'>): Link {
  return {
    gpsId: row.gps_id,
    driverId: row.driver_id,
    createdDate: row.created_date,
    written: row.written,
    phoneHash: row.phone_hash,
  };
}

type LinkRow = Selectable<LinkTable>;

async function ofGps(
  db: GatewayDb,
  account: AccountId,
  ids: readonly GpsId[],
): Promise<ReadonlyMap<GpsId, StoredLink>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<LinkRow>`
    select * from gateway.link where account = ${account} and gps_id = any(${ids}::text[])`.execute(db);
  return new Map(rows.map((row) => [row.gps_id, { ...toLink(row), linkedAt: row.linked_at }]));
}

async function byDriverIds(
  db: GatewayDb,
  account: AccountId,
  ids: readonly DriverId[],
): Promise<readonly Link[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<LinkRow>`
    select * from gateway.link
    where account = ${account} and driver_id = any(${ids}::text[]) order by gps_id`.execute(db);
  return rows.map(toLink);
}

/** `linked_at` is the moment of the link to this Driveri driver: it stays while only what was written changes. */
async function save(db: GatewayDb, account: AccountId, links: readonly Link[], at: number): Promise<void> {
  await inChunks(links, (chunk) =>
    sql`
      insert into gateway.link as l (account, gps_id, driver_id, created_date, written, phone_hash, linked_at)
      select ${account}, r.gps_id, r.driver_id, r.created_date, r.written, r.phone_hash, ${at}::bigint
      from jsonb_to_recordset(${JSON.stringify(chunk.map(toColumns))}::jsonb) as r(
        gps_id text, driver_id text, created_date bigint, written jsonb, phone_hash text)
      order by r.gps_id
      on conflict (account, gps_id) do update set
        driver_id = excluded.driver_id, created_date = excluded.created_date, written = excluded.written,
        phone_hash = excluded.phone_hash, settled = null,
        linked_at = case when l.driver_id = excluded.driver_id then l.linked_at else excluded.linked_at end`.execute(
      db,
    ),
  );
}

const toColumns = (link: Link) => ({
  gps_id: link.gpsId,
  driver_id: link.driverId,
  created_date: link.createdDate,
  written: link.written,
  phone_hash: link.phoneHash,
});

async function settle(db: GatewayDb, account: AccountId, pairs: readonly SettledPair[]): Promise<void> {
  await inChunks(pairs, (chunk) =>
    sql`
      update gateway.link l set settled = p.settled, written = l.written || p.agreed::jsonb
      from unnest(${chunk.map((pair) => pair.gpsId)}::text[], ${chunk.map((pair) => pair.driveri.driverId)}::text[],
                  ${chunk.map(digest)}::text[], ${chunk.map((pair) => JSON.stringify(pair.agreed))}::text[])
        as p(gps_id, driver_id, settled, agreed)
      where l.account = ${account} and l.gps_id = p.gps_id and l.driver_id = p.driver_id
        and l.settled is distinct from p.settled`.execute(db),
  );
}

/** The same text as `unsettled` makes of the rows: see `pg-rosters.ts`. */
const digest = ({ gpsVersion, driveri, rules }: SettledPair): string =>
  createHash('md5')
    .update(`${gpsVersion}:${driveriVersion(driveri)}:${rules}`)
    .digest('hex');

async function asideOf(db: GatewayDb, account: AccountId, fingerprint: string): Promise<readonly Link[]> {
  const { rows } = await sql<Parameters<typeof toLink>[0]>`
    select distinct on (gps_id) gps_id, driver_id, created_date, written, phone_hash
    from gateway.link_set_aside where account = ${account} and fingerprint = ${fingerprint}
    order by gps_id, set_aside_at desc`.execute(db);
  return rows.map(toLink);
}

async function restore(db: GatewayDb, account: AccountId, fingerprint: string, at: number): Promise<number> {
  const { rows } = await sql`
    with newest as (
      select distinct on (gps_id) gps_id, driver_id, created_date, written, phone_hash
      from gateway.link_set_aside where account = ${account} and fingerprint = ${fingerprint}
      order by gps_id, set_aside_at desc
    ), restored as (
      insert into gateway.link (account, gps_id, driver_id, created_date, written, phone_hash, linked_at)
      select ${account}, gps_id, driver_id, created_date, written, phone_hash, ${at}::bigint
      from newest order by gps_id
      on conflict do nothing returning gps_id
    ), taken as (
      delete from gateway.link_set_aside a using restored
      where a.account = ${account} and a.fingerprint = ${fingerprint} and a.gps_id = restored.gps_id
    )
    select gps_id from restored`.execute(db);
  return rows.length;
}
