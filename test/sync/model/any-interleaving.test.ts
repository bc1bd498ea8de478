import fc from 'fast-check';
import { givenHistories, MODEL_TIMEOUT_MS, shown } from './histories';
import { type Command, lives, SyncModel } from './sync-model';

/** What the sync does after each thing that happens in GPS. */
type Afterwards = (model: SyncModel, index: number) => Promise<void>;

const mirrorLive: Afterwards = async (model) => {
  await model.perform({ do: 'pass', ms: 30_000 });
  await model.perform({ do: 'poll-gps' });
  await model.perform({ do: 'work' });
};
const nothing: Afterwards = () => Promise.resolve();
const mixed: Afterwards = (model, index) =>
  index % 2 === 0 ? mirrorLive(model, index) : model.perform({ do: 'run' });

describe('the same life in GPS', () => {
  const given = givenHistories('any interleaving');

  async function endOf(history: readonly Command[], afterwards: Afterwards): Promise<readonly string[]> {
    const model = await SyncModel.begin(given.database(), { cautious: false });
    for (const [index, command] of history.entries()) {
      await model.perform(command);
      await afterwards(model, index);
    }
    await model.converge();
    expect(await model.check()).toEqual([]);
    given.count(history, model);
    return model.managed();
  }

  it(
    'ends the same whether every change is mirrored live, only runs are made, or both',
    async () => {
      await fc.assert(
        fc.asyncProperty(lives, async (history) => {
          const live = await endOf(history, mirrorLive);
          expect(await endOf(history, nothing)).toEqual(live);
          expect(await endOf(history, mixed)).toEqual(live);
        }),
        shown(15),
      );
    },
    MODEL_TIMEOUT_MS,
  );
});
