import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { generateFleet } from '../../../src/sandbox/fleet';
import { describeInBrowser } from '../../support/browser';
import { givenConsole, type GivenConsole } from '../../support/given-console';
import { until } from '../../support/until';

const FLEET = 10_000;

describeInBrowser('the table of 10,000 drivers', () => {
  let given: GivenConsole;

  beforeAll(async () => {
    given = await givenConsole({
      fleet: generateFleet({ drivers: FLEET }),
      settings: { gpsPollMs: 3_600_000, driveriPollMs: 3_600_000 },
    });
    await until('all drivers are there', async () => {
      const { drivers } = await given.gateway.ask<{ drivers: { totalCount: number } }>(
        '{ drivers(first: 1) { totalCount } }',
      );
      return drivers.totalCount === FLEET;
    });
  });

  afterEach(() => given.closePages());
  afterAll(() => given.close());

  const open = async (address = '/drivers', role: 'MASTER' | 'VIEWER' = 'MASTER'): Promise<Page> => {
    const { page } = await given.visit(address, role);
    await page.getByRole('row').nth(1).getByRole('link').waitFor();
    return page;
  };
  const rows = (page: Page) => page.locator('.grid-body [role=row]');
  const scrollTo = (page: Page, where: string) =>
    page.evaluate(`{ const grid = document.querySelector('.grid-scroller'); grid.scrollTo(0, ${where}); }`);
  const focused = (page: Page) => page.evaluate<string>('document.activeElement?.innerText ?? ""');

  it('shows its first rows after two requests, and keeps few rows in the page', async () => {
    const { page } = await given.visit('/sign-in');
    const asked: string[] = [];
    page.on('request', (request) => {
      const { operationName } = (request.postDataJSON() ?? {}) as { operationName?: string };
      if (operationName !== undefined) asked.push(operationName);
    });
    await page.goto(`${given.gateway.url}/drivers`);
    await page.getByRole('row').nth(1).getByRole('link').waitFor();
    expect(asked.indexOf('ConsoleDrivers')).toBeGreaterThanOrEqual(0);
    expect(asked.filter((name) => name === 'ConsoleDrivers')).toHaveLength(1);
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe(String(FLEET + 1));
    expect(await rows(page).count()).toBeLessThan(80);
  });

  it('loads on when it is scrolled, to the very end', async () => {
    const page = await open();
    await scrollTo(page, '30000');
    // Seven pages, and then a hundred: on a busy machine they take their time.
    await page.locator('[role=row][aria-rowindex="690"]').getByRole('link').waitFor({ timeout: 120_000 });
    await scrollTo(page, 'grid.scrollHeight');
    await page
      .locator(`[role=row][aria-rowindex="${FLEET + 1}"]`)
      .getByRole('link')
      .waitFor();
    expect(await rows(page).count()).toBeLessThan(80);
  });

  it('is gone through by keyboard: arrows, Space, Shift+Space, Enter, and Back to where it was', async () => {
    const page = await open();
    await rows(page).first().focus();
    await page.keyboard.press('ArrowDown');
    await until('the second row has the focus', async () => (await focused(page)).includes('D0'));
    await page.keyboard.press('Space');
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('ArrowDown');
    await page.locator('[role=row][aria-rowindex="6"]:focus').waitFor();
    await page.keyboard.press('Shift+Space');
    await page.getByText('4 drivers chosen').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/drivers\/\w/);
    await page.goBack();
    await page.getByText('4 drivers chosen').waitFor();
  });

  it('has its filters and its order in the address, over a reload and Back', async () => {
    const page = await open();
    await page.getByRole('searchbox', { name: 'Search' }).fill('D00012');
    await page.getByText('10 drivers').waitFor();
    await page.getByRole('button', { name: 'DriverID' }).click();
    await page.waitForURL(/\?q=D00012&sort=driverId/);
    await page.getByRole('button', { name: 'DriverID' }).click();
    await page.waitForURL(/sort=-driverId/);
    await page.locator('[aria-rowindex="2"]', { hasText: 'D000129' }).waitFor();
    await page.reload();
    await page.locator('[aria-rowindex="2"]', { hasText: 'D000129' }).waitFor();
    expect(await page.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('D00012');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByText('10,000 drivers').waitFor();
  });

  it('filters by several statuses and by group, and says when nobody matches', async () => {
    const page = await open('/drivers?group=North');
    await page.getByText('2,500 drivers').waitFor();
    await page
      .locator('.filters')
      .getByRole('button', { name: /Status/ })
      .click();
    await page.getByRole('option', { name: 'Held' }).click();
    await page.getByRole('option', { name: 'Failed' }).click();
    await page.keyboard.press('Escape');
    await page.getByText('No driver matches.').waitFor();
    expect(new URL(page.url()).search).toBe('?group=North&status=HELD,FAILED');
  });

  it('edits a field of many drivers, and exports them', async () => {
    const page = await open('/drivers?q=D00034');
    await page.getByRole('checkbox', { name: 'Choose all loaded drivers' }).check({ force: true });
    await page.getByText('10 drivers chosen').waitFor();
    await page.getByRole('button', { name: 'Edit a field' }).click();
    await page.getByRole('textbox', { name: 'Time zone' }).fill('US/Arizona');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('10 drivers saved in GPS.').waitFor();
    const changed = given.gateway.sandbox.gps.drivers().filter(({ timezone }) => timezone === 'US/Arizona');
    expect(changed).toHaveLength(10);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export 10 drivers' }).click(),
    ]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(lines).toHaveLength(11);
    expect(lines[0]).toContain('First name,Last name,E-mail,Phone,DriverID,Ref ID');
    expect(lines.filter((line) => line.includes('US/Arizona'))).toHaveLength(10);
  });

  it('takes live changes into the rows without moving the focus', async () => {
    const page = await open('/drivers?q=D00056');
    const { drivers } = await given.gateway.ask<{ drivers: { nodes: readonly { id: string }[] } }>(
      '{ drivers(first: 1, filter: { driveriDriverId: "D000562" }) { nodes { id } } }',
    );
    await page.getByText('Live', { exact: true }).waitFor();
    await rows(page).nth(3).focus();
    const before = await focused(page);
    await given.gateway.ask(
      'mutation ($input: UpdateDriverInput!) { updateDriver(input: $input) { userErrors { message } } }',
      { input: { id: drivers.nodes[0]?.id, referenceId: 'FRESH-1' } },
    );
    await rows(page).filter({ hasText: 'FRESH-1' }).waitFor();
    expect(await focused(page)).toBe(before);
  });

  it('shows a viewer what may not be done, and why', async () => {
    const page = await open('/drivers', 'VIEWER');
    const create = page.getByRole('button', { name: 'New driver' });
    expect(await create.getAttribute('aria-disabled')).toBe('true');
    await create.hover();
    await page.getByRole('tooltip', { name: /Only an administrator/ }).waitFor();
    await create.click({ force: true });
    expect(new URL(page.url()).pathname).toBe('/drivers');
  });
});
