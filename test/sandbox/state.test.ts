import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, startGpsSandbox } from '../../src/sandbox/sandbox';
import { History } from '../../src/sandbox/state/history';
import { stateOnDisk } from '../../src/sandbox/state/state-file';
import { DriveriCaller } from './driveri-caller';
import { GpsCaller } from './gps-caller';

describe('the state in DATA_DIR', () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'sandbox-state-'));
  });

  afterEach(() => {
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('survives a restart: drivers, groups, sessions, tokens, switches and what the user sees', async () => {
    const first = await startSandbox({ dataDir });
    const gpsCaller = await new GpsCaller(first.gps).logIn();
    const caller = await new DriveriCaller(first.driveri).logIn();
    await gpsCaller.call('driver/create', { lastname: 'Kept', ref_id: 'K1' });
    await caller.call('POST', 'drivers', { driverId: 'K/1', firstName: 'Kept', phone: '555' });
    first.gps.remove(1207);
    first.gps.addGroup('Night');
    first.gps.setVisibleGroups(['Yard']);
    first.gps.setSwitches({ createAnswer: 'client' });
    first.driveri.renumberStatuses();
    const held = [first.gps.drivers(), first.driveri.drivers()];
    await first.close();

    const second = await startSandbox({ dataDir, fleet: 'empty' });
    expect([second.gps.drivers(), second.driveri.drivers()]).toEqual(held);
    expect(second.gps.driver(1207)?.deleted).toBe(true);
    expect(second.gps.groups().map((group) => group.name)).toContain('Night');
    expect(second.gps.visibleGroups()).toEqual(['Yard']);
    expect(second.gps.switches().createAnswer).toBe('client');
    expect(second.driveri.switches().statusTable).toContainEqual({ status: 4, description: 'Active' });
    const gpsAgain = new GpsCaller(second.gps);
    gpsAgain.token = gpsCaller.token;
    expect((await gpsAgain.call('driver/list')).head['status']).toBe('OK');
    const again = new DriveriCaller(second.driveri);
    again.token = caller.token;
    expect(await again.get('K/1')).toMatchObject({ firstName: 'Kept' });
    await Promise.all([gpsCaller, caller, gpsAgain, again].map((each) => each.close()));
    await second.close();
  });

  it('gives no id twice after a restart', async () => {
    const first = await startGpsSandbox({ dataDir });
    const before = first.insert({ lastname: 'A' });
    await first.close();
    const second = await startGpsSandbox({ dataDir });
    expect(second.insert({ lastname: 'B' }).id).toBeGreaterThan(before.id);
    await second.close();
  });

  it('is on disk after a flush, whole, without temporary files', async () => {
    const gps = await startGpsSandbox({ dataDir });
    gps.insert({ lastname: 'Written' });
    await gps.flush();
    expect(readdirSync(join(dataDir, 'sandbox'))).toEqual(['gps.json']);
    expect(readFileSync(join(dataDir, 'sandbox', 'gps.json'), 'utf8')).toContain('Written');
    await gps.close();
  });

  it('is refused with the file’s name when it cannot be read, and the port is not left open', async () => {
    const sandbox = await startSandbox({ dataDir, fleet: 'empty' });
    const { port } = sandbox.gps;
    await sandbox.close();
    writeFileSync(join(dataDir, 'sandbox', 'driveri.json'), '{"drivers": [');
    await expect(startSandbox({ dataDir, gpsPort: port })).rejects.toThrow('driveri.json');
    const gps = await startGpsSandbox({ port });
    await gps.close();
  });

  it('is in memory only without a directory', async () => {
    const sandbox = await startSandbox({ fleet: 'empty' });
    sandbox.gps.insert({ lastname: 'Gone' });
    await sandbox.close();
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('is written by itself fifty milliseconds after a change, once for many changes', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'performance'] });
    try {
      const snapshot = jest.fn(() => ({ a: 1 }));
      const file = stateOnDisk(dataDir, 'x', snapshot);
      for (let change = 0; change < 5; change += 1) file.changed();
      expect(jest.getTimerCount()).toBe(1);
      jest.advanceTimersByTime(50);
      expect(jest.getTimerCount()).toBe(0);
      await file.flush();
      expect(snapshot).toHaveBeenCalledTimes(1);
      expect(file.load()).toEqual({ a: 1 });
    } finally {
      jest.useRealTimers();
    }
  });

  it('writes nothing when nothing changed, and tells when it cannot write', async () => {
    writeFileSync(join(dataDir, 'sandbox'), 'a file where the directory should be');
    const file = stateOnDisk(dataDir, 'x', () => ({ a: 1 }));
    await file.flush();
    file.changed();
    await expect(file.flush()).rejects.toThrow();
    rmSync(join(dataDir, 'sandbox'));
    await file.flush();
    expect(file.load()).toEqual({ a: 1 });
  });
});

describe('the history of writes', () => {
  it('undoes the newest writes of a row, an addition included', () => {
    const history = new History<string, number>();
    history.record(10, 'a', undefined);
    history.record(20, 'a', 1);
    history.record(30, 'b', undefined);
    const current = new Map([
      ['a', 2],
      ['b', 5],
    ]);
    const seen = (age: Parameters<typeof history.asOf>[1]): unknown => [...history.asOf(current, age, 30)];
    expect(seen({ writesAgo: 0 })).toEqual([...current]);
    expect(seen({ writesAgo: 1 })).toEqual([['a', 2]]);
    expect(seen({ writesAgo: 2 })).toEqual([['a', 1]]);
    expect(seen({ writesAgo: 9 })).toEqual([]);
    expect(seen({ agoMs: 5 })).toEqual([['a', 2]]);
    expect(seen({ agoMs: 0 })).toEqual([...current]);
    expect(seen({})).toEqual([...current]);
  });

  it('forgets what is very old', () => {
    const history = new History<string, number>();
    for (let write = 0; write < 50_000; write += 1) history.record(write, 'a', write - 1);
    const past = history.asOf(new Map([['a', 50_000]]), { writesAgo: 50_000 }, 50_000);
    expect(past.get('a')).toBeGreaterThan(0);
  });
});
