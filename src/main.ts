import 'reflect-metadata';
import { createApp, type App } from './app';
import { ConfigError } from './platform/config-error';
import { loadConfig } from './platform/config';
import { createLogger } from './platform/logger';

/** The process: configuration, the app, signals, exit code. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
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

main().catch((error: unknown) => {
  const message =
    error instanceof ConfigError ? error.message : error instanceof Error ? describe(error) : String(error);
  process.stderr.write(`${message}\n`);
  process.exit(1);
});

function describe(error: Error): string {
  const cause = error.cause instanceof Error ? `\n  because: ${error.cause.message}` : '';
  return `${error.message}${cause}`;
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
