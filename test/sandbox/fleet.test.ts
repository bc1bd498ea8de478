import { demoFleet, generateFleet } from '../../src/sandbox/fleet';
import { startSandbox } from '../../src/sandbox/sandbox';

describe('the demo fleet', () => {
  const fleet = demoFleet();
  const gps = fleet.gps?.drivers ?? [];
  const live = gps.filter((driver) => driver.deleted !== true);
  const driveri = fleet.driveri?.drivers ?? [];
  const byDriverId = new Map(driveri.map((driver) => [driver.driverId, driver]));

  const repeated = (values: readonly string[]): readonly string[] =>
    [...new Set(values)].filter(
      (value) => value !== '' && values.filter((other) => other === value).length > 1,
    );

  it('is the same every time', () => {
    expect(demoFleet()).toEqual(fleet);
  });

  it('has 240 drivers in six groups, and some who are deleted', () => {
    expect(live).toHaveLength(240);
    expect(gps.length).toBeGreaterThan(240);
    expect(fleet.gps?.groups).toHaveLength(6);
    expect(live.every((driver) => (driver.groups ?? []).length > 0)).toBe(true);
  });

  it('has some 200 pairs that share a DriverID', () => {
    const paired = live.filter((driver) => byDriverId.has(driver.driveriDriverId ?? ''));
    expect(paired.length).toBeGreaterThan(195);
    expect(paired.length).toBeLessThan(225);
  });

  it('has exactly one DriverID that two drivers want', () => {
    expect(repeated(live.map((driver) => driver.driveriDriverId ?? ''))).toEqual(['TX2078']);
  });

  it('has old drivers without a first name, without e-mail, without Ref ID', () => {
    const old = live.filter((driver) => driver.firstname === '');
    expect(old.length).toBeGreaterThan(3);
    expect(old.every((driver) => driver.refId === '' && (driver.id ?? 0) < 10_000)).toBe(true);
    expect(old.some((driver) => driver.email === '')).toBe(true);
  });

  it('has accents and apostrophes, shared phones and duplicate names', () => {
    const names = live.map((driver) => `${driver.firstname ?? ''} ${driver.lastname}`);
    expect(names.filter((name) => /[À-ÿ]/.test(name)).length).toBeGreaterThan(10);
    expect(names.some((name) => name.includes("'"))).toBe(true);
    expect(repeated(live.map((driver) => driver.phone ?? '')).length).toBeGreaterThanOrEqual(4);
    expect(repeated(names).length).toBeGreaterThanOrEqual(3);
  });

  it.each(['00417', 'TX/0042', 'K 118', '50%-A', 'Ñ-17'])('has the DriverID %s on both sides', (driverId) => {
    expect(live.some((driver) => driver.driveriDriverId === driverId)).toBe(true);
    expect(byDriverId.has(driverId)).toBe(true);
  });

  it('has drivers without a DriverID, with a Ref ID and without', () => {
    const without = live.filter((driver) => driver.driveriDriverId === '');
    expect(without.some((driver) => driver.refId !== '')).toBe(true);
    expect(without.some((driver) => driver.refId === '')).toBe(true);
  });

  it('has a Ref ID that is another driver’s GPS id', () => {
    const ids = new Set(live.map((driver) => String(driver.id)));
    expect(live.filter((driver) => ids.has(driver.refId ?? ''))).toHaveLength(1);
  });

  it('has drivers that Driveri removed and GPS wants, drivers of one side only, and inactive ones', () => {
    const status = (driver: (typeof live)[number]): string | undefined =>
      byDriverId.get(driver.driveriDriverId ?? '')?.status;
    expect(live.filter((driver) => status(driver) === 'Deleted')).toHaveLength(9);
    expect(live.filter((driver) => status(driver) === 'Inactive')).toHaveLength(4);
    expect(
      live.filter((driver) => driver.driveriDriverId !== '' && status(driver) === undefined),
    ).toHaveLength(14);
    const wanted = new Set(live.map((driver) => driver.driveriDriverId));
    const own = driveri.filter((driver) => !wanted.has(driver.driverId));
    expect(own.map((driver) => driver.status)).toEqual(
      expect.arrayContaining(['Active', 'Inactive', 'Deleted']),
    );
  });

  it('has drift: names and e-mails that Driveri has otherwise', () => {
    const drifted = live.filter((driver) => {
      const other = byDriverId.get(driver.driveriDriverId ?? '');
      if (other === undefined || driver.firstname === '' || other.status === 'Deleted') return false;
      const same = (a = '', b = ''): boolean =>
        a.normalize('NFC').toLowerCase() === b.normalize('NFC').toLowerCase();
      return !same(driver.lastname, other.lastName) || !same(driver.email, other.email);
    });
    expect(drifted.length).toBeGreaterThanOrEqual(18);
    expect(drifted.length).toBeLessThanOrEqual(19); // with the second of the conflict
  });

  it('has unique ids and DriverIDs, and a createdDate that tells drivers apart', () => {
    expect(new Set(gps.map((driver) => driver.id)).size).toBe(gps.length);
    expect(byDriverId.size).toBe(driveri.length);
    expect(new Set(driveri.map((driver) => driver.createdDate)).size).toBe(driveri.length);
  });

  it('has nobody real: e-mails at example domains, phones kept free for fiction', () => {
    const people = [...gps, ...driveri];
    const emails = people.flatMap((driver) => driver.email ?? []).filter((email) => email !== '');
    expect(emails.every((email) => /@(old\.)?example\.(com|org)$/i.test(email))).toBe(true);
    expect(emails.every((email) => /^[\x21-\x7e]+$/.test(email))).toBe(true);
    expect(people.every((driver) => /^\d{3}55501\d\d$/.test(driver.phone ?? ''))).toBe(true);
  });

  it('is what a sandbox starts with', async () => {
    const sandbox = await startSandbox();
    expect(sandbox.gps.drivers()).toHaveLength(gps.length);
    expect(sandbox.driveri.drivers()).toHaveLength(driveri.length);
    await sandbox.close();
  });
});

describe('a generated fleet', () => {
  it('agrees on both sides, but for the share that is asked for', () => {
    const { gps, driveri } = generateFleet({ drivers: 1_000, seed: 7, differing: 0.03 });
    const theirs = new Map(driveri?.drivers?.map((driver) => [driver.driverId, driver]));
    const same = gps?.drivers?.filter((driver) => {
      const other = theirs.get(driver.driveriDriverId ?? '');
      return (
        other?.firstName === driver.firstname &&
        other?.lastName === driver.lastname &&
        other?.email === driver.email
      );
    });
    expect(gps?.drivers).toHaveLength(1_000);
    expect(same).toHaveLength(970);
    expect(theirs.size).toBe(990);
  });

  it('depends on its seed only', () => {
    expect(generateFleet({ drivers: 50, seed: 1 })).toEqual(generateFleet({ drivers: 50, seed: 1 }));
    expect(generateFleet({ drivers: 50, seed: 1 })).not.toEqual(generateFleet({ drivers: 50, seed: 2 }));
  });
});
