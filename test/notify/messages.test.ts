import { createHmac } from 'node:crypto';
import type { NotifyTarget } from '../../src/config/account-config';
import { accountId } from '../../src/driver/ids';
import type { AccountFacts } from '../../src/gateway/account-facts';
import type { Notification } from '../../src/notify/incident';
import { toBody, toMail, toSlack } from '../../src/notify/message';
import { seeIncidents } from '../../src/notify/see-incidents';
import { signedHeaders } from '../../src/notify/sign';
import { targetsOf, wants } from '../../src/notify/target';
import { Secret } from '../../src/platform/secret';

const NOTIFICATION: Notification = {
  id: 'n1',
  account: accountId('acme'),
  phase: 'opened',
  target: 't',
  attempts: 1,
  createdAt: Date.UTC(2026, 0, 2),
  incident: {
    id: 'i1',
    kind: 'held',
    code: 'HELD',
    summary: '3 removal(s) wait & <wait>',
    hint: 'Look at the run.',
    openedAt: Date.UTC(2026, 0, 1),
    closedAt: null,
  },
};
const OVER: Notification = {
  ...NOTIFICATION,
  phase: 'recovered',
  incident: { ...NOTIFICATION.incident, closedAt: Date.UTC(2026, 0, 2) },
};
const CONTEXT = { accountName: 'Acme', publicUrl: 'https://drivers.example.com/gateway' };

describe('messages', () => {
  it('have a generic form with all that a program needs', () => {
    expect(toBody(NOTIFICATION, CONTEXT)).toEqual({
      id: 'n1',
      type: 'incident.opened',
      createdAt: '2026-01-02T00:00:00.000Z',
      account: { id: 'acme', name: 'Acme' },
      incident: {
        id: 'i1',
        kind: 'held',
        code: 'HELD',
        summary: '3 removal(s) wait & <wait>',
        hint: 'Look at the run.',
        openedAt: '2026-01-01T00:00:00.000Z',
        recoveredAt: null,
      },
      link: 'https://drivers.example.com/gateway/approvals',
    });
    expect(toBody(OVER, { ...CONTEXT, publicUrl: undefined })).toMatchObject({
      type: 'incident.recovered',
      incident: { recoveredAt: '2026-01-02T00:00:00.000Z' },
      link: null,
    });
  });

  it('have Slack’s form, in which text cannot become markup', () => {
    const { text } = toSlack(NOTIFICATION, CONTEXT);
    expect(text).toContain('3 removal(s) wait &amp; &lt;wait&gt;');
    expect(text).toContain('<https://drivers.example.com/gateway/approvals|Open the console>');
  });

  it('are mails that say how long it lasted', () => {
    expect(toMail(NOTIFICATION, CONTEXT).subject).toBe('Acme: changes wait for approval');
    expect(toMail(OVER, CONTEXT)).toMatchObject({
      subject: 'Acme: changes wait for approval – over',
      text: expect.stringContaining('From 2026-01-01T00:00:00.000Z to 2026-01-02T00:00:00.000Z') as unknown,
    });
  });

  it('are signed as Standard Webhooks say, with a secret of either kind', () => {
    const expected = (key: Buffer) =>
      `v1,${createHmac('sha256', key).update('n1.1767312000.{}').digest('base64')}`;
    const at = Date.UTC(2026, 0, 2) + 999;
    expect(signedHeaders('{}', { id: 'n1', at, secret: '0123456789abcdef' })).toEqual({
      'webhook-id': 'n1',
      'webhook-timestamp': '1767312000',
      'webhook-signature': expected(Buffer.from('0123456789abcdef')),
    });
    const raw = Buffer.from('0102030405060708', 'hex');
    const signed = signedHeaders('{}', { id: 'n1', at, secret: `whsec_${raw.toString('base64')}` });
    expect(signed['webhook-signature']).toBe(expected(raw));
    expect(signedHeaders('{}', { id: 'n1', at, secret: undefined })).not.toHaveProperty('webhook-signature');
  });
});

describe('targets', () => {
  const hook = (fields: Partial<NotifyTarget> = {}): NotifyTarget =>
    ({
      kind: 'webhook',
      url: new Secret('https://hooks.example.com/T1/hush'),
      format: 'json',
      secret: undefined,
      on: ['blocked', 'recovered'],
      failuresAbove: 10,
      ...fields,
    }) as NotifyTarget; // the fields given are a webhook's

  it('are told apart by where they lead, and named without what is secret', () => {
    const [first, second] = targetsOf({
      notify: [hook(), hook({ url: new Secret('https://hooks.example.com/T2/hush') } as object)],
    });
    expect(first?.digest).not.toBe(second?.digest);
    expect(JSON.stringify(first)).not.toContain('hush');
    expect(first?.name).toBe('hooks.example.com');
  });

  it('are one for each mail address, and one for what is configured twice', () => {
    const mail: NotifyTarget = {
      kind: 'mail',
      to: ['a@x.example', 'b@x.example'],
      on: ['held'],
      failuresAbove: 1,
    };
    const targets = targetsOf({ notify: [mail, hook(), { ...mail, to: ['A@x.example'], on: ['blocked'] }] });
    expect(targets.map(({ name, on }) => [name, on])).toEqual([
      ['a@x.example', ['held', 'blocked']],
      ['b@x.example', ['held']],
      ['hooks.example.com', ['blocked', 'recovered']],
    ]);
  });

  it.each([
    ['its kind', ['blocked'], 'blocked', 'opened', true],
    ['another kind', ['held'], 'blocked', 'opened', false],
    ['the end of its kind', ['blocked', 'recovered'], 'blocked', 'recovered', true],
    ['the end, not asked for', ['blocked'], 'blocked', 'recovered', false],
    ['the end of another kind', ['held', 'recovered'], 'blocked', 'recovered', false],
    ['ends only', ['recovered'], 'blocked', 'recovered', true],
  ] as const)('want %s or not', (_what, on, kind, phase, is) => {
    expect(wants({ on, failuresAbove: 10 }, { kind, key: 'k' }, phase)).toBe(is);
  });

  it('want failures above their own number', () => {
    const on = ['failures'] as const;
    expect(wants({ on, failuresAbove: 10 }, { kind: 'failures', key: '10' }, 'opened')).toBe(true);
    expect(wants({ on, failuresAbove: 99 }, { kind: 'failures', key: '10' }, 'opened')).toBe(false);
  });
});

describe('what is seen', () => {
  const quiet: AccountFacts = {
    account: accountId('acme'),
    enabled: true,
    problems: [],
    gps: { observedAt: 1, completeAt: 1, failures: 0, lastFailure: null },
    driveri: { observedAt: 1, completeAt: 1, failures: 0, lastFailure: null },
    dueAt: 1,
    isOwned: true,
    lostOwners: 0,
    dueDrivers: 0,
    oldestDueAt: null,
    troubled: 11,
    troubledSince: 1,
    held: { removal: 3, 'mass-change': 40 },
    heldSince: 1,
    nextRunAt: null,
    lastRun: { id: 'r' as never, kind: 'DAILY', hasFailed: true, endedAt: 1, reason: 'GPS answered 500' }, // any id
    activeRunSince: null,
    refusedNotifications: [],
    waitingNotifications: 0,
    clocksApart: [],
    queueRefusesSince: null,
    isDatabaseReadOnly: false,
    calls: { gps: 0, driveri: 0 },
  };
  const blocked = { code: 'GPS_FORBIDDEN', message: 'm', hint: 'h', severity: 'blocked', since: 1 } as const;
  const keys = (facts: AccountFacts, thresholds: readonly number[]) =>
    seeIncidents(facts, { state: 'BLOCKED', problems: [blocked] }, thresholds).map(
      ({ kind, key }) => `${kind} ${key}`,
    );

  it('is what is held, what blocks, a failed run, and more failures than a number', () => {
    expect(keys(quiet, [10, 10, 11])).toEqual([
      'held removal',
      'held mass-change',
      'blocked GPS_FORBIDDEN',
      'run-failed run',
      'failures 10',
    ]);
  });

  it('is only what blocks while Driver Sync is off', () => {
    expect(keys({ ...quiet, enabled: false }, [10])).toEqual(['blocked GPS_FORBIDDEN']);
  });
});
