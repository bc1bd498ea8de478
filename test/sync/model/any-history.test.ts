import fc from 'fast-check';
import { givenHistories, MODEL_TIMEOUT_MS, shown } from './histories';
import { histories, SyncModel } from './sync-model';

describe('any history of an account, whatever fails and whoever dies,', () => {
  const given = givenHistories('any history');

  it.each([
    ['its guards as they come', true],
    ['guards that let everything through', false],
  ])(
    'ends with Driveri as GPS says, nothing doubled, nothing wrongly removed, off while off, one event per write: %s',
    async (_guards, cautious) => {
      await fc.assert(
        fc.asyncProperty(histories, async (history) => {
          const model = await SyncModel.begin(given.database(), { cautious });
          for (const command of history) {
            await model.perform(command);
            if (model.violations.length > 0) break;
          }
          await model.converge();
          const violations = await model.check();
          given.count(history, model);
          expect(violations).toEqual([]);
        }),
        shown(150, 0.5),
      );
    },
    MODEL_TIMEOUT_MS,
  );
});
