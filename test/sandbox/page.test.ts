import { request } from 'undici';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox';

const NASTY = `<script>alert("x")</script>'&`;

describe('the portals’ pages', () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await startSandbox({
      fleet: {
        gps: {
          groups: ['Yard'],
          drivers: [
            { id: 1, firstname: NASTY, lastname: "O'Hara", phone: '5550001' },
            ...Array.from({ length: 60 }, (_, index) => ({ lastname: `Filler ${index}` })),
          ],
        },
        driveri: {
          groups: [{ groupUniqueName: 'g1', groupName: 'North' }],
          drivers: [{ driverId: 'TX/"1', firstName: NASTY, phone: '5559999', group: 'g1' }],
        },
      },
    });
  });

  afterEach(() => sandbox.close());

  const get = async (
    url: string,
  ): Promise<{ status: number; text: string; headers: Record<string, unknown> }> => {
    const answer = await request(url, { reset: true });
    return { status: answer.statusCode, text: await answer.body.text(), headers: answer.headers };
  };

  const post = async (
    url: string,
    form: Record<string, string>,
    headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' },
  ): Promise<{ status: number; text: string; location: unknown }> => {
    const answer = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(form).toString(),
      reset: true,
    });
    return {
      status: answer.statusCode,
      text: await answer.body.text(),
      location: answer.headers['location'],
    };
  };

  const gpsPage = (path: string): string => `${sandbox.gps.pageUrl}${path}`;
  const driveriPage = (path: string): string => `${sandbox.driveri.pageUrl}${path}`;

  it('escape whatever they show', async () => {
    for (const url of [
      gpsPage(''),
      gpsPage('driver?key=1'),
      gpsPage(`?q=${encodeURIComponent(NASTY)}`),
      gpsPage(encodeURIComponent(NASTY)),
      driveriPage(''),
      driveriPage(`driver?key=${encodeURIComponent('TX/"1')}`),
    ]) {
      const { text } = await get(url);
      expect(text).not.toContain('<script');
      expect(text).not.toContain(NASTY);
    }
    expect((await get(gpsPage(''))).text).toContain(
      '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39;&amp;',
    );
    expect((await get(gpsPage(''))).text).toContain('O&#39;Hara');
  });

  it('let a browser load nothing and frame nothing', async () => {
    const { headers, text } = await get(gpsPage(''));
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(text).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  it('search and page', async () => {
    const first = (await get(gpsPage(''))).text;
    expect(first).toContain('61 drivers');
    expect(first).toContain('Page 1 of 2');
    expect(first).toContain('Filler 48');
    expect(first).not.toContain('Filler 49');
    expect((await get(gpsPage('?page=2'))).text).toContain('Filler 59');
    expect((await get(gpsPage('?page=99'))).text).toContain('Page 2 of 2');
    expect((await get(gpsPage('?page=nonsense'))).text).toContain('Page 1 of 2');
    const found = (await get(gpsPage("?q=o'hara"))).text;
    expect(found).toContain('1 drivers');
    expect(found).not.toContain('Filler 1<');
  });

  it('show Driveri’s phone, which no API tells', async () => {
    expect((await get(driveriPage(''))).text).toContain('5559999');
  });

  it('add and edit a GPS driver', async () => {
    const fields = { lastname: 'Niño', driveriDriverId: '00417', groups: 'Yard, Yard', alertPref: '1' };
    expect(await post(gpsPage('driver'), fields)).toMatchObject({ status: 303, location: '/' });
    const added = sandbox.gps.drivers().at(-1);
    expect(added).toMatchObject({
      lastname: 'Niño',
      driveriDriverId: '00417',
      groups: ['Yard'],
      alertPref: 1,
    });
    const form = await get(gpsPage(`driver?key=${added?.id ?? ''}`));
    expect(form.text).toContain('value="Niño"');
    expect((await get(gpsPage('driver'))).text).toContain('New driver');
    await post(gpsPage('driver'), {
      key: String(added?.id),
      ...fields,
      email: 'n@example.com',
      deleted: 'true',
      id: '9',
    });
    expect(sandbox.gps.drivers().at(-1)).toMatchObject({
      id: added?.id,
      email: 'n@example.com',
      deleted: false,
    });
  });

  it('delete and undelete a GPS driver, and lead back to where one was', async () => {
    const deleted = await post(gpsPage('act'), { key: '1', action: 'Delete', back: '/?q=x&page=2' });
    expect(deleted).toMatchObject({ status: 303, location: '/?q=x&page=2' });
    expect(sandbox.gps.driver(1)?.deleted).toBe(true);
    expect((await get(gpsPage(''))).text).toContain('value="Undelete"');
    const back = await post(gpsPage('act'), { key: '1', action: 'Undelete', back: '//evil.example.com' });
    expect(back.location).toBe('/');
    expect(sandbox.gps.driver(1)?.deleted).toBe(false);
  });

  it('add, edit, rename and re-status a Driveri driver', async () => {
    await post(driveriPage('driver'), {
      driverId: 'N 1',
      firstName: 'Nia',
      phone: '1',
      status: 'Inactive',
      group: '',
    });
    expect(sandbox.driveri.driver('N 1')).toMatchObject({ phone: '1', status: 'Inactive' });
    await post(driveriPage('driver'), { key: 'N 1', driverId: 'N 2', group: 'g1', serial: '99' });
    expect(sandbox.driveri.driver('N 2')).toMatchObject({ firstName: 'Nia', group: 'g1', serial: 2 });
    await post(driveriPage('act'), { key: 'N 2', action: 'Set Deleted' });
    expect(sandbox.driveri.driver('N 2')?.status).toBe('Deleted');
    await post(driveriPage('act'), { key: 'N 2', action: 'Set Active' });
    expect(sandbox.driveri.driver('N 2')?.status).toBe('Active');
  });

  it('say what was refused, and keep what was typed', async () => {
    const refused = await post(gpsPage('driver'), { lastname: '', firstname: 'Typed' });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('lastname is required');
    expect(refused.text).toContain('value="Typed"');
    const taken = await post(driveriPage('driver'), { driverId: 'TX/"1', firstName: 'X' });
    expect(taken.text).toContain('Driver ID already exists');
    const act = await post(gpsPage('act'), { key: '999', action: 'Delete' });
    expect([act.status, act.text.includes('Driver not found')]).toEqual([400, true]);
  });

  it('set and clear faults', async () => {
    const form = {
      operation: 'driver/list',
      kind: 'partial-list',
      times: '2',
      delayMs: '',
      more: '{"keep": 0.2}',
    };
    expect((await post(gpsPage('faults'), form)).status).toBe(303);
    expect(sandbox.gps.faults.list()).toMatchObject([{ kind: 'partial-list', keep: 0.2, left: 2 }]);
    expect((await get(gpsPage(''))).text).toContain('2 to go');
    expect((await post(gpsPage('faults'), { ...form, more: '{"keep": "all"}' })).status).toBe(400);
    await post(gpsPage('faults/clear'), { id: 'fault-1' });
    expect(sandbox.gps.faults.list()).toEqual([]);
  });

  it('turn switches and give commands', async () => {
    const switches = JSON.stringify({ ...sandbox.driveri.switches(), unknownDriver: 'empty' });
    await post(driveriPage('switches'), { switches });
    expect(sandbox.driveri.switches().unknownDriver).toBe('empty');
    expect((await post(driveriPage('switches'), { switches: '{"x": 1}' })).status).toBe(400);
    await post(gpsPage('command'), { command: 'API user sees only Yard' });
    expect(sandbox.gps.visibleGroups()).toEqual(['Yard']);
    expect((await get(gpsPage(''))).text).toContain('The API user sees only: Yard');
    await post(driveriPage('command'), { command: 'Renumber statuses' });
    expect(sandbox.driveri.switches().statusTable[0]?.status).toBe(4);
  });

  it.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ origin: 'https://evil.example.com' }],
    [{ origin: 'null' }],
  ])('take no form from another site: %j', async (headers: Record<string, string>) => {
    const answer = await post(gpsPage('act'), { key: '1', action: 'Delete' }, headers);
    expect(answer.status).toBe(403);
    expect(sandbox.gps.driver(1)?.deleted).toBe(false);
  });

  it('take a form of their own, by its origin', async () => {
    const origin = new URL(sandbox.gps.pageUrl).origin;
    expect((await post(gpsPage('act'), { key: '1', action: 'Delete' }, { origin })).status).toBe(303);
  });

  it('answer what is not there with 404, and other methods with 405', async () => {
    expect((await get(gpsPage('nonsense'))).status).toBe(404);
    expect((await get(gpsPage('driver?key=999'))).status).toBe(404);
    expect((await post(gpsPage('nonsense'), {})).status).toBe(404);
    expect((await request(gpsPage(''), { method: 'DELETE', reset: true })).statusCode).toBe(405);
  });
});
