import type { Config } from './config/config';
import { ConfigError } from './config/config-error';
import { accountId } from './driver/ids';
import { silentLogger } from './platform/logger';
import { openDatabase } from './store/database/database';
import { migrate } from './store/database/migrate';
import type { GatewayDb } from './store/database/tables';
import { migrations } from './store/migrations/all';
import {
  exportDriver,
  forgetDriver,
  traceDriver,
  type DriverName,
  type Refusal,
} from './store/queries/driver-data';

/** What a person's data is asked for. */
export interface DataRequest {
  readonly kind: 'export' | 'forget';
  readonly account: string;
  readonly name: DriverName;
  /** Without it, `forget` only says what it would erase. */
  readonly isConfirmed: boolean;
}

const USAGE = 'give the account, and one of --gps-id=…, --driver-id=…, --key=…';

/** Reads `<account> --gps-id=42 [--yes]`. Throws a `ConfigError` that says what is missing. */
export function readDataRequest(kind: DataRequest['kind'], args: readonly string[]): DataRequest {
  const valueOf = (option: string): string | undefined =>
    args.find((arg) => arg.startsWith(`--${option}=`))?.slice(option.length + 3);
  const account = args.find((arg) => !arg.startsWith('-'));
  const [gpsId, driverId, key] = ['gps-id', 'driver-id', 'key'].map(valueOf);
  const given = { ...(gpsId && { gpsId }), ...(driverId && { driverId }), ...(key && { key }) };
  if (account === undefined || Object.keys(given).length !== 1) {
    throw new ConfigError('The command', [{ where: `accounts:${kind}`, what: USAGE }]);
  }
  return { kind, account, name: given, isConfirmed: args.includes('--yes') };
}

const REFUSALS: { readonly [One in Refusal]: string } = {
  'in-gps':
    'GPS lists this driver: delete the driver there first, and wait for the removal. Nothing was erased.',
  'work-pending': 'A removal or a write of this driver is under way: let it end first. Nothing was erased.',
};

/**
 * Exports or erases one driver's data in the gateway's database, whether a gateway runs on it or not (the embedded one serves one
 * process: stop the gateway). Answers the exit status: 1 when there is no such driver, or nothing was erased.
 */
export async function answerDataRequest(
  config: Config,
  { kind, account, name, isConfirmed }: DataRequest,
  write: (text: string) => void,
): Promise<0 | 1> {
  const { databaseUrl, dataDir } = config;
  const database = await openDatabase(
    databaseUrl === undefined
      ? { kind: 'embedded', dataDir }
      : { kind: 'postgres', url: databaseUrl.reveal() },
    silentLogger,
  );
  try {
    await database.withoutTimeLimit((db) => migrate(db, migrations));
    const db = database.kysely.withTables() as unknown as GatewayDb; // the tables are named in full
    const trace = await traceDriver(db, accountId(account), name);
    const data = await exportDriver(db, trace);
    const count = Object.values(data).reduce((all, rows) => all + rows.length, 0);
    if (count === 0) {
      write(`Account ${account} has no data of such a driver.\n`);
      return 1;
    }
    if (kind === 'export') {
      write(`${JSON.stringify({ ...trace, data }, null, 2)}\n`);
      return 0;
    }
    if (!isConfirmed) {
      write(`${count} rows are about this driver (accounts:export shows them). Add --yes to erase them.\n`);
      return 1;
    }
    const outcome = await forgetDriver(db, trace);
    if ('refused' in outcome) {
      write(`${REFUSALS[outcome.refused]}\n`);
      return 1;
    }
    write(`${JSON.stringify({ erased: outcome.erased }, null, 2)}\n`);
    return 0;
  } finally {
    await database.close();
  }
}
