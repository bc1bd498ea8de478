import { mkdirSync } from 'node:fs';
import path from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { openPage, startBrowser, type WatchedPage } from './browser';
import { givenGateway, type GatewayOptions, type GivenGateway, type TestRole } from './given-gateway';

/** A gateway with its console, and a browser to look at it with. */
export interface GivenConsole {
  readonly gateway: GivenGateway;
  readonly browser: Browser;
  /** Opens an address of the console, signed in as this role. */
  visit(address: string, role?: TestRole, options?: VisitOptions): Promise<WatchedPage>;
  /** Closes the pages; the gateway and the browser stay. */
  closePages(): Promise<void>;
  close(): Promise<void>;
}

/** How the page is looked at. */
export interface VisitOptions {
  readonly width?: number;
  readonly theme?: 'light' | 'dark';
  /** Instead of one of the role's. */
  readonly token?: string;
}

const SCREENSHOTS = path.resolve(__dirname, '../../screenshots');

/** Starts both; one of each per file is enough. */
export async function givenConsole(options: GatewayOptions = {}): Promise<GivenConsole> {
  const [gateway, browser] = await Promise.all([givenGateway(options), startBrowser()]);
  return {
    gateway,
    browser,
    async visit(address, role = 'MASTER', { width = 1440, theme = 'light', token } = {}) {
      const credentials = { token: token ?? (await gateway.token(role)), expiresAt: null };
      const watched = await openPage(browser, {
        viewport: { width, height: width < 600 ? 844 : 900 },
        colorScheme: theme,
        init: (context) =>
          context.addInitScript(
            `if (!sessionStorage.getItem('visited')) {
              sessionStorage.setItem('visited', 'yes');
              sessionStorage.setItem('driver-sync-session', ${JSON.stringify(JSON.stringify(credentials))});
            }`,
          ),
      });
      await watched.page.goto(gateway.url + address);
      return watched;
    },
    async closePages() {
      for (const context of browser.contexts()) await context.close();
    },
    async close() {
      await browser.close();
      await gateway.close();
    },
  };
}

/** What the screen is looked at in: both themes, wide and narrow. */
export const LOOKS = [
  { width: 1440, theme: 'light' },
  { width: 1440, theme: 'dark' },
  { width: 390, theme: 'light' },
  { width: 390, theme: 'dark' },
] as const;

const EVERYTHING = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** The dark theme changes nothing but colours; looking at the rest again would double the time. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/**
 * What axe finds wrong, as lines to compare with nothing. The screen has to be there already. In the dark theme only colours are
 * looked at. A screen that is just changing (its theme, data that arrive) is looked at again: what is wrong with it stays.
 */
export async function faultsOf(page: Page): Promise<readonly string[]> {
  for (let look = 1; ; look += 1) {
    const faults = await lookForFaults(page);
    if (faults.length === 0 || look === 3) return faults;
    await page.waitForTimeout(300);
  }
}

async function lookForFaults(page: Page): Promise<readonly string[]> {
  // Evaluated by the debugger: the page's policy lets no script of others in.
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axe.source);
  const isDark = await page.evaluate('matchMedia("(prefers-color-scheme: dark)").matches');
  const rules = JSON.stringify(isDark ? COLOURS : EVERYTHING);
  const { violations } = (await page.evaluate(
    `axe.run(document, { runOnly: ${rules}, resultTypes: ['violations'] })`,
  )) as axe.AxeResults; // what axe.run resolves to
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, any, all, none }) => {
      const why = [...any, ...all, ...none].map(({ message }) => message).join('; ');
      return `${id}: ${help}: ${html.slice(0, 160)} (${why.slice(0, 200)})`;
    }),
  );
}

/**
 * Goes through all looks on one page: calls back in each, after the width and the theme have changed, with the name of the
 * screenshot that it takes.
 */
export async function inEveryLook(
  page: Page,
  name: string,
  look: (look: (typeof LOOKS)[number]) => Promise<void>,
): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  for (const { width, theme } of LOOKS) {
    await page.setViewportSize({ width, height: width < 600 ? 844 : 900 });
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.screenshot({ path: path.join(SCREENSHOTS, `${name}-${width}-${theme}.png`) });
    await look({ width, theme } as (typeof LOOKS)[number]); // the same two
  }
}

/** Whether the page can be scrolled sideways: it must not, on a phone neither. */
export async function overflowOf(page: Page): Promise<number> {
  return (await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )) as number;
}

/** Keeps what the page shows now, for a person to look at. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
}
