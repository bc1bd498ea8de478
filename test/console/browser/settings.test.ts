import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_LIMITS } from '../../../src/driver/guard/guards';
import { describeInBrowser } from '../../support/browser';
import {
  faultsOf,
  givenConsole,
  inEveryLook,
  overflowOf,
  type GivenConsole,
} from '../../support/given-console';

describeInBrowser('the settings', () => {
  let given: GivenConsole;

  beforeAll(async () => {
    given = await givenConsole({
      fleet: 'empty',
      account: {
        timeZone: 'America/Denver',
        dailyRunAt: '02:30',
        guards: { ...DEFAULT_LIMITS, maxInferredRemovals: 7, holdChangedPercent: 44 },
      },
    });
  });
  afterEach(() => given.closePages());
  afterAll(() => given.close());

  it('show what is in force: zone, guards, freshness, roles and versions', async () => {
    const { page, complaints } = await given.visit('/settings', 'VIEWER');
    await page.getByText('7, or 5 %').waitFor();
    await page.getByText('44 %').waitFor();
    await page.getByText('America/Denver').first().waitFor();
    await page.getByText('02:30').waitFor();
    await page.getByText('GPS was last read completely').waitFor();
    expect(await page.getByRole('columnheader', { name: 'Viewer (you)' }).count()).toBe(1);
    const row = page.getByRole('row', { name: /^Turn Driver Sync on and off/ });
    expect(await row.getByRole('cell').allTextContents()).toEqual(['✓yes', '–no', '–no']);
    const schema = readFileSync(path.resolve(__dirname, '../../../schema/schema.graphql'));
    const digest = createHash('sha256').update(schema).digest('hex').slice(0, 12);
    await page.getByText(digest).waitFor();
    await inEveryLook(page, 'settings', async () => {
      expect(await faultsOf(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
    });
    expect(complaints).toEqual([]);
  });

  it('say what failed, and try again', async () => {
    const { page } = await given.visit('/runs');
    await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
    await page.route('**/graphql', async (route) =>
      route.request().postData()?.includes('ConsoleSettings') === true ? route.abort() : route.continue(),
    );
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByText('The gateway cannot be reached').waitFor();
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('7, or 5 %').waitFor();
  });
});
