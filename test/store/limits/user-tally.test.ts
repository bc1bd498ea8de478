import { OPEN_FOR_MS, type UserTally } from '../../../src/gateway/user-tally';
import { createPgUserTally } from '../../../src/store/limits/pg-user-tally';
import { migrations } from '../../../src/store/migrations/all';
import { describeEachDatabase } from '../../support/databases';

const START = 1_800_000_000_000;

describeEachDatabase(
  'what users take in all processes',
  (given) => {
    let now = START;
    const process = (name: string): UserTally =>
      createPgUserTally({ db: given.open().kysely, process: name, now: () => now });
    const spent = (user: string, amount: number) => ({
      user,
      limit: 'points',
      amount,
      perSecond: 10,
      most: 200,
    });
    const levelOf = async (tally: UserTally, user: string, amount: number) =>
      (await tally.report({ spent: [spent(user, amount)], open: [] })).levels;

    test('adds up, and leaks by the clock of the store', async () => {
      const [one, other] = [process('one'), process('other')];
      expect(await levelOf(one, 'ann', 50)).toEqual([{ user: 'ann', limit: 'points', level: 50 }]);
      expect(await levelOf(other, 'ann', 30)).toEqual([{ user: 'ann', limit: 'points', level: 80 }]);
      now += 5_000;
      expect(await levelOf(one, 'ann', 0)).toEqual([{ user: 'ann', limit: 'points', level: 30 }]);
      now += 60_000;
      expect(await levelOf(one, 'ann', 5)).toEqual([{ user: 'ann', limit: 'points', level: 5 }]);
    });

    test('remembers no more than the most, and a clock that was set back gives nothing back', async () => {
      const one = process('one');
      expect(await levelOf(one, 'bob', 1_000)).toEqual([{ user: 'bob', limit: 'points', level: 200 }]);
      now -= 3_600_000;
      expect(await levelOf(one, 'bob', 0)).toEqual([{ user: 'bob', limit: 'points', level: 200 }]);
      now += 1_000;
      expect(await levelOf(one, 'bob', 0)).toEqual([{ user: 'bob', limit: 'points', level: 190 }]);
    });

    test('says how many the others have, for as long as they are there', async () => {
      const [one, other, third] = [process('one'), process('other'), process('third')];
      const have = async (tally: UserTally, count: number) =>
        (await tally.report({ spent: [], open: [{ user: 'cleo', limit: 'streams', count }] })).elsewhere[0]
          ?.count;
      expect(await have(one, 3)).toBe(0);
      expect(await have(other, 2)).toBe(3);
      expect(await have(third, 1)).toBe(5);
      expect(await have(one, 0)).toBe(3);
      now += OPEN_FOR_MS;
      expect(await have(third, 1)).toBe(2);
      now += 1;
      await third.forget();
      expect(await have(one, 1)).toBe(1);
    });

    test('takes many reports at once, of many users in any order', async () => {
      const users = Array.from({ length: 50 }, (_, n) => `many-${n}`);
      const reports = Array.from({ length: 8 }, (_, n) => {
        const order = n % 2 ? users : [...users].reverse();
        const open = order.map((user) => ({ user, limit: 'executions', count: 1 }));
        return process(`process-${n}`).report({ spent: order.map((user) => spent(user, 1)), open });
      });
      await Promise.all(reports);
      expect(await levelOf(process('last'), 'many-7', 0)).toEqual([
        { user: 'many-7', limit: 'points', level: 8 },
      ]);
    });
  },
  { migrations },
);
