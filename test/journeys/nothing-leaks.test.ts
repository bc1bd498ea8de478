import { Writable } from 'node:stream';
import { createLogger } from '../../src/platform/logger';
import { givenGateway, type GivenGateway } from '../support/given-gateway';
import { until } from '../support/until';

/**
 * Planted in what the portals hold and say, and in the configuration; then everything that came out is searched: answers, the log at
 * its most talkative, the metrics. Answers may tell a user of their own drivers; the log and the metrics may not.
 */
const PERSON = { first: 'Markus', last: 'Zzyzx', email: 'zzyzx.mark@example.com', phone: '5559876543' };

describe('what comes out of a gateway whose portals fail in every way', () => {
  let given: GivenGateway;
  const lines: string[] = [];
  const answers: string[] = [];
  beforeAll(async () => {
    const sink = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    });
    given = await givenGateway({
      fleet: 'empty',
      logger: createLogger({ level: 'debug', format: 'json' }, sink),
      settings: { requestTimeoutMs: 1_500 },
    });
    await given.turnOn();
  });
  afterAll(() => given.close());

  const ask = async (query: string, variables: Record<string, unknown> = {}) => {
    const answer = await given.request<Record<string, { driver?: { id: string } | null }>>(query, variables);
    answers.push(JSON.stringify(answer));
    return answer;
  };

  it('is made to come out', async () => {
    const { data } = await ask(
      'mutation ($input: CreateDriverInput!) { createDriver(input: $input) { driver { id } userErrors { code message } } }',
      {
        input: {
          firstName: PERSON.first,
          lastName: PERSON.last,
          email: PERSON.email,
          phone: PERSON.phone,
          driveriDriverId: 'MARK-1',
        },
      },
    );
    const id = data['createDriver']?.driver?.id;
    await until('Driveri has them', () => given.sandbox.driveri.driver('MARK-1'));
    const portals = [given.sandbox.gps, given.sandbox.driveri];
    for (const kind of [
      'reset-before',
      'cut',
      'rate-limit',
      'server-error',
      'html',
      'empty-body',
      'refuse-credentials',
    ] as const) {
      for (const portal of portals) portal.faults.set({ kind });
      await ask(
        'mutation ($id: ID!) { refreshDriver(id: $id) { driver { id } userErrors { code message } } }',
        {
          id,
        },
      );
      await ask(
        'mutation ($id: ID!) { updateDriver(input: { id: $id, firstName: "Other" }) { driver { id } userErrors { code message } } }',
        { id },
      );
      await ask(
        '{ driverSync { health { state problems { code message hint } } } syncEvents { nodes { message } } }',
      );
      for (const portal of portals) portal.faults.clear();
    }
    expect(answers.join('\n')).toMatch(/PORTAL_/);
    expect(lines.length).toBeGreaterThan(0);
  });

  it('holds no secret, no address of a portal, and no stack', async () => {
    const metrics = await (await fetch(`${given.url}/metrics`)).text();
    const { gps, driveri } = given.sandbox;
    const out = { answers: answers.join('\n'), log: lines.join(''), metrics };
    const secrets = [gps.appToken, driveri.clientSecret, 'sandbox-hook-secret', await given.token('MASTER')];
    for (const [where, text] of Object.entries(out)) {
      for (const secret of secrets) expect([where, text.includes(secret)]).toEqual([where, false]);
      expect([where, /session_token=|Bearer [\w-]{8}|access_token|eyJ[\w-]{20}/.exec(text)?.[0]]).toEqual([
        where,
        undefined,
      ]);
    }
    for (const text of [out.answers, out.metrics]) {
      for (const url of [gps.url, driveri.url, new URL(gps.url).host, new URL(driveri.url).host]) {
        expect(text).not.toContain(url);
      }
      expect(text).not.toMatch(/<html|at .+\.[jt]s:\d+|node_modules/i);
    }
  });

  it('holds no personal data in the log and the metrics', async () => {
    const metrics = await (await fetch(`${given.url}/metrics`)).text();
    for (const text of [lines.join(''), metrics]) {
      for (const word of Object.values(PERSON)) expect([word, text.includes(word)]).toEqual([word, false]);
    }
  });
});
