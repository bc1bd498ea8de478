import { readFileSync } from 'node:fs';
import type { Page, WebSocketRoute } from 'playwright-core';
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

describeInBrowser('the activity', () => {
  let given: GivenConsole;

  beforeAll(async () => {
    given = await givenConsole({ fleet: 'empty' });
  });
  afterEach(() => given.closePages());
  afterAll(() => given.close());

  const lines = (page: Page) => page.getByRole('list', { name: 'Events' }).locator('.event');
  const rename = (number: number, lastname: string) => {
    const driver = given.gateway.sandbox.gps.drivers()[number - 1];
    if (driver === undefined) throw new Error(`There is no driver ${number}.`);
    given.gateway.sandbox.gps.edit(driver.id, { lastname });
  };

  it('is empty at first, and fills by itself', async () => {
    const { page, complaints } = await given.visit('/activity?type=DRIVERI_DRIVER_CREATED');
    await page.getByText('No event matches.').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    putDrivers(given.gateway, 5);
    await given.gateway.turnOn();
    await lines(page).getByText('Created in Driveri', { exact: true }).nth(4).waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await lines(page).getByText('Driver Sync on', { exact: true }).waitFor();
    await inEveryLook(page, 'activity', async () => {
      expect(await faultsOf(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
    });
    expect(complaints).toEqual([]);
  });

  it('stands still while it is paused, counts, and goes on without a gap', async () => {
    const { page } = await given.visit('/activity?type=DRIVERI_DRIVER_UPDATED');
    await page.getByText('No event matches.').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused. Nothing has happened since.').waitFor();
    rename(1, 'Paused');
    await page.getByText('Paused. 1 new event since.').waitFor();
    expect(await lines(page).count()).toBe(0);
    await page.getByRole('button', { name: 'Go on' }).click();
    await lines(page).getByText('Paused', { exact: true }).first().waitFor();
    expect(await lines(page).count()).toBe(1);
  });

  it('misses and doubles nothing while the connection is lost', async () => {
    const { page } = await given.visit('/activity?type=DRIVERI_DRIVER_UPDATED');
    const sockets: WebSocketRoute[] = [];
    let isDown = false;
    await page.routeWebSocket(/\/graphql$/, (socket) => {
      if (isDown) return void socket.close({ code: 1013 });
      sockets.push(socket);
      socket.connectToServer();
    });
    await page.reload();
    await page.getByText('Live', { exact: true }).waitFor();
    await lines(page).first().waitFor();
    isDown = true;
    for (const socket of sockets) await socket.close({ code: 1013 });
    await page.getByText('The gateway cannot be reached. Trying again …').waitFor();
    rename(2, 'Unseen');
    await until('Driveri has it', () =>
      given.gateway.sandbox.driveri.driver('D-2')?.lastName === 'Unseen' ? true : null,
    );
    expect(await lines(page).count()).toBe(1);
    isDown = false;
    await lines(page).getByText('Unseen', { exact: true }).first().waitFor();
    rename(3, 'Seen');
    await lines(page).getByText('Seen', { exact: true }).first().waitFor();
    expect(await lines(page).count()).toBe(3);
  });

  it('is filtered by driver, person and day, each in the address', async () => {
    const { page } = await given.visit('/activity');
    await lines(page).first().waitFor();
    await page.getByRole('combobox', { name: 'Driver' }).fill('first4');
    await page.getByRole('option', { name: /First4 Driver04/ }).click();
    await until('the address has the driver', () => (page.url().includes('?driver=') ? true : null));
    await page.getByText('First4 Driver04').first().waitFor();
    await until('only this driver’s are there', async () => ((await lines(page).count()) <= 3 ? true : null));
    await inEveryLook(page, 'activity-filtered', async () => {
      expect(await faultsOf(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
    });
    await page.getByRole('button', { name: /^Any driver/ }).click();
    await page.getByLabel('By').fill('the-master');
    await lines(page).getByText('Driver Sync on', { exact: true }).waitFor();
    await page.getByLabel('Since').fill('2100-01-01');
    await page.getByText('No event matches.').waitFor();
    // What is typed gets into the address a moment later.
    await until('the address has both', () => {
      const { searchParams } = new URL(page.url());
      return (
        searchParams.get('actor') === 'the-master' &&
        searchParams.get('from') === '2100-01-01' &&
        searchParams.size === 2
      );
    });
    await page.reload();
    await page.getByText('No event matches.').waitFor();
  });

  it('is written to a file', async () => {
    const { page } = await given.visit('/activity?type=DRIVERI_DRIVER_CREATED');
    await lines(page).nth(4).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export' }).click(),
    ]);
    const text = readFileSync(await file.path(), 'utf8');
    expect(text.trim().split('\r\n')).toHaveLength(6);
    expect(text).toContain('First5 Driver05');
  });

  it('undoes a removal at its event, after saying that GPS does not have the driver', async () => {
    const { drivers } = await given.gateway.ask<{ drivers: { nodes: { id: string }[] } }>(
      '{ drivers(filter: { driveriDriverId: "D-5" }) { nodes { id } } }',
    );
    await given.gateway.ask('mutation ($id: ID!) { deleteDriver(id: $id) { userErrors { code } } }', {
      id: drivers.nodes[0]?.id,
    });
    const viewer = await given.visit('/activity', 'VIEWER');
    const undo = (page: Page) => page.getByRole('button', { name: 'Undo removal' });
    await undo(viewer.page).waitFor();
    expect(await undo(viewer.page).getAttribute('aria-disabled')).toBe('true');

    const { page, complaints } = await given.visit('/activity', 'ADMIN');
    await undo(page).click();
    await page.getByRole('button', { name: 'Bring back' }).click();
    await page.getByRole('alertdialog', { name: 'GPS does not have this driver' }).waitFor();
    expect(given.gateway.sandbox.driveri.driver('D-5')?.status).toBe('Deleted');
    await page.getByRole('button', { name: 'Bring back in Driveri only' }).click();
    await page.getByText('First5 Driver05 is brought back in Driveri.').waitFor();
    expect(given.gateway.sandbox.driveri.driver('D-5')?.status).toBe('Active');
    await lines(page).getByText('Brought back in Driveri', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('says what failed, and tries again', async () => {
    const { page } = await given.visit('/settings');
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    await page.route('**/graphql', async (route) =>
      route.request().postData()?.includes('ConsoleEvents(') === true
        ? route.fulfill({ status: 503, body: 'starting' })
        : route.continue(),
    );
    await page.getByRole('link', { name: 'Activity' }).click();
    await page.getByText('It answered 503.').waitFor();
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Try again' }).click();
    await lines(page).first().waitFor();
  });
});
