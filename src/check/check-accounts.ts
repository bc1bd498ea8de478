import { readAccounts } from '../config/accounts-file';
import type { Config } from '../config/config';
import { ConfigError } from '../config/config-error';
import { checkAccount } from './check-account';
import { exitStatus, printReports, reportsAsJson } from './finding';

/** What `accounts:check` was asked. */
export interface CheckRequest {
  /** The accounts to check; empty: all of the file. */
  readonly accounts: readonly string[];
  readonly json: boolean;
}

/** Reads the arguments after `--check`. npm keeps `--json` to itself and says so in the environment. */
export function readCheckRequest(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): CheckRequest {
  const accounts = args.filter((arg) => !arg.startsWith('-'));
  const json = args.includes('--json') || env['npm_config_json'] === 'true';
  return { accounts, json };
}

/**
 * Checks accounts of the accounts file against their portals, one after the other, and writes the report. Answers the exit status:
 * 1 when something would stop the sync. Throws a `ConfigError` when the file cannot be used or has no such account.
 */
export async function checkAccounts(
  config: Config,
  request: CheckRequest,
  write: (text: string) => void,
): Promise<0 | 1> {
  if (config.accountsFile === undefined) {
    write(
      'The configuration can be used. There is no ACCOUNTS_FILE: the sandbox account is used, and nothing is to be checked.\n',
    );
    return 0;
  }
  const all = readAccounts(config.accountsFile, process.env, config);
  const unknown = request.accounts.filter((id) => all.every((one) => one.id !== id));
  if (unknown.length > 0) {
    const ids = all.map(({ id }) => id).join(', ');
    throw new ConfigError('The command', [
      {
        where: unknown.join(', '),
        what: `is no account of ${config.accountsFile}; give some of ${ids}, or none for all`,
      },
    ]);
  }
  const chosen = all.filter(({ id }) => request.accounts.length === 0 || request.accounts.includes(id));
  const reports = [];
  for (const account of chosen) reports.push(await checkAccount(account, { env: process.env }));
  write(request.json ? reportsAsJson(reports) : printReports(reports));
  return exitStatus(reports);
}
