import type { Page } from 'playwright-core';
import { DEFAULT_LIMITS } from '../../../src/driver/guard/guards';
import { generateFleet } from '../../../src/sandbox/fleet';
import { describeInBrowser } from '../../support/browser';
import { givenConsole, keepScreenshot, type GivenConsole } from '../../support/given-console';
import { until } from '../../support/until';

/** Driveri's word for it. */
const ACTIVE = 'Active';

describeInBrowser('the story of a Master User', () => {
  let given: GivenConsole;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    given = await givenConsole({
      fleet: generateFleet({ drivers: 30, differing: 0.4 }),
      account: { guards: { ...DEFAULT_LIMITS, maxIdentityChanges: 2, maxIdentityChangesPercent: 5 } },
    });
    ({ page, complaints } = await given.visit('/'));
  });

  afterEach(async () => {
    if (isBroken) await keepScreenshot(page, 'story-broken');
  });

  afterAll(() => given.close());

  const button = (name: string | RegExp) =>
    page.getByRole('button', { name, exact: typeof name === 'string' });
  const heading = (name: string | RegExp) => page.getByRole('heading', { name, level: 1 });
  const inDriveri = (driverId: string) =>
    given.gateway.sandbox.driveri.drivers().find((driver) => driver.driverId === driverId);

  // One story: what comes after a step that failed says nothing.
  let isBroken = false;
  const it = (title: string, step: () => Promise<void> | void): void =>
    test(title, async () => {
      if (isBroken) throw new Error('an earlier step has failed');
      isBroken = true;
      await step();
      isBroken = false;
    });

  /** By the command palette: no mouse. */
  const open = async (driverId: string): Promise<void> => {
    await page.keyboard.press('Control+k');
    await page.getByRole('searchbox', { name: 'Screen, action or driver' }).fill(driverId);
    await page.getByRole('menuitem', { name: driverId }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.driver-line', { hasText: driverId }).waitFor();
    await page.getByText('Nothing: Driveri holds exactly what GPS says.').waitFor();
  };

  const choose = (name: string | RegExp) => page.getByRole('checkbox', { name }).click({ force: true });
  const decide = async (decision: string): Promise<void> => {
    await button(decision).click();
    await page.getByRole('alertdialog').getByRole('button', { name: decision }).click();
  };

  it('sees that Driver Sync is off, and what turning it on would do', async () => {
    await page.getByText('Driver Sync is off', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Preview and turn on' }).click();
    await heading('Turn Driver Sync on').waitFor();
    await button('Preview').click();
    const renamed = page.locator('summary', { hasText: /drivers get another name or e-mail in Driveri/ });
    await renamed.click();
    await page.locator('.plan-items li').first().waitFor();
    expect(await page.locator('.plan-items li').count()).toBeGreaterThan(3);
    expect(given.gateway.sandbox.driveri.drivers().some(({ lastName }) => lastName === undefined)).toBe(
      false,
    );
  });

  it('turns it on with that preview only, and watches the first run', async () => {
    await page.reload();
    await button(/Turn Driver Sync on/).click();
    await page.getByRole('alertdialog').getByText('another name or e-mail in Driveri').waitFor();
    await button('Turn on').click();
    await heading('Driver Sync is on').waitFor();
    await page.getByText('Succeeded').waitFor();
    for (const { driveriDriverId, firstname, lastname } of given.gateway.sandbox.gps.drivers())
      expect(inDriveri(driveriDriverId)).toMatchObject({ firstName: firstname, lastName: lastname });
  });

  it('finds a driver by keyboard alone', async () => {
    await open('D000003');
  });

  it('edits the driver, and sees the change arrive in Driveri without doing anything', async () => {
    await button('Edit').click();
    await page.getByLabel(/^Last name/).fill('Núñez-Østergård');
    await button('Save').click();
    await heading(/Núñez-Østergård$/).waitFor();
    await page
      .locator('.event', { hasText: 'Changed in Driveri' })
      .filter({ hasText: 'Núñez-Østergård' })
      .waitFor();
    expect(inDriveri('D000003')).toMatchObject({ lastName: 'Núñez-Østergård' });
    await page.getByText('Nothing: Driveri holds exactly what GPS says.').waitFor();
  });

  it('sees what somebody edited in Driveri, and sets it back with a resync', async () => {
    // Another driver: next to a write of its own the gateway takes an edit for a part of it.
    await open('D000001');
    given.gateway.sandbox.driveri.edit('D000001', { firstName: 'Drifted' });
    const differing = page.getByRole('row', { name: /First name differs/ });
    await differing.getByText('Drifted').waitFor();
    await page.getByText(/Somebody edited First name in Driveri/).waitFor();
    await button('Resync').click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Resync' }).click();
    await page.getByText('Nothing: Driveri holds exactly what GPS says.').waitFor();
    expect(inDriveri('D000001')?.firstName).not.toBe('Drifted');
  });

  it('deletes a driver, who is then removed from Driveri', async () => {
    const status = inDriveri('D000001')?.status;
    await button('Delete').click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await heading('Drivers').waitFor();
    await until('Driveri has removed the driver', () => inDriveri('D000001')?.status !== status);
  });

  it('makes a new driver: what is missing is said at its field, and a reload loses nothing', async () => {
    await page.getByRole('link', { name: 'New driver' }).click();
    await page.getByLabel('First name').fill('Ada');
    await button('Create driver').click();
    await page.getByText('A last name is needed.').waitFor();
    await page.getByLabel('E-mail').fill('nonsense');
    await page.getByLabel(/^Last name/).fill('Byron');
    await button('Create driver').click();
    const email = page.getByLabel('E-mail');
    await until('the field is marked', async () => (await email.getAttribute('aria-invalid')) === 'true');
    await page.reload();
    expect(await page.getByLabel('First name').inputValue()).toBe('Ada');
    await page.getByLabel('E-mail').fill('ada@example.com');
    await page.getByLabel('DriverID', { exact: true }).fill('ADA-1');
    await button('Create driver').click();
    await heading('Ada Byron').waitFor();
    await until('Driveri has the driver', () => inDriveri('ADA-1')?.lastName === 'Byron');
  });

  it('is asked before too many DriverIDs change: rejects one, approves the others', async () => {
    const before = ['D000020', 'D000021', 'D000022', 'D000023'];
    const name = (driverId: string) => {
      const found = inDriveri(driverId);
      return `${found?.firstName ?? ''} ${found?.lastName ?? ''}`;
    };
    for (const { id, driveriDriverId } of given.gateway.sandbox.gps.drivers())
      if (before.includes(driveriDriverId))
        given.gateway.sandbox.gps.edit(id, { driveriDriverId: `NEW-${driveriDriverId}` });
    await page.getByRole('link', { name: 'Approvals 4 waiting' }).click();
    await until('the tab says so', async () => (await page.title()).startsWith('(4) Approvals'));
    await choose(`Choose ${name('D000020')}`);
    await decide('Reject');
    await page.getByText('1 change rejected.').waitFor();
    await choose(/^Select all 3/);
    await decide('Approve');
    await until('Driveri has the approved ones', () =>
      before.slice(1).every((driverId) => inDriveri(`NEW-${driverId}`) !== undefined),
    );
    await page.getByText('Nothing waits for you.').waitFor();
    expect([inDriveri('D000020')?.status, inDriveri('NEW-D000020')]).toEqual([ACTIVE, undefined]);
  });

  it('undoes the removal of before, also against GPS after a second question', async () => {
    await page.getByRole('link', { name: 'Activity' }).click();
    const removal = page.locator('.event', { hasText: 'Removed from Driveri' }).first();
    await removal.getByRole('button', { name: 'Undo removal' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Bring back' }).click();
    await page.getByRole('alertdialog', { name: 'GPS does not have this driver' }).waitFor();
    await button('Bring back in Driveri only').click();
    await page.getByText(/is brought back in Driveri\./).waitFor();
    await until('the driver is back', () => inDriveri('D000001')?.status === ACTIVE);
  });

  it('turns it off, after being told what stops', async () => {
    await page.getByRole('link', { name: 'On and off' }).click();
    await button('Turn Driver Sync off').click();
    await page
      .getByRole('alertdialog')
      .getByText('nothing is written to Driveri', { exact: false })
      .first()
      .waitFor();
    await button('Turn off').click();
    await heading('Turn Driver Sync on').waitFor();
  });

  it('went without a complaint of the browser: nothing is against the content policy', () => {
    expect(complaints).toEqual([]);
  });
});
