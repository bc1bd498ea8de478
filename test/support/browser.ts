import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

/** A page that is watched: what it complains about fails the test that looks. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors and refusals by the content policy, as the browser told of them so far. */
  readonly complaints: string[];
}

const CANDIDATES = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];

/** Where a browser is; null when there is none on this machine. */
export function findBrowser(): string | null {
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(path.delimiter)];
  for (const name of CANDIDATES) {
    const found = folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
    if (found !== undefined) return found;
  }
  return null;
}

/** As `describe`, for tests that need a browser: without one they are left out, and say so; with REQUIRE_SERVERS they fail. */
export function describeInBrowser(title: string, tests: () => void): void {
  if (findBrowser() !== null || process.env['REQUIRE_SERVERS'] !== undefined) {
    describe(title, tests);
    return;
  }
  process.stderr.write(`No Chromium on this machine: "${title}" is left out.\n`);
  describe.skip(`${title} (no Chromium on this machine)`, tests);
}

/** Starts the browser. Throws when there is none. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error('The tests of the console need Chromium: install `chromium`.');
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A page of its own, without what another one remembers. */
export async function openPage(
  browser: Browser,
  options: Parameters<Browser['newContext']>[0] & {
    readonly init?: (context: BrowserContext) => Promise<unknown>;
  } = {},
): Promise<WatchedPage> {
  const { init, ...given } = options;
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    ...given,
  });
  await init?.(context);
  const page = await context.newPage();
  // Generous: a busy machine is no failure.
  page.setDefaultTimeout(90_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return { page, complaints };
}
