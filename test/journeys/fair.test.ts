import { sandboxAccount } from '../../src/assembly/sandbox-account';
import { generateFleet } from '../../src/sandbox/fleet';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox';
import { givenGateway, type GivenGateway } from '../support/given-gateway';
import { until } from '../support/until';

/** Nothing is polled but at the start: what arrives came by the gateway. */
const NEVER = 3_600_000;

/** More than a run of this length of time can create. */
const FLEET = 4_000;

/** Writes of the run that may come before a single edit: a worker's hands are full when it arrives, and then some. */
const MOST_AHEAD = 150;

const CREATE = `mutation ($id: String!) {
  createDriver(input: { firstName: "In", lastName: "Haste", driveriDriverId: $id }) { userErrors { code message } }
}`;

describe('while one account’s run creates thousands of drivers', () => {
  let given: GivenGateway;
  let small: Sandbox;
  beforeAll(async () => {
    small = await startSandbox({ fleet: generateFleet({ drivers: 5, seed: 9, differing: 0 }) });
    given = await givenGateway({
      fleet: 'empty',
      settings: { gpsPollMs: NEVER, driveriPollMs: NEVER },
      others: [{ ...sandboxAccount(small, 'small'), name: 'Small Fleet' }],
    });
    const turnedOn = await given.request<{ setDriverSync: { userErrors: unknown[] } }>(
      'mutation { setDriverSync(enabled: true) { userErrors { code } } }',
      {},
      'MASTER',
      'small',
    );
    expect(turnedOn.data.setDriverSync.userErrors).toEqual([]);
    given.sandbox.gps.import(
      Array.from({ length: FLEET }, (_, index) => ({
        firstname: 'First',
        lastname: `Driver${index}`,
        driveriDriverId: `D-${index}`,
      })),
    );
    await given.ask('mutation { setDriverSync(enabled: true) { userErrors { code } } }');
    await until('the run is on its way', () => written() > 50);
  }, 300_000);
  afterAll(async () => {
    await given.close();
    await small.close();
  });

  const written = (): number => given.sandbox.driveri.drivers().length;

  it.each([
    ['another account', 'small'],
    ['the same account', 'sandbox'],
  ])('a single edit of %s goes before it, again and again', async (_whose, account) => {
    const portals = account === 'small' ? small : given.sandbox;
    for (let edit = 0; edit < 5; edit += 1) {
      const id = `URGENT-${edit}`;
      const { data } = await given.request<{ createDriver: { userErrors: unknown[] } }>(
        CREATE,
        { id },
        'MASTER',
        account,
      );
      expect(data.createDriver.userErrors).toEqual([]);
      const before = written();
      await until('it has arrived', () => portals.driveri.driver(id));
      expect(written() - before).toBeLessThan(MOST_AHEAD);
    }
    // The run is still at it: there was something to be kept waiting by.
    expect(written()).toBeLessThan(FLEET);
  });
});
