import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { createApp, type App } from '../../../src/app';
import { sandboxAccount } from '../../../src/assembly/sandbox-account';
import { loadConfig } from '../../../src/config/config';
import { silentLogger } from '../../../src/platform/logger';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox';
import { describeInBrowser, openPage, startBrowser } from '../../support/browser';
import { until } from '../../support/until';

const API = 'urn:driver-sync-gateway';

describeInBrowser('signing in with an identity provider', () => {
  let provider: ChildProcess;
  let sandbox: Sandbox;
  let app: App;
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    provider = spawn(
      process.execPath,
      [path.resolve(__dirname, '../../support/oidc-provider.mjs'), `${url}/sign-in`, API],
      { stdio: ['pipe', 'pipe', 'ignore'] },
    );
    const issuer = await firstLine(provider);
    sandbox = await startSandbox({ fleet: 'empty' });
    const config = loadConfig({
      PORT: String(port),
      ACCOUNTS_FILE: 'given-by-the-test',
      AUTH_ISSUER: issuer,
      AUTH_JWKS_URL: `${issuer}/jwks`,
      AUTH_AUDIENCE: API,
      CONSOLE_CLIENT_ID: 'console',
      CONSOLE_RESOURCE: API,
    });
    const accounts = [sandboxAccount(sandbox)];
    app = await createApp({ config, logger: silentLogger, accounts, databaseDir: null });
    await app.start();
    browser = await startBrowser();
  });

  afterAll(async () => {
    await browser.close();
    await app.stop();
    await sandbox.close();
    provider.kill();
  });

  /** The provider's own pages: any password will do; then the user agrees. */
  async function signInAs(page: Page, name: string): Promise<void> {
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.locator('input[name=login]').fill(name);
    await page.locator('input[name=password]').fill('any');
    await page.locator('button[type=submit]').click();
    await page.getByRole('button', { name: 'Continue' }).click();
  }

  const stored = (page: Page): Promise<{ token: string; renewal?: object }> =>
    page.evaluate('JSON.parse(sessionStorage.getItem("driver-sync-session"))');

  it('goes to the provider and comes back to the address that was asked for, with the role of the token', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${url}/drivers?status=HELD`);
    await signInAs(page, 'ada-ADMIN');
    await page.waitForURL(`${url}/drivers?status=HELD`);
    // The provider's own pages load what is not there.
    complaints.length = 0;
    await page.getByText('ada-ADMIN').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    expect(await page.getByText('Administrator').count()).toBe(1);
    expect(complaints).toEqual([]);
    // Silently: another token takes the place of the first one, and nothing is asked.
    const first = await stored(page);
    await until('the token is renewed', async () => (await stored(page)).token !== first.token, 60_000, 200);
    await page.getByText('Live', { exact: true }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('says what is wrong when the user was sent here by somebody else', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${url}/sign-in?code=stolen&state=unknown`);
    await page.getByText('This sign-in was not started in this tab. Start again.').waitFor();
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  });
});

/** The console's address has to be known to the provider before the gateway listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // of a TCP server
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return until('the provider listens', () => /^(http:\S+)\n/.exec(text)?.[1]);
}
