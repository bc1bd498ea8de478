import 'reflect-metadata';
import { createApp, type App } from './app';
import { readAccounts } from './platform/accounts';
import { loadConfig, type Config } from './platform/config';
import { createLogger } from './platform/logger';
import { explainStartError } from './platform/start-error';

/** The process: configuration, the app, signals, exit code. With `--check`: only the configuration. */
async function main(config: Config): Promise<void> {
  if (process.argv.includes('--check')) return check(config);
  const logger = createLogger(config.log);
  const app = await createApp({ config, logger });
  const stop = (signal: string): void => {
    logger.info({ signal }, 'stopping');
    app.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'the process could not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', () => stop('SIGINT'));
  process.once('SIGTERM', () => stop('SIGTERM'));
  await app.start();
  process.stdout.write(await welcome(app));
}

/** Reads environment and accounts file as a start would, connects to nothing, and says what was understood; no secrets. */
function check(config: Config): void {
  const accounts = config.accountsFile === undefined ? [] : readAccounts(config.accountsFile, process.env);
  const lines = accounts.map(
    ({ id, name, tier, gps, driveri }) =>
      `  ${id}: ${name}, ${tier}; GPS user ${gps.username} at ${gps.baseUrl}; Driveri tenant ${driveri.tenant} at ${driveri.baseUrl}`,
  );
  const which =
    accounts.length === 0 ? 'There is no ACCOUNTS_FILE: the sandbox account is used.' : 'Accounts:';
  process.stdout.write(['The configuration can be used.', which, ...lines, ''].join('\n'));
}

function fail(error: unknown, config?: Config): void {
  process.stderr.write(`${explainStartError(error, config)}\n`);
  process.exit(1);
}

try {
  const config = loadConfig(process.env);
  main(config).catch((error: unknown) => fail(error, config));
} catch (error) {
  fail(error);
}

/** What a person sees when the gateway has started: where everything is; with the sandbox, also a token for each role. */
async function welcome(app: App): Promise<string> {
  const lines = ['', 'Driver Sync Gateway is ready.', ''];
  if (app.url !== null) {
    lines.push(`  GraphQL      ${app.url}/graphql   (HTTP and WebSocket)`, `  Console      ${app.url}/`);
  }
  if (app.sandbox !== null) {
    lines.push(`  GPS portal   ${app.sandbox.gps.pageUrl}   (sandbox)`);
    lines.push(`  Driveri      ${app.sandbox.driveri.pageUrl}   (sandbox)`);
  }
  const tokens = await app.sandboxTokens();
  if (tokens.length > 0) lines.push('', 'Tokens of the sandbox account, valid for 30 days:', '');
  for (const { role, token } of tokens) lines.push(`  ${role}`, `  ${token}`, '');
  return `${lines.join('\n')}\n`;
}
