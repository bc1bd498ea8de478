import type { AccountConfig, NotifyTarget } from '../../src/config/account-config';
import type { AccountId } from '../../src/driver/ids';
import { createNotifier, type Notifier } from '../../src/notify/notifier';
import { PATIENCE_MS, QUIET_MS } from '../../src/notify/decide-incidents';
import { createMailSender } from '../../src/notify/send-mail';
import { createWebhookSender } from '../../src/notify/send-webhook';
import { signedHeaders } from '../../src/notify/sign';
import { createManualClock, type ManualClock } from '../../src/platform/clock';
import { silentLogger } from '../../src/platform/logger';
import { Secret } from '../../src/platform/secret';
import { createPgIncidents } from '../../src/store/notify/pg-incidents';
import { health } from '../../src/store/queries/query-account';
import { createPgAccountFacts } from '../../src/store/queries/query-account-facts';
import { ACME, describeEachStore } from '../store/pg-fixture';
import { healthAt } from '../support/health-source';
import { startHook, startMailBox, type Hook, type MailBox } from './receivers';

const SIGNING = 'a secret for signatures';

interface Sent {
  readonly type: string;
  readonly incident: {
    readonly id: string;
    readonly kind: string;
    readonly code: string;
    readonly summary: string;
  };
}

describeEachStore('notifications', (given) => {
  let clock: ManualClock;
  let hook: Hook;
  let box: MailBox;
  let targets: NotifyTarget[];
  const notifiers: Notifier[] = [];
  const delivered: string[] = [];

  beforeEach(async () => {
    clock = createManualClock(Date.UTC(2026, 10, 24, 12));
    [hook, box] = await Promise.all([startHook(), startMailBox()]);
    delivered.length = 0;
    targets = [webhook()];
    await given.rows('update gateway.account_due set due_at = $1', [clock.now() + 365 * 24 * 3_600_000]);
  });
  afterEach(async () => {
    await Promise.all(notifiers.splice(0).map((one) => one.stop()));
    await Promise.all([hook.close(), box.close()]);
  });

  const webhook = (fields: object = {}): NotifyTarget => ({
    kind: 'webhook',
    url: new Secret(hook.url),
    format: 'json',
    secret: new Secret(SIGNING),
    on: ['held', 'blocked', 'run-failed', 'failures', 'recovered'],
    failuresAbove: 10,
    ...fields,
  });

  /** A process that notifies; another one on the same store is as good as a restart. */
  function start(): Notifier {
    const notifier = createNotifier({
      accounts: () => [{ id: ACME, name: 'Acme', notify: targets } as unknown as AccountConfig], // all that is read of it
      intervals: () => ({ gpsMs: 30_000, driveriMs: 60_000 }),
      facts: createPgAccountFacts(given.database().kysely),
      store: createPgIncidents(given.database().kysely),
      webhooks: createWebhookSender(),
      mail: createMailSender({ url: new Secret(box.url), from: 'gateway@example.com' }),
      publicUrl: 'https://drivers.example.com',
      clock,
      logger: silentLogger,
      metrics: {
        delivered: (account: AccountId, channel, result) => delivered.push(`${account} ${channel} ${result}`),
      },
    });
    notifiers.push(notifier);
    return notifier;
  }

  /** One look, and all that it sends. */
  async function look(notifier: Notifier): Promise<void> {
    await notifier.decide();
    await notifier.relay();
    await notifier.settled();
  }

  const sent = (): Sent[] => hook.received.map(({ text }) => JSON.parse(text) as Sent); // our own body

  const problem = (code: string): Promise<unknown> =>
    given.acme((tx) =>
      tx.account.setProblem({
        code,
        severity: 'blocked',
        message: 'GPS refuses the user',
        hint: 'Renew the token.',
        sinceAt: clock.now(),
        retryAt: null,
      }),
    );
  const over = (code: string): Promise<unknown> => given.acme((tx) => tx.account.clearProblems([code]));

  it('tell once that an account is blocked, signed, and once that it is not any more', async () => {
    const notifier = start();
    await problem('GPS_CREDENTIALS_REFUSED');
    for (let round = 0; round < 3; round += 1) {
      await look(notifier);
      clock.advance(3_600_000);
    }
    expect(sent()).toHaveLength(1);
    const [first] = hook.received;
    expect(sent()[0]).toMatchObject({
      type: 'incident.opened',
      account: { id: ACME, name: 'Acme' },
      incident: { kind: 'blocked', code: 'GPS_CREDENTIALS_REFUSED' },
      link: 'https://drivers.example.com/',
    });
    expect(sent()[0]?.incident.summary).toContain('GPS refuses the user');
    const { 'webhook-id': id, 'webhook-timestamp': timestamp } = first?.headers ?? {};
    const expected = signedHeaders(first?.text ?? '', {
      id: String(id),
      at: Number(timestamp) * 1_000,
      secret: SIGNING,
    });
    expect(first?.headers['webhook-signature']).toBe(expected['webhook-signature']);

    await over('GPS_CREDENTIALS_REFUSED');
    await look(notifier);
    expect(sent()).toHaveLength(1);
    clock.advance(QUIET_MS);
    await look(notifier);
    await look(notifier);
    expect(sent().map(({ type }) => type)).toEqual(['incident.opened', 'incident.recovered']);
    expect(sent()[1]?.incident.id).toBe(sent()[0]?.incident.id);
    expect(delivered).toEqual([`${ACME} webhook taken`, `${ACME} webhook taken`]);
  });

  it('say nothing of trouble that heals itself in time', async () => {
    const notifier = start();
    await problem('GPS_UNREACHABLE');
    await look(notifier);
    clock.advance(PATIENCE_MS - 1);
    await look(notifier);
    await over('GPS_UNREACHABLE');
    await look(notifier);
    clock.advance(3_600_000);
    await look(notifier);
    expect(sent()).toEqual([]);
    await problem('GPS_UNREACHABLE');
    await look(notifier);
    clock.advance(PATIENCE_MS);
    await look(notifier);
    expect(sent()).toHaveLength(1);
  });

  it('survive a restart, and are repeated later and later until they are taken; health says why', async () => {
    hook.answer = { status: 503, text: 'come\nagain later' };
    await problem('GPS_CREDENTIALS_REFUSED');
    await look(start());
    expect(sent()).toHaveLength(1);
    const told = () =>
      health(
        given.database().kysely,
        ACME,
        healthAt(() => clock.now()),
      );
    const refused = (await told()).problems.find(({ code }) => code === 'NOTIFICATION_REFUSED');
    expect(refused?.message).toContain('it answered 503: come again later');
    expect(refused?.message).not.toContain('a-secret-path');
    expect(delivered).toEqual([`${ACME} webhook http-503`]);

    const restarted = start();
    await look(restarted);
    clock.advance(29_000);
    await look(restarted);
    expect(sent()).toHaveLength(1);
    clock.advance(1_000);
    await look(restarted);
    clock.advance(30_000);
    await look(restarted);
    expect(sent()).toHaveLength(2);
    hook.answer = { status: 204 };
    clock.advance(30_000);
    await look(restarted);
    clock.advance(24 * 3_600_000);
    await look(start());
    expect(sent()).toHaveLength(3);
    expect(new Set(hook.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect((await told()).problems.map(({ code }) => code)).not.toContain('NOTIFICATION_REFUSED');
  });

  it('tell the end after the beginning, when the target was away meanwhile', async () => {
    const notifier = start();
    hook.answer = { status: 500 };
    await problem('GPS_CREDENTIALS_REFUSED');
    await look(notifier);
    await over('GPS_CREDENTIALS_REFUSED');
    await look(notifier);
    clock.advance(QUIET_MS);
    await look(notifier);
    hook.answer = { status: 200 };
    hook.received.length = 0;
    clock.advance(3_600_000);
    await look(notifier);
    await look(notifier);
    expect(sent().map(({ type }) => type)).toEqual(['incident.opened', 'incident.recovered']);
  });

  it('are sent once by several processes', async () => {
    await problem('GPS_CREDENTIALS_REFUSED');
    const processes = [start(), start(), start()];
    await Promise.all(processes.map((one) => one.decide()));
    await Promise.all(processes.map((one) => one.relay()));
    await Promise.all(processes.map((one) => one.settled()));
    await Promise.all(processes.map((one) => one.relay()));
    expect(sent()).toHaveLength(1);
  });

  it('go by mail, each address for itself, and say what the mail server refuses', async () => {
    targets = [{ kind: 'mail', to: ['ana@acme.example'], on: ['blocked', 'recovered'], failuresAbove: 10 }];
    box.refusal = 'no such mailbox here';
    const notifier = start();
    await problem('GPS_CREDENTIALS_REFUSED');
    await look(notifier);
    expect(box.mails).toEqual([]);
    const told = await health(
      given.database().kysely,
      ACME,
      healthAt(() => clock.now()),
    );
    const refused = told.problems.find(({ code }) => code === 'NOTIFICATION_REFUSED');
    expect(refused?.message).toContain('ana@acme.example: the mail server answered 550 no such mailbox here');
    box.refusal = null;
    clock.advance(30_000);
    await look(notifier);
    expect(box.mails).toHaveLength(1);
    expect(box.mails[0]).toContain('Subject: Acme: Driver Sync is blocked');
    expect(box.mails[0]).toContain('To: ana@acme.example');
    expect(box.mails[0]).toContain('https://drivers.example.com/');
  });

  it('follow the configuration: a corrected address is told what is open', async () => {
    targets = [webhook({ url: new Secret('http://127.0.0.1:9/') })];
    const notifier = start();
    await problem('GPS_CREDENTIALS_REFUSED');
    await look(notifier);
    expect(delivered).toEqual([`${ACME} webhook econnrefused`]);
    targets = [webhook({ format: 'slack' })];
    await look(notifier);
    expect(hook.received).toHaveLength(1);
    expect(JSON.parse(hook.received[0]?.text ?? '')).toEqual({
      text: expect.stringContaining('*Acme: Driver Sync is blocked*') as unknown,
    });
    // The address that was wrong is tried by nobody any more, and is shown no longer.
    clock.advance(4 * 3_600_000);
    await look(notifier);
    const told = await health(
      given.database().kysely,
      ACME,
      healthAt(() => clock.now()),
    );
    expect(told.problems.map(({ code }) => code)).not.toContain('NOTIFICATION_REFUSED');
  });

  it('wait as long as the target asks', async () => {
    hook.answer = { status: 429, headers: { 'retry-after': '600' } };
    const notifier = start();
    await problem('GPS_CREDENTIALS_REFUSED');
    await look(notifier);
    clock.advance(599_000);
    await look(notifier);
    expect(sent()).toHaveLength(1);
    clock.advance(1_000);
    await look(notifier);
    expect(sent()).toHaveLength(2);
  });
});
