import { accountId } from '../../src/driver/ids';
import { startAccountTail } from '../../src/graphql/live/account-tail';
import type { Logger } from '../../src/platform/logger';
import type { GatewayQueries } from '../../src/gateway/queries';
import type { EventView } from '../../src/gateway/views/event-view';
import type { WakeUps } from '../../src/gateway/wake-ups';

const ACCOUNT = accountId('acme');

describe('the tail of an account', () => {
  it('sees what is committed while it starts, and has nothing to warn of', async () => {
    const log: EventView[] = [];
    const warnings: unknown[] = [];
    let wake: () => void = () => undefined;
    const queries = {
      eventRange: async () => {
        const last = log.length;
        // Somebody commits an event, and says so, before the answer is here.
        log.push({ seq: last + 1 } as EventView);
        wake();
        await Promise.resolve();
        return { first: 1, last };
      },
      eventsAfter: (_account: unknown, after: number) =>
        Promise.resolve(log.filter(({ seq }) => seq > after)),
    };
    const wakeUps: Pick<WakeUps, 'subscribe'> = {
      subscribe: (_channel, listener) => {
        wake = () => listener('');
        return Promise.resolve(() => Promise.resolve());
      },
    };
    const tail = await startAccountTail(ACCOUNT, {
      queries: queries as unknown as GatewayQueries,
      wakeUps: wakeUps as WakeUps,
      logger: { warn: (...args: unknown[]) => warnings.push(args) } as unknown as Logger,
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(tail.head()).toBe(1);
    expect(await tail.read(0)).toEqual([{ seq: 1 }]);
    await tail.stop();
    expect(warnings).toEqual([]);
  });
});
