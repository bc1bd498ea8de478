import type { Page } from 'playwright-core';
import { describeInBrowser } from '../../support/browser';
import { faultsOf, givenConsole, keepScreenshot, type GivenConsole } from '../../support/given-console';
import { generateFleet } from '../../../src/sandbox/fleet';
import { until } from '../../support/until';

describeInBrowser('when something is not as it should be', () => {
  let given: GivenConsole;
  let driver: string;

  beforeAll(async () => {
    given = await givenConsole({ fleet: generateFleet({ drivers: 12 }) });
    driver = await until('a driver is known', async () => {
      const { drivers } = await given.gateway.ask<{ drivers: { nodes: readonly { id: string }[] } }>(
        '{ drivers(first: 1, filter: { driveriDriverId: "D000001" }) { nodes { id } } }',
      );
      return drivers.nodes[0]?.id;
    });
  });

  afterEach(() => given.closePages());
  afterAll(() => given.close());

  const live = (page: Page) => page.getByText('Live', { exact: true }).waitFor();

  it('offline: a banner says so, what was known stays, and everything goes on afterwards', async () => {
    const { page } = await given.visit('/drivers');
    await live(page);
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByText('GPS last read').waitFor();
    await page.context().setOffline(true);
    await page.evaluate('window.dispatchEvent(new Event("offline"))');
    await page.getByText(/You are offline\. What you see is as it was at \d\d:\d\d/).waitFor();
    await page.getByText('GPS last read').waitFor();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await faultsOf(page)).toEqual([]);
    await keepScreenshot(page, 'offline');
    await page.context().setOffline(false);
    await page.getByText('You are offline.').waitFor({ state: 'hidden' });
    await live(page);
  });

  it('a gateway that does not answer: what failed, why, and again', async () => {
    const { page } = await given.visit('/sign-in');
    await page.route('**/graphql', (route) => route.fulfill({ status: 503, body: 'starting' }));
    await page.goto(`${given.gateway.url}/drivers`);
    await page.getByText('It answered 503.').waitFor();
    await keepScreenshot(page, 'failed');
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Drivers', level: 1 }).waitFor();
  });

  it('slow: something is there before the data is', async () => {
    const { page } = await given.visit('/sign-in');
    await page.route('**/graphql', () => undefined);
    await page.goto(`${given.gateway.url}/`);
    await page.getByRole('status').getByText('Loading').waitFor();
  });

  it('expired: nothing that was typed is lost, and what was being saved is saved after signing in again', async () => {
    const { page } = await given.visit(`/drivers/${driver}?dialog=edit`);
    await page.getByRole('textbox', { name: 'Ref ID' }).fill('TYPED-BEFORE');
    await page.route('**/graphql', (route) =>
      route.fulfill({
        status: 401,
        contentType: 'application/json',
        body: JSON.stringify({ errors: [{ message: 'Expired.', extensions: { code: 'UNAUTHENTICATED' } }] }),
      }),
    );
    await page.getByRole('button', { name: 'Save' }).click();
    const expired = page.getByRole('dialog', { name: 'Your session has expired' });
    await expired.waitFor();
    await keepScreenshot(page, 'expired');
    await page.unroute('**/graphql');
    await expired.getByLabel('Access token').fill(await given.gateway.token('MASTER'));
    await expired.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('Saved in GPS. Driveri follows.').waitFor();
    expect(given.gateway.sandbox.gps.drivers().some(({ refId }) => refId === 'TYPED-BEFORE')).toBe(true);
  });

  it('expired, and another user signs in: what the first one typed is not theirs', async () => {
    const { page } = await given.visit(`/drivers/new`);
    await page.getByLabel('First name').fill('Not yours');
    await page.evaluate('history.pushState(null, "", "/drivers/new")');
    await page.route('**/graphql', (route) =>
      route.fulfill({
        status: 401,
        contentType: 'application/json',
        body: JSON.stringify({ errors: [{ message: 'Expired.', extensions: { code: 'UNAUTHENTICATED' } }] }),
      }),
    );
    await page.getByLabel(/^Last name/).fill('At all');
    await page.getByRole('button', { name: 'Create driver' }).click();
    const expired = page.getByRole('dialog', { name: 'Your session has expired' });
    await expired.waitFor();
    await page.unroute('**/graphql');
    await expired.getByLabel('Access token').fill(await given.gateway.token('VIEWER'));
    await expired.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('the-viewer').waitFor();
    expect(await page.getByLabel('First name').inputValue()).toBe('');
    expect(given.gateway.sandbox.gps.drivers().some(({ firstname }) => firstname === 'Not yours')).toBe(
      false,
    );
  });

  it('two tabs: the edit in between is shown, and overwritten only when it is saved again', async () => {
    const { page } = await given.visit(`/drivers/${driver}?dialog=edit`);
    await page.getByLabel('First name').fill('Mine');
    await given.gateway.ask(
      'mutation ($input: UpdateDriverInput!) { updateDriver(input: $input) { userErrors { message } } }',
      { input: { id: driver, firstName: 'Theirs', referenceId: 'THEIRS-1' } },
    );
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Changed by somebody else to “Theirs”; saving again overwrites it.').waitFor();
    expect(await page.getByLabel('First name').inputValue()).toBe('Mine');
    expect(await page.getByRole('textbox', { name: 'Ref ID' }).inputValue()).toBe('THEIRS-1');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved in GPS. Driveri follows.').waitFor();
    const saved = given.gateway.sandbox.gps
      .drivers()
      .find(({ driveriDriverId }) => driveriDriverId === 'D000001');
    expect(saved).toMatchObject({ firstname: 'Mine', refId: 'THEIRS-1' });
  });

  it('a viewer sees everything and may change nothing; a dialog in the address does not open', async () => {
    const { page } = await given.visit(`/drivers/${driver}?dialog=edit`, 'VIEWER');
    const edit = page.getByRole('button', { name: 'Edit' });
    expect(await edit.getAttribute('aria-disabled')).toBe('true');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await faultsOf(page)).toEqual([]);
  });

  it('an administrator previews, and does not turn Driver Sync on', async () => {
    const { page } = await given.visit('/turn-on', 'ADMIN');
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    const turn = page.getByRole('button', { name: /Turn Driver Sync on/ });
    await turn.waitFor();
    expect(await turn.getAttribute('aria-disabled')).toBe('true');
    await turn.focus();
    await page.getByRole('tooltip', { name: /Only the Master User/ }).waitFor();
  });

  it('a stale preview: turning on is refused with what differs, and previewed again', async () => {
    const { page } = await given.visit('/turn-on');
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    await page.getByText('Show the whole preview').waitFor();
    given.gateway.sandbox.gps.edit(1_000_005, { lastname: 'Changed-Since' });
    await page.getByRole('button', { name: /Turn Driver Sync on/ }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Turn on' }).click();
    await until('the answer is there', async () => (await page.getByRole('alertdialog').count()) === 0);
    await page.getByText('nothing was turned on', { exact: false }).waitFor();
    const differing = page.getByRole('list', { name: 'What differs' });
    await differing.getByText('Changed-Since').first().waitFor();
    await differing.getByText('Before').first().waitFor();
    await differing.getByText('Now').first().waitFor();
    await keepScreenshot(page, 'stale');
    await page.getByRole('alert').getByRole('button', { name: 'Preview again' }).click();
    await page.getByRole('alert').waitFor({ state: 'hidden' });
    await page.locator('summary', { hasText: /drivers? gets? another name or e-mail in Driveri/ }).waitFor();
  });
});
