import { createHmac } from 'node:crypto';
import { phoneDigits } from '../../driver/field-mapping';
import type { AccountId } from '../../driver/ids';
import type { GatewayDb } from '../database/tables';

/** The keyed hash of a phone's digits; null when it has none. */
export type PhoneHasher = (phone: string | null) => string | null;

/**
 * Hashes phones with HMAC-SHA256, so that a phone that was sent can be recognised without being kept. The key was made by the
 * migration and never leaves the database but to here; it is read once. The account is hashed along: equal phones of two
 * accounts do not look equal.
 */
export function createPhoneHashers(db: GatewayDb): { of(account: AccountId): Promise<PhoneHasher> } {
  let reading: Promise<string> | null = null;
  return {
    async of(account) {
      reading ??= readKey(db);
      const key = await reading.catch((error: unknown) => {
        reading = null; // the database may be reachable the next time
        throw error;
      });
      return (phone) => hashPhone(key, account, phone);
    },
  };
}

async function readKey(db: GatewayDb): Promise<string> {
  const setting = await db
    .selectFrom('gateway.setting')
    .select('value')
    .where('name', '=', 'phone-hash-key')
    .executeTakeFirstOrThrow();
  return setting.value;
}

function hashPhone(key: string, account: AccountId, phone: string | null): string | null {
  const digits = phoneDigits(phone);
  if (digits === null) return null;
  return createHmac('sha256', key).update(`${account}:${digits}`).digest('hex');
}
