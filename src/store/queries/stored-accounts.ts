import { accountId, type AccountId } from '../../driver/ids';
import type { GatewayDb } from '../database/tables';

/** Every account that the database knows, in the accounts file or not, and whether its Driver Sync is on. */
export async function listStoredAccounts(
  db: GatewayDb,
): Promise<readonly { readonly id: AccountId; readonly enabled: boolean }[]> {
  const rows = await db
    .selectFrom('gateway.account')
    .select(['account', 'enabled'])
    .orderBy('account')
    .execute();
  return rows.map(({ account, enabled }) => ({ id: accountId(account), enabled }));
}
