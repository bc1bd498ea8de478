import type { Page } from 'playwright-core';
import { describeInBrowser } from '../../support/browser';
import {
  faultsOf,
  givenConsole,
  inEveryLook,
  overflowOf,
  type GivenConsole,
} from '../../support/given-console';

describeInBrowser('every screen, light and dark, wide and narrow', () => {
  let given: GivenConsole;
  let driver: string;

  beforeAll(async () => {
    given = await givenConsole();
    await given.gateway.turnOn();
    const { drivers } = await given.gateway.ask<{ drivers: { nodes: readonly { id: string }[] } }>(
      '{ drivers(first: 1, filter: { status: [CONFLICT] }) { nodes { id } } }',
    );
    driver = drivers.nodes[0]?.id ?? '';
  });

  afterEach(() => given.closePages());
  afterAll(() => given.close());

  const heading = (page: Page) => page.getByRole('heading', { level: 1 }).waitFor();

  it.each([
    ['overview', () => '/', (page: Page) => page.locator('.u-legend').first().waitFor()],
    ['drivers', () => '/drivers', (page: Page) => page.getByRole('row').nth(1).getByRole('link').waitFor()],
    [
      'drivers-none',
      () => '/drivers?q=nobody-has-this',
      (page: Page) => page.getByText('No driver matches.').waitFor(),
    ],
    ['driver', () => `/drivers/${driver}`, (page: Page) => page.locator('.event').first().waitFor()],
    [
      'driver-edit',
      () => `/drivers/${driver}?dialog=edit`,
      (page: Page) => page.getByRole('dialog').waitFor(),
    ],
    [
      'driver-delete',
      () => `/drivers/${driver}?dialog=delete`,
      (page: Page) => page.getByRole('alertdialog').waitFor(),
    ],
    ['driver-new', () => '/drivers/new', heading],
    ['turn-off', () => '/turn-on', (page: Page) => page.getByText('Turn it off').waitFor()],
    ['no-screen', () => '/runs/x/y', (page: Page) => page.getByText('There is no screen').waitFor()],
  ])('%s is accessible, and fits', async (name, address, isThere) => {
    const { page, complaints } = await given.visit(address());
    await heading(page);
    await isThere(page);
    await inEveryLook(page, name, async () => {
      expect(await faultsOf(page)).toEqual([]);
      expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    });
    expect(complaints).toEqual([]);
  });

  it('the command palette is accessible, and finds screens and drivers', async () => {
    const { page } = await given.visit('/');
    await heading(page);
    await page.getByRole('button', { name: /Go to a screen/ }).click();
    await page.getByRole('searchbox', { name: 'Screen, action or driver' }).fill('dri');
    await page.getByRole('menuitem', { name: 'Drivers', exact: true }).waitFor();
    await inEveryLook(page, 'palette', async () => {
      expect(await faultsOf(page)).toEqual([]);
    });
  });

  it('everything can be read at twice its size on a small screen', async () => {
    const { page } = await given.visit(`/drivers/${driver}`, 'MASTER', { width: 1280 });
    await heading(page);
    await page.setViewportSize({ width: 640, height: 450 });
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    expect(await faultsOf(page)).toEqual([]);
  });
});
