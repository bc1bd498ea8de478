import { sql } from 'kysely';
import type { AccountId } from '../driver/ids';
import type { PortalName } from '../driver/portal-error';
import type { GatewayDb } from './tables';

/** No listing takes that long. */
const KEPT_MS = 24 * 3_600_000;

/**
 * Remembers who was taken out of a roster and when they were known to be gone. A listing takes minutes; one that was sent
 * before somebody was taken out, and ends after it, would bring them back: a renamed driver under the old DriverID too.
 */
export async function buryInRoster(
  db: GatewayDb,
  account: AccountId,
  portal: PortalName,
  gone: readonly { readonly id: string; readonly observed_at: number }[],
): Promise<void> {
  if (gone.length === 0) return;
  const newest = gone.reduce((latest, row) => Math.max(latest, row.observed_at), 0);
  await sql`
    with old as (
      delete from gateway.roster_tombstone
      where account = ${account} and portal = ${portal} and observed_at < ${newest - KEPT_MS}::bigint
        and id <> all(${gone.map((row) => row.id)}::text[])
    )
    insert into gateway.roster_tombstone as t (account, portal, id, observed_at)
    select ${account}, ${portal}, r.id, r.observed_at
    from jsonb_to_recordset(${JSON.stringify(gone)}::jsonb) as r(id text, observed_at bigint)
    order by r.id
    on conflict (account, portal, id) do update set observed_at = greatest(t.observed_at, excluded.observed_at)`.execute(
    db,
  );
}
