import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { createApp, type App } from '../../../src/app';
import { loadConfig } from '../../../src/config/config';
import { silentLogger } from '../../../src/platform/logger';
import { describeInBrowser, openPage, startBrowser } from '../../support/browser';
import { faultsOf, inEveryLook, overflowOf } from '../../support/given-console';

describeInBrowser('signing in to the sandbox', () => {
  let app: App;
  let browser: Browser;
  let url: string;
  const dataDir = mkdtempSync(path.join(tmpdir(), 'console-sandbox-'));

  beforeAll(async () => {
    [browser] = await Promise.all([startBrowser(), start('0')]);
    url = app.url ?? '';
  });

  /** Starts the gateway, again on what an earlier one has left: its secret, and the sandbox's drivers. */
  async function start(port: string): Promise<void> {
    const config = loadConfig({
      PORT: port,
      SANDBOX_GPS_PORT: '0',
      SANDBOX_DRIVERI_PORT: '0',
      DATA_DIR: dataDir,
    });
    app = await createApp({ config, logger: silentLogger, databaseDir: null });
    await app.start();
  }

  afterAll(async () => {
    await browser.close();
    await app.stop();
  });

  it('takes a role, and goes to the address that was asked for', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${url}/drivers?status=HELD,FAILED`);
    await page.getByRole('button', { name: /^Viewer/ }).click();
    await page.getByRole('heading', { name: 'Drivers', level: 1 }).waitFor();
    expect(new URL(page.url()).search).toBe('?status=HELD,FAILED');
    expect(await page.getByText('sandbox-viewer').count()).toBeGreaterThan(0);
    await page.getByText('Live', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('keeps the token out of addresses and lasting storage, over a reload, and forgets it on signing out', async () => {
    const { page } = await openPage(browser);
    await page.goto(url);
    await page.getByRole('button', { name: /^Administrator/ }).click();
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    expect(page.url()).toBe(`${url}/`);
    expect(await page.evaluate('JSON.stringify(localStorage) + document.cookie')).not.toContain('eyJ');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: /^Administrator/ }).waitFor();
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain('eyJ');
  });

  it('says why a token is not taken', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${url}/sign-in`);
    await page.getByText('Use an access token instead').click();
    await page.getByLabel('Access token').fill('nonsense');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText(/request [\w-]+/).waitFor();
    expect(page.url()).toBe(`${url}/sign-in`);
  });

  it('does not send anybody to another site afterwards', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${url}/sign-in?to=${encodeURIComponent('//evil.example/x')}`);
    await page.getByRole('button', { name: /^Viewer/ }).click();
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    expect(new URL(page.url()).origin).toBe(url);
  });

  it('is accessible, and fits a phone', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${url}/sign-in`);
    await page.getByRole('button', { name: /^Viewer/ }).waitFor();
    await inEveryLook(page, 'sign-in', async () => {
      expect(await faultsOf(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
    });
  });

  it('goes on after the gateway was started again, signed in and where the user was', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${url}/drivers?q=a`);
    await page.getByRole('button', { name: /^Master User/ }).click();
    await page.getByText('Live', { exact: true }).waitFor();
    await app.stop();
    await page.getByText('The gateway cannot be reached. Trying again').waitFor();
    await start(new URL(url).port);
    await page.getByText('Live', { exact: true }).waitFor({ timeout: 60_000 });
    await page.getByText('The gateway cannot be reached.').waitFor({ state: 'hidden' });
    await page.getByRole('row').nth(1).getByRole('link').waitFor();
    expect(page.url()).toBe(`${url}/drivers?q=a`);
  });
});
