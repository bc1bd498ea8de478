import type { AccountConfig } from '../../src/config/account-config';
import { accountId } from '../../src/driver/ids';
import { createNotifier, type Notifier } from '../../src/notify/notifier';
import { createMailSender } from '../../src/notify/send-mail';
import { createWebhookSender } from '../../src/notify/send-webhook';
import { createManualClock } from '../../src/platform/clock';
import { silentLogger } from '../../src/platform/logger';
import { Secret } from '../../src/platform/secret';
import { createNotificationQueue } from '../../src/queue/bull-queue';
import type { Database } from '../../src/store/database/database';
import { migrate } from '../../src/store/database/migrate';
import { migrations } from '../../src/store/migrations/all';
import { createPgIncidents } from '../../src/store/notify/pg-incidents';
import { createPgAccountFacts } from '../../src/store/queries/query-account-facts';
import { createPgSyncStore } from '../../src/store/sync/pg-sync-store';
import { describeEachDeployment } from '../queue/given-queue';
import { until } from '../support/until';
import { startHook } from './receivers';

const ACME = accountId('acme');

describeEachDeployment('notifications through a queue of their own', (given) => {
  it('are sent by a process that takes jobs, once', async () => {
    const { database } = given.options();
    await migrate(database.kysely, migrations);
    const clock = createManualClock(Date.UTC(2026, 10, 24, 12));
    const hook = await startHook();
    const taken: string[] = [];
    const start = (db: Database): Notifier =>
      createNotifier({
        accounts: () => [
          {
            id: ACME,
            name: 'Acme',
            notify: [
              {
                kind: 'webhook',
                url: new Secret(hook.url),
                format: 'json',
                secret: undefined,
                on: ['blocked'],
                failuresAbove: 10,
              },
            ],
          } as unknown as AccountConfig, // all that is read of it
        ],
        intervals: () => ({ gpsMs: 30_000, driveriMs: 60_000 }),
        facts: createPgAccountFacts(db.kysely),
        store: createPgIncidents(db.kysely),
        openQueue: () => createNotificationQueue({ ...given.options(), database: db }),
        webhooks: createWebhookSender(),
        mail: createMailSender(undefined),
        publicUrl: undefined,
        clock,
        logger: silentLogger,
        metrics: { delivered: (_account, _channel, result) => taken.push(result) },
      });
    const store = createPgSyncStore({ database });
    await store.transaction(ACME, async (tx) => {
      await tx.account.ensure();
      await tx.account.setProblem({
        code: 'GPS_CREDENTIALS_REFUSED',
        severity: 'blocked',
        message: 'm',
        hint: 'h',
        sinceAt: clock.now(),
        retryAt: null,
      });
    });
    const processes = [start(database), start(given.anotherProcess().database)];
    try {
      // The clock stands: nothing becomes late, so that only the queue can bring it.
      await processes[0]?.decide();
      // Looked at again and again, as in life: a queue that has just been opened may not be reachable yet.
      await until(
        'the queue has brought it',
        async () => {
          for (const one of processes) await one.relay();
          return taken.length > 0;
        },
        undefined,
        200,
      );
      expect(hook.received).toHaveLength(1);
      for (const one of processes) await one.relay();
      expect(hook.received).toHaveLength(1);
    } finally {
      await Promise.all(processes.map((one) => one.stop()));
      await hook.close();
    }
  });
});
