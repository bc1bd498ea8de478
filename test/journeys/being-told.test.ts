import { sandboxAccount } from '../../src/assembly/sandbox-account';
import type { NotifyTarget } from '../../src/config/account-config';
import { Secret } from '../../src/platform/secret';
import { startSandbox } from '../../src/sandbox/sandbox';
import { startHook } from '../notify/receivers';
import { givenGateway } from '../support/given-gateway';
import { temporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';

const HEALTH = '{ driverSync { health { problems { code message } } } }';

interface Health {
  readonly driverSync: {
    readonly health: { readonly problems: readonly { code: string; message: string }[] };
  };
}

test('a portal that refuses the credentials is told by a webhook, also when the gateway is restarted before it was taken', async () => {
  const hook = await startHook();
  hook.answer = { status: 500 };
  const sandbox = await startSandbox({ fleet: 'empty' });
  const right = sandboxAccount(sandbox);
  const notify: NotifyTarget[] = [
    {
      kind: 'webhook',
      url: new Secret(hook.url),
      format: 'json',
      secret: undefined,
      on: ['blocked', 'recovered'],
      failuresAbove: 10,
    },
  ];
  const wrong = { notify, gps: { ...right.gps, appToken: new Secret('not the token') } };
  const dataDir = temporaryDirectory();
  const options = { sandbox, dataDir, publicUrl: 'https://drivers.example.com' };
  try {
    const first = await givenGateway({ ...options, account: wrong });
    await until('it has been tried', () => hook.received.length > 0);
    const refused = await until('health says so', async () => {
      const { driverSync } = await first.ask<Health>(HEALTH, {}, 'VIEWER');
      return driverSync.health.problems.find(({ code }) => code === 'NOTIFICATION_REFUSED');
    });
    expect(refused.message).toContain('127.0.0.1');
    expect(refused.message).toContain('it answered 500');
    const metrics = await (await fetch(`${first.url}/metrics`)).text();
    expect(metrics).toMatch(/gateway_notification_attempts_total\{channel="webhook",result="http-500"\} 1/);
    await first.close();

    hook.answer = { status: 200 };
    // Half a minute is waited for here: the process's own clock is moved on instead.
    const clock = { now: () => Date.now() + 60_000 };
    const second = await givenGateway({ ...options, account: wrong, clock });
    await until('it is taken', () => hook.received.length > 1);
    const [before, after] = hook.received.map(({ headers }) => headers['webhook-id']);
    expect(after).toBe(before);
    expect(JSON.parse(hook.received[1]?.text ?? '')).toMatchObject({
      type: 'incident.opened',
      incident: { code: 'GPS_CREDENTIALS_REFUSED' },
      link: 'https://drivers.example.com/',
    });
    await second.close();
  } finally {
    await sandbox.close();
    await hook.close();
  }
});
