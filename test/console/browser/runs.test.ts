import { readFileSync } from 'node:fs';
import { DEFAULT_LIMITS } from '../../../src/driver/guard/guards';
import type { Fleet } from '../../../src/sandbox/fleet';
import { describeInBrowser } from '../../support/browser';
import {
  faultsOf,
  givenConsole,
  inEveryLook,
  overflowOf,
  type GivenConsole,
} from '../../support/given-console';
import { until } from '../../support/until';
import { heldCount, resync } from '../support/work-fleet';

/** Driveri has the first four under other names; the last two in GPS want one DriverID. */
const FLEET: Fleet = {
  gps: {
    drivers: Array.from({ length: 16 }, (_, n) => ({
      id: 4_001 + n,
      firstname: `First${n + 1}`,
      lastname: `Driver${String(n + 1).padStart(2, '0')}`,
      email: `driver${n + 1}@example.com`,
      driveriDriverId: `D-${Math.min(n + 1, 15)}`,
    })),
  },
  driveri: {
    drivers: [1, 2, 3, 4].map((n) => ({ driverId: `D-${n}`, firstName: `First${n}`, lastName: 'Other' })),
  },
};

describeInBrowser('the runs', () => {
  let given: GivenConsole;
  let initialRun: string;
  let offset = 0;
  const clock = {
    now: () => Date.now() + offset,
    advance: (ms: number) => {
      offset += ms;
    },
  };

  beforeAll(async () => {
    given = await givenConsole({
      clock,
      fleet: FLEET,
      account: { guards: { ...DEFAULT_LIMITS, maxInferredRemovals: 1, minCompletePercent: 50 } },
    });
  });
  afterEach(() => given.closePages());
  afterAll(() => given.close());

  it('say that there are none yet, and how the first one comes', async () => {
    const { page, complaints } = await given.visit('/runs');
    await page.getByText('No runs yet.').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await given.gateway.turnOn();
    await page.getByRole('link', { name: /^Initial run/ }).waitFor();
    initialRun = await newestRun();
    expect(complaints).toEqual([]);
  });

  it('are filtered by what the address says, and the address by the filters', async () => {
    const { page } = await given.visit('/runs?kind=DAILY&status=FAILED,nonsense');
    await page.getByText('No run matches.').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('link', { name: /^Initial run/ }).waitFor();
    await page.getByRole('button', { name: /Kind/ }).click();
    await page.getByRole('option', { name: 'Initial run' }).click();
    await page.keyboard.press('Escape');
    await until('the address says so', () => (new URL(page.url()).search === '?kind=INITIAL' ? true : null));
    await page.reload();
    await page.getByRole('link', { name: /^Initial run/ }).waitFor();
    await page.goto(`${given.gateway.url}/runs`);
    await page.getByRole('link', { name: /^Initial run/ }).waitFor();
    await inEveryLook(page, 'runs', async () => {
      expect(await faultsOf(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
    });
  });

  it('show one run by consequence: what is replaced before the rest', async () => {
    const { page, complaints } = await given.visit(`/runs/${initialRun}`);
    await page.getByRole('heading', { name: 'Another name or e-mail' }).waitFor();
    await page.getByRole('heading', { name: 'Everything else' }).waitFor();
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual([
      'Another name or e-mail',
      'Everything else',
    ]);
    await inEveryLook(page, 'run', async () => {
      expect(await faultsOf(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
    });
    expect(complaints).toEqual([]);
  });

  it('are searched and filtered by the address, and written to a file as they are shown', async () => {
    const { page } = await given.visit(`/runs/${initialRun}?action=CONFLICT`);
    await page.locator('.item-row').first().waitFor();
    const names = await page.locator('.item-row .row-title').allTextContents();
    expect(names).toHaveLength(2);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export' }).click(),
    ]);
    const [head, ...lines] = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(head).toContain('Driver,Action,Outcome');
    expect(lines.map((line) => line.split(',')[0]).toSorted()).toEqual(names.toSorted());

    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByLabel('Search').fill(names[0] ?? '');
    await until('the search is in the address', () => (page.url().includes('?q=') ? true : null));
    await page.getByLabel('Search').fill('nobody at all');
    await page.getByText('No item matches.').waitFor();
  });

  it('say when there is no such run', async () => {
    const { page } = await given.visit(`/runs/${Buffer.from('SyncRun:nobody').toString('base64url')}`);
    await page.getByText('This run is not there.').waitFor();
    expect(await faultsOf(page)).toEqual([]);
  });

  it('come up by themselves; a plan is carried out or cancelled, by those who may', async () => {
    const { page, complaints } = await given.visit('/runs', 'ADMIN');
    await page.getByRole('link', { name: /^Initial run/ }).waitFor();
    const id = await resync(given.gateway, true);
    await page.getByRole('link', { name: /^Resync \(preview\)/ }).click();
    await page.getByRole('button', { name: 'Carry out' }).click();
    await page.getByRole('alertdialog', { name: 'Carry this plan out?' }).waitFor();
    expect(new URL(page.url()).search).toBe('?dialog=apply');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Cancel run' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel the run' }).click();
    await page.getByText('The run is cancelled.').waitFor();
    await page.getByText('Cancelled', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Carry out' }).count()).toBe(0);

    const planned = await resync(given.gateway, true);
    expect(planned).not.toBe(id);
    const viewer = await given.visit(`/runs/${planned}`, 'VIEWER');
    await viewer.page.getByRole('button', { name: 'Carry out' }).waitFor();
    expect(await viewer.page.getByRole('button', { name: 'Cancel run' }).getAttribute('aria-disabled')).toBe(
      'true',
    );
    expect(complaints).toEqual([]);
  });

  it('put removals first', async () => {
    for (const driver of given.gateway.sandbox.gps.drivers().slice(4, 9))
      given.gateway.sandbox.gps.remove(driver.id);
    await until('GPS was read without them', async () => {
      const { drivers } = await given.gateway.ask<{ drivers: { totalCount: number } }>(
        '{ drivers(filter: { status: [PENDING, HELD] }) { totalCount } }',
      );
      return drivers.totalCount >= 5 ? true : null;
    });
    // Two listings that are far enough apart are the proof.
    clock.advance(11 * 60_000);
    await until('they are held', async () => ((await heldCount(given.gateway)) >= 5 ? true : null), 60_000);
    const { page } = await given.visit(`/runs/${await newestRun('AWAITING_APPROVAL')}`);
    await page.getByRole('heading', { name: 'Removals' }).waitFor();
    expect((await page.getByRole('heading', { level: 2 }).allTextContents())[0]).toBe('Removals');
    await inEveryLook(page, 'run-removals', async () => {
      expect(await faultsOf(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
    });
  });

  it('lead to what waits, with the evidence', async () => {
    const { page } = await given.visit(`/runs/${await newestRun('AWAITING_APPROVAL')}`);
    await page.getByRole('link', { name: /^Review/ }).click();
    await page.locator('.evidence').nth(4).waitFor();
    expect(await faultsOf(page)).toEqual([]);
  });

  it('say what failed, and try again', async () => {
    const { page } = await given.visit('/settings');
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    await page.route('**/graphql', async (route) =>
      route.request().postData()?.includes('ConsoleRuns(') === true ? route.abort() : route.continue(),
    );
    await page.getByRole('link', { name: 'Runs' }).click();
    await page.getByText('The gateway cannot be reached').waitFor();
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: /^Initial run/ }).waitFor();
  });

  async function newestRun(status?: string): Promise<string> {
    const { runs } = await given.gateway.ask<{ runs: { nodes: { id: string }[] } }>(
      'query ($f: SyncRunFilter) { runs(first: 1, filter: $f) { nodes { id } } }',
      { f: status === undefined ? {} : { statuses: [status] } },
    );
    return runs.nodes[0]?.id ?? '';
  }
});
