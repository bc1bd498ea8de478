import fc from 'fast-check';
import { givenHistories, MODEL_TIMEOUT_MS, shown } from './histories';
import { type Command, histories, SyncModel } from './sync-model';

/** The sync is turned off while one worker has an update to send, and that one is sent after its deadline: the portal must refuse it. */
const OFF_WHILE_TWO_WORK: Command[] = [
  { do: 'off-in-flight' },
  { do: 'gps-swap', who: 0, with: 4 },
  { do: 'poll-gps' },
  { do: 'pass', ms: 1_000 },
  { do: 'gps-renumber', who: 0, id: null },
  { do: 'jumbled-work', whos: [0, 0], also: [] },
];

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
        { ...shown(30, 0.5), examples: [[OFF_WHILE_TWO_WORK]] },
      );
    },
    MODEL_TIMEOUT_MS,
  );
});
