import { sql } from 'kysely';
import type { QueryExecutorProvider } from 'kysely';
import type { AccountId, GpsId } from '../../driver/ids';
import type { AttributeReading, AttributeReadings } from '../../driver/ports/attribute-readings';
import { drawTicket } from '../database/draw-ticket';
import { inChunks } from '../database/in-chunks';

/** Where an account's readings of one attribute are kept. */
export interface PgAttributeReadingsOptions {
  readonly db: QueryExecutorProvider;
  readonly account: AccountId;
  /** Tells one connection and key from another. */
  readonly source: string;
}

/** How many rows one statement reads: parsing all of a large fleet at once would hold up everything else. */
const PAGE = 5_000;

/** An account's readings of one attribute in Postgres. */
export function createPgAttributeReadings(options: PgAttributeReadingsOptions): AttributeReadings {
  const { db, account, source } = options;
  return {
    async all() {
      const found: AttributeReading[] = [];
      for (let after = ''; ;) {
        const { rows } = await sql<AttributeReading>`
          select ${COLUMNS} from gateway.gps_attribute
          where account = ${account} and source = ${source} and gps_id > ${after}
          order by gps_id limit ${PAGE}`.execute(db);
        found.push(...rows);
        const last = rows.at(-1);
        if (last === undefined || rows.length < PAGE) return found;
        after = last.gpsId;
      }
    },
    of: (ids) => readingsOf(options, ids),
    async hasValue() {
      const { rows } = await sql<{ found: boolean }>`
        select exists (select from gateway.gps_attribute
          where account = ${account} and source = ${source} and value is not null) as found`.execute(db);
      return rows[0]?.found === true;
    },
    drawTicket: () => drawTicket(db),
    keep: (readings) => keep(options, readings),
    async forget(ids) {
      await inChunks(ids, (chunk) =>
        sql`
          delete from gateway.gps_attribute
          where account = ${account} and source = ${source} and gps_id = any(${chunk}::text[])`.execute(db),
      );
    },
  };
}

const COLUMNS = sql`gps_id as "gpsId", value, read_at as "readAt", tried_at as "triedAt", failure, ticket`;

async function keep(
  { db, account, source }: PgAttributeReadingsOptions,
  readings: readonly AttributeReading[],
): Promise<readonly AttributeReading[]> {
  if (readings.length === 0) return [];
  await sql`
    insert into gateway.gps_attribute as a (account, source, gps_id, value, read_at, tried_at, failure, ticket)
    select ${account}, ${source}, r."gpsId", r.value, r."readAt", r."triedAt", r.failure, r.ticket
    from jsonb_to_recordset(${JSON.stringify(readings)}::jsonb) as r(
      "gpsId" text, value text, "readAt" bigint, "triedAt" bigint, failure text, ticket bigint)
    order by r."gpsId"
    on conflict (account, source, gps_id) do update set
      value = case when excluded.read_at is null then a.value else excluded.value end,
      read_at = coalesce(excluded.read_at, a.read_at), tried_at = excluded.tried_at,
      failure = excluded.failure, ticket = excluded.ticket
    where excluded.ticket >= a.ticket`.execute(db);
  return readingsOf(
    { db, account, source },
    readings.map(({ gpsId }) => gpsId),
  );
}

async function readingsOf(
  { db, account, source }: PgAttributeReadingsOptions,
  ids: readonly GpsId[],
): Promise<readonly AttributeReading[]> {
  const { rows } = await sql<AttributeReading>`
    select ${COLUMNS} from gateway.gps_attribute
    where account = ${account} and source = ${source} and gps_id = any(${ids}::text[])`.execute(db);
  return rows;
}
