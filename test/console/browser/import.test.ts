import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../../support/browser';
import {
  faultsOf,
  givenConsole,
  inEveryLook,
  overflowOf,
  type GivenConsole,
} from '../../support/given-console';
import { until } from '../../support/until';
import { putDrivers } from '../support/work-fleet';

const FILE = `Last name;First name;DriverID;E-mail;GPS groups;Shoe size
Changed;First1;D-1;;;44
Driver02;First2;D-2;driver2@example.com;;41
Núñez;Ana;N-1;ana@example.com;;
Nobody;;N-2;not an address;;
;Lost;;;;
Nogroup;Ned;N-3;;No such group;
`;

describeInBrowser('importing drivers', () => {
  let given: GivenConsole;

  beforeAll(async () => {
    given = await givenConsole({ fleet: 'empty' });
    putDrivers(given.gateway, 3);
    await until('the drivers are known', async () => {
      const { drivers } = await given.gateway.ask<{ drivers: { totalCount: number } }>(
        '{ drivers { totalCount } }',
      );
      return drivers.totalCount === 3 ? true : null;
    });
  });
  afterEach(() => given.closePages());
  afterAll(() => given.close());

  const choose = (page: Page, text = FILE) =>
    page
      .getByLabel('CSV file')
      .setInputFiles({ name: 'fleet.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  const inGps = () =>
    given.gateway.sandbox.gps.drivers().map(({ firstname, lastname }) => `${firstname} ${lastname}`);

  it('says what a file must be like', async () => {
    const { page, complaints } = await given.visit('/drivers/import');
    await page.getByRole('heading', { name: 'Choose a file' }).waitFor();
    await inEveryLook(page, 'import-choose', async () => {
      expect(await faultsOf(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
    });
    await choose(page, 'Shoe size\n44\n');
    await page.getByText(/The first line must have the headings/).waitFor();
    await page.getByRole('button', { name: 'Another file' }).click();
    await page.getByText('Paste from a spreadsheet instead').click();
    await page.getByLabel('Rows, with their headings').fill('Last name\tDriverID\nPasted\tP-1');
    await page.getByRole('button', { name: 'Preview these rows' }).click();
    await page.getByText('1 row will be written to GPS.').waitFor();
    expect(complaints).toEqual([]);
  });

  it('shows every row before anything is written, with errors at rows, and keeps it over a reload', async () => {
    const { page, complaints } = await given.visit('/drivers/import');
    await choose(page);
    await page.getByText('3 rows will be written to GPS; 2 cannot be, and are left out.').waitFor();
    expect(await page.locator('.item-row').count()).toBe(6);
    await page.getByText('“not an address” is no e-mail address.').waitFor();
    await page.getByText('A new driver needs a last name.').waitFor();
    await page.getByText(/not used: Shoe size/).waitFor();
    await inEveryLook(page, 'import-preview', async () => {
      expect(await faultsOf(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
    });
    await page.getByRole('link', { name: /^Cannot be imported/ }).click();
    await page.locator('.item-row').nth(2).waitFor({ state: 'detached' });
    await page.reload();
    await page.getByText('“not an address” is no e-mail address.').waitFor();
    expect(await page.locator('.item-row').count()).toBe(2);
    expect(inGps()).toContain('First1 Driver01');
    expect(inGps()).toHaveLength(3);
    expect(complaints).toEqual([]);
  });

  it('lets a viewer look, and says why not more', async () => {
    const { page } = await given.visit('/drivers/import', 'VIEWER');
    await choose(page);
    await page.getByText(/^3 rows will be written/).waitFor();
    expect(await page.getByRole('button', { name: /^Import/ }).getAttribute('aria-disabled')).toBe('true');
    await page.goto(`${given.gateway.url}/drivers/import?dialog=write`);
    await page.getByText(/^3 rows will be written/).waitFor();
    expect(await page.getByRole('alertdialog').count()).toBe(0);
  });

  it('writes row by row: what GPS refuses stands at its row, and can be had as a file', async () => {
    const { page } = await given.visit('/drivers/import', 'ADMIN');
    await choose(page);
    await page.getByRole('button', { name: 'Import 3 rows' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('2 drivers will be created in GPS.').waitFor();
    await dialog.getByRole('button', { name: 'Import' }).click();
    await page.getByText('2 of 3 written, 1 failed.').waitFor();
    expect(await page.locator('.item-row', { hasText: 'Ned Nogroup' }).getByText('Not written').count()).toBe(
      1,
    );
    expect(inGps().toSorted()).toEqual(['Ana Núñez', 'First1 Changed', 'First2 Driver02', 'First3 Driver03']);
    await inEveryLook(page, 'import-done', async () => {
      expect(await faultsOf(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
    });
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export what is not written' }).click(),
    ]);
    const text = readFileSync(await file.path(), 'utf8');
    expect(text.trim().split('\r\n')).toHaveLength(4);
    expect(text).toContain('Nogroup');
    await page.getByRole('button', { name: 'Preview again' }).click();
    await page.getByText(/^1 row will be written/).waitFor();
  });

  it('says when the drivers cannot be read, and tries again', async () => {
    const { page } = await given.visit('/drivers/import');
    await page.route('**/graphql', async (route) =>
      route.request().postData()?.includes('ConsoleDriversForExport') === true
        ? route.abort()
        : route.continue(),
    );
    await choose(page);
    await page.getByText('The drivers could not be read').waitFor();
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.item-row').first().waitFor();
  });
});
