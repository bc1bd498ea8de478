import { sql } from 'kysely';
import type { AccountId } from '../../driver/ids';
import type { PortalName } from '../../driver/ports/portal-error';
import type { GatewayDb } from '../database/tables';

/** No listing takes that long. */
const KEPT_MS = 24 * 3_600_000;

/** A driver that is not in the roster any more. */
export interface TombstoneRow {
  readonly id: string;
  readonly observed_at: number;
  readonly ticket: number;
  /** The last complete listing before the driver vanished; null when it was not in the roster. */
  readonly known_before?: number | null;
}

/**
 * Remembers which drivers were taken out of a roster, and the ticket of that observation. A listing takes minutes; one that was
 * sent before a driver was taken out, and ends after it, would bring the driver back: a renamed one under the old DriverID too.
 */
export async function buryInRoster(
  db: GatewayDb,
  account: AccountId,
  portal: PortalName,
  gone: readonly TombstoneRow[],
): Promise<void> {
  if (gone.length === 0) return;
  const newest = gone.reduce((latest, row) => Math.max(latest, row.observed_at), 0);
  await sql`
    with old as (
      delete from gateway.roster_tombstone
      where account = ${account} and portal = ${portal} and observed_at < ${newest - KEPT_MS}::bigint
        and id <> all(${gone.map((row) => row.id)}::text[])
        -- A driver that is still sought by its link needs to know what cannot be it.
        and not exists (select from gateway.link l where l.account = ${account} and l.driver_id = roster_tombstone.id)
    )
    insert into gateway.roster_tombstone as t (account, portal, id, observed_at, ticket, known_before)
    select ${account}, ${portal}, r.id, r.observed_at, r.ticket, r.known_before
    from jsonb_to_recordset(${JSON.stringify(gone)}::jsonb) as r(
      id text, observed_at bigint, ticket bigint, known_before bigint)
    order by r.id
    on conflict (account, portal, id) do update set
      observed_at = greatest(t.observed_at, excluded.observed_at), ticket = greatest(t.ticket, excluded.ticket),
      known_before = coalesce(excluded.known_before, t.known_before)`.execute(db);
}
