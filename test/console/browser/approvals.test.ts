import type { Page } from 'playwright-core';
import { DEFAULT_LIMITS } from '../../../src/driver/guard/guards';
import { describeInBrowser } from '../../support/browser';
import {
  faultsOf,
  givenConsole,
  inEveryLook,
  overflowOf,
  type GivenConsole,
} from '../../support/given-console';
import { until } from '../../support/until';
import { heldCount, putDrivers, renumber } from '../support/work-fleet';

const HELD = 6;

describeInBrowser('the approvals', () => {
  let given: GivenConsole;

  beforeAll(async () => {
    given = await givenConsole({
      fleet: 'empty',
      account: { guards: { ...DEFAULT_LIMITS, maxIdentityChanges: 2, maxIdentityChangesPercent: 10 } },
    });
    putDrivers(given.gateway, 20);
    await given.gateway.turnOn();
  });
  afterEach(() => given.closePages());
  afterAll(() => given.close());

  const title = (page: Page) => page.title();
  const waitForTitle = (page: Page, start: string) =>
    until(`the tab's title begins with ${start}`, async () =>
      (await title(page)).startsWith(start) ? true : null,
    );

  it('say that nothing waits, and why something would', async () => {
    const { page, complaints } = await given.visit('/approvals');
    await page.getByText('Nothing waits for you.').waitFor();
    expect(await title(page)).toBe('Approvals · Driver Sync');
    await inEveryLook(page, 'approvals-empty', async () => {
      expect(await faultsOf(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
    });
    expect(complaints).toEqual([]);
  });

  it('come up by themselves, counted in the navigation and in the tab, with evidence and consequence', async () => {
    const { page, complaints } = await given.visit('/approvals');
    await page.getByText('Nothing waits for you.').waitFor();
    await renumber(given.gateway, HELD, 'NEW');
    await page.getByText('First1 Driver01').waitFor();
    await waitForTitle(page, `(${HELD}) Approvals`);
    expect(await page.getByRole('link', { name: `Approvals ${HELD} waiting` }).count()).toBe(1);
    expect(await page.getByText(/^Approving changes the DriverID in Driveri/).count()).toBe(HELD);
    await page.getByRole('checkbox', { name: 'Choose First1 Driver01' }).click({ force: true });
    await page.getByText('1 change chosen').waitFor();
    await inEveryLook(page, 'approvals', async () => {
      expect(await faultsOf(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
    });
    expect(complaints).toEqual([]);
  });

  it('keep what was chosen and the dialog over a reload, and Back closes the dialog', async () => {
    const { page } = await given.visit('/approvals');
    await page.getByRole('checkbox', { name: 'Choose First2 Driver02' }).click({ force: true });
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByRole('alertdialog', { name: 'Reject 1 change?' }).waitFor();
    await page.reload();
    await page.getByRole('alertdialog', { name: 'Reject 1 change?' }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.goBack();
    await page.getByText('1 change chosen').waitFor();
    expect(await page.getByRole('alertdialog').count()).toBe(0);
  });

  it('show a viewer everything, with why it is not for them to decide', async () => {
    const { page } = await given.visit('/approvals', 'VIEWER');
    await page.getByText('First1 Driver01').waitFor();
    const approve = page.getByRole('button', { name: 'Approve' });
    expect(await approve.getAttribute('aria-disabled')).toBe('true');
    await approve.focus();
    await page
      .locator('.denied:focus-within')
      .getByText('Only an administrator or the Master User')
      .waitFor();
    await page.goto(`${given.gateway.url}/approvals?dialog=approve`);
    await page.getByText('First1 Driver01').waitFor();
    expect(await page.getByRole('alertdialog').count()).toBe(0);
  });

  it('find by name, and say when nothing matches', async () => {
    const { page } = await given.visit('/approvals?q=driver03');
    await page.getByText('First3 Driver03').waitFor();
    expect(await page.getByRole('list', { name: 'Held changes' }).locator('.item-row').count()).toBe(1);
    await page.getByLabel('Search').fill('nobody at all');
    await page.getByText('Nothing that waits matches.').waitFor();
    expect(new URL(page.url()).search).toBe('?q=nobody%20at%20all');
    await page.getByRole('button', { name: 'Clear filters' }).first().click();
    await page.getByText('First1 Driver01').waitFor();
  });

  it('say what failed, and try again', async () => {
    const { page } = await given.visit('/settings');
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    await page.route('**/graphql', async (route) =>
      route.request().postData()?.includes('ConsoleHeldItems') === true
        ? route.fulfill({
            json: {
              errors: [
                {
                  message: 'The database is away.',
                  extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'r-1' },
                },
              ],
            },
          })
        : route.continue(),
    );
    await page.getByRole('link', { name: /^Approvals/ }).click();
    await page.getByText('The database is away.').waitFor();
    expect(await page.getByText(/request r-1/).count()).toBe(1);
    expect(await faultsOf(page)).toEqual([]);
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('First1 Driver01').waitFor();
  });

  it('reject one and approve the rest: Driveri has just what was approved', async () => {
    const { page, complaints } = await given.visit('/approvals', 'ADMIN');
    await page.getByRole('checkbox', { name: 'Choose First1 Driver01' }).click({ force: true });
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByLabel('Reason').fill('The number belongs to a trailer');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Reject' }).click();
    await page.getByText('1 change rejected.').waitFor();
    await page.getByText('First1 Driver01').waitFor({ state: 'detached' });
    await waitForTitle(page, `(${HELD - 1}) `);

    await page.getByRole('checkbox', { name: `Select all ${HELD - 1}` }).click({ force: true });
    await page.getByText(`${HELD - 1} changes chosen`).waitFor();
    await page.getByRole('button', { name: 'Approve' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText(`${HELD - 1} drivers will get another DriverID in Driveri.`).waitFor();
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await page.getByText(`${HELD - 1} changes approved.`).waitFor();
    await page.getByText('Nothing waits for you.').waitFor();
    await waitForTitle(page, 'Approvals');

    const ids = () => given.gateway.sandbox.driveri.drivers().map(({ driverId }) => driverId);
    await until('the approved ones have other DriverIDs', async () =>
      ids().filter((id) => id.startsWith('NEW-')).length === HELD - 1 ? true : null,
    );
    expect(ids()).toContain('D-1');
    expect(await heldCount(given.gateway)).toBe(0);

    const why = 'The number belongs to a trailer';
    await page.goto(`${given.gateway.url}/activity?type=ITEM_REJECTED`);
    await page.getByText(`The held RENAME was rejected: ${why}`).waitFor();
    await page.getByRole('link', { name: 'Show run' }).first().click();
    await page.getByText(`Rejected by`).filter({ hasText: why }).waitFor();
    expect(complaints).toEqual([]);
  });
});
