import { givenGateway, type GivenGateway } from '../support/given-gateway';
import { until } from '../support/until';

/** Nothing is polled while these tests run, but at the start: what arrives came by a hint. */
const NEVER = 3_600_000;

describe('a hint that something has changed in the GPS portal', () => {
  let given: GivenGateway;
  beforeAll(async () => {
    given = await givenGateway({
      fleet: 'empty',
      settings: { gpsPollMs: NEVER, driveriPollMs: NEVER },
    });
    for (let number = 1; number <= 30; number += 1) {
      given.sandbox.gps.insert({
        firstname: 'First',
        lastname: `Driver${number}`,
        driveriDriverId: `D-${number}`,
      });
    }
    await given.turnOn();
  });
  afterAll(() => given.close());

  const hint = (secret: string): Promise<Response> =>
    fetch(`${given.url}/hooks/gps/sandbox`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}` },
      body: 'anything',
    });

  it('takes a change to Driveri at once', async () => {
    const driver = given.sandbox.gps.drivers()[0];
    given.sandbox.gps.edit(driver?.id ?? 0, { lastname: 'Hinted' });
    expect((await hint('sandbox-hook-secret')).status).toBe(202);
    await until('the change has arrived', () => given.sandbox.driveri.driver('D-1')?.lastName === 'Hinted');
  });

  it('is refused without the secret of the account, and causes nothing', async () => {
    given.sandbox.gps.resetCalls();
    const answer = await hint('not the secret');
    expect([401, 403, 404]).toContain(answer.status);
    expect(given.sandbox.gps.calls()).toEqual({});
  });

  it('takes 700 drivers that were imported at once, and one edit among them is not kept waiting', async () => {
    const rows = Array.from({ length: 700 }, (_, index) => ({
      firstname: 'Imported',
      lastname: `Driver${index}`,
      driveriDriverId: `I-${index}`,
    }));
    const arrived = () => given.sandbox.driveri.drivers().length;
    given.sandbox.gps.import(rows);
    expect((await hint('sandbox-hook-secret')).status).toBe(202);
    await until('the import is on its way', () => arrived() > 60);
    const { createDriver } = await given.ask<{ createDriver: { userErrors: unknown[] } }>(
      'mutation { createDriver(input: { lastName: "Urgent", driveriDriverId: "URGENT" }) { userErrors { code message } } }',
    );
    expect(createDriver.userErrors).toEqual([]);
    await until('the single edit has arrived', () => given.sandbox.driveri.driver('URGENT'));
    expect(arrived()).toBeLessThan(700);
    // However long a slow machine takes for the whole of it, it goes on.
    for (let before = arrived(); before < 731; before = arrived()) {
      await until(`more than ${before} of 731 have arrived`, () => arrived() > before);
    }
    expect(arrived()).toBe(731);
  }, 900_000);
});
