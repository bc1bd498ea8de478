import 'reflect-metadata';
import { createApp, type App } from './app';
import { checkAccounts, readCheckRequest } from './check/check-accounts';
import { loadConfig, type Config } from './config/config';
import { answerDataRequest, readDataRequest } from './data-request';
import { explainStartError } from './config/start-error';
import { createLogger } from './platform/logger';

/** Shorter than the half minute after which a cluster kills. */
const STOP_WITHIN_MS = 28_000;

/** The process: configuration, the app, signals, exit code. `--check`, `--export` and `--forget` are commands of their own. */
async function main(config: Config): Promise<void> {
  const [, , command, ...args] = process.argv;
  if (command === '--check') return check(config, args);
  if (command === '--export' || command === '--forget') {
    const request = readDataRequest(command === '--export' ? 'export' : 'forget', args);
    process.exitCode = await answerDataRequest(config, request, write);
    return;
  }
  const logger = createLogger(config.log);
  const app = await createApp({ config, logger });
  const stop = (signal: string): void => {
    logger.info({ signal }, 'stopping');
    // A second signal is a person who does not want to wait; a part that hangs must not be waited for at all.
    for (const again of ['SIGINT', 'SIGTERM']) process.once(again, () => process.exit(1));
    setTimeout(() => {
      logger.error({ seconds: STOP_WITHIN_MS / 1000 }, 'the process did not stop in time');
      process.exit(1);
    }, STOP_WITHIN_MS).unref();
    app.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'the process could not stop cleanly');
        process.exit(1);
      },
    );
  };
  let isStopping = false;
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      stop(signal);
    });
  }
  const { accountsReload } = app;
  // Without accounts there is nothing to take in: then SIGHUP means, as for any program, that its terminal is gone.
  if (accountsReload !== null) {
    process.on('SIGHUP', () => {
      logger.info({ signal: 'SIGHUP' }, 'taking the accounts file in again');
      // What is wrong is in the log.
      accountsReload.reload().catch(() => undefined);
    });
  }
  await app.start();
  process.stdout.write(await welcome(app));
}

const write = (text: string): void => void process.stdout.write(text);

async function check(config: Config, args: readonly string[]): Promise<void> {
  process.exitCode = await checkAccounts(config, readCheckRequest(args, process.env), write);
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
  if (app.probesUrl !== null) lines.push(`  Probes       ${app.probesUrl}/readyz`);
  const tokens = await app.sandboxTokens();
  if (tokens.length > 0) lines.push('', 'Tokens of the sandbox account, valid for 30 days:', '');
  for (const { role, token } of tokens) lines.push(`  ${role}`, `  ${token}`, '');
  return `${lines.join('\n')}\n`;
}
