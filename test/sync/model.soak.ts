import fc from 'fast-check';
import type { Database } from '../../src/store/database';
import { givenSyncDatabase } from '../support/given-sync';
import { isWriting } from '../../src/sync/writing-step';
import { type Command, edits, histories, lives, SyncModel } from './sync-model';

/*
 * `SOAK_MINUTES=60 npm run soak` goes on for as long as asked. A failure prints the seed and the path of
 * its history: `MODEL_SEED=… MODEL_PATH=…` replays it.
 */
const SOAK_MS = Number(process.env['SOAK_MINUTES'] ?? '0') * 60_000;
const HISTORIES = Number(process.env['MODEL_HISTORIES'] ?? '170');
const INTERLEAVINGS = Math.ceil(HISTORIES / 3);

function parameters(runs: number, share: number): fc.Parameters<unknown> {
  const { MODEL_SEED: seed, MODEL_PATH: path } = process.env;
  const replay = seed === undefined ? {} : { seed: Number(seed), ...(path === undefined ? {} : { path }) };
  return SOAK_MS === 0
    ? { numRuns: runs, ...replay }
    : {
        numRuns: Number.MAX_SAFE_INTEGER,
        interruptAfterTimeLimit: SOAK_MS * share,
        markInterruptAsFailure: false,
      };
}

/** While the sync is off the Master User asks what turning it on would do, and then turns it on. */
const LOOKED_AT: readonly Command[] = [
  { do: 'poll-gps' },
  { do: 'pass', ms: 11 * 60_000 },
  { do: 'poll-gps' },
  { do: 'dry-run' },
];
const CARRIED_OUT: readonly Command[] = [{ do: 'toggle' }, { do: 'approve' }];

/** What may come of an item. Nothing is applied for who only is forgotten; fields may be where there is a conflict. */
const SETTLED: { readonly [outcome: string]: ReadonlySet<string> } = {
  APPLIED: new Set(['CREATE', 'REINSTATE', 'LINK', 'RENAME', 'UPDATE', 'REMOVE', 'CONFLICT']),
  SKIPPED: new Set(['NONE', 'CONFLICT']),
};

describe('any history of an account', () => {
  let database: Database;
  const told = { histories: 0, commands: 0, faults: 0, writes: 0 };
  beforeAll(async () => {
    database = await givenSyncDatabase();
  });
  afterAll(async () => {
    await database.close();
    process.stdout.write(
      `model of the sync: ${told.histories} histories, ${told.commands} commands, ${told.faults} faults and deaths, ${told.writes} writes to Driveri\n`,
    );
  });

  async function live(history: readonly Command[], cautious: boolean): Promise<void> {
    const model = await SyncModel.begin(database, { cautious });
    for (const command of history) {
      await model.perform(command);
      if (model.violations.length > 0) break;
    }
    await model.converge();
    const violations = await model.check();
    told.histories += 1;
    told.commands += history.length;
    told.faults += model.struck;
    told.writes += model.given.driveri.writes.length;
    expect(violations).toEqual([]);
  }

  it.each([
    ['its guards as they come', true],
    ['guards that let everything through', false],
  ])(
    'ends with Driveri as GPS says, nothing doubled, nothing wrongly removed, off while off, one event per write: %s',
    async (_guards, cautious) => {
      await fc.assert(
        fc.asyncProperty(histories, (history) => live(history, cautious)),
        parameters(HISTORIES, 0.35),
      );
    },
    SOAK_MS + 600_000,
  );

  it(
    'ends as a dry run showed it, write for write',
    async () => {
      await fc.assert(
        fc.asyncProperty(edits, async (history) => {
          const model = await SyncModel.begin(database, { cautious: false });
          await model.perform({ do: 'toggle' });
          for (const command of history) await model.perform(command);
          for (const command of LOOKED_AT) await model.perform(command);
          const { writes } = model.given.driveri;
          const before = writes.length;
          const { status, items: shown } = await model.lastRun();
          fc.pre(status === 'PLANNED'); // a roster that has shrunk is shown to nobody: the run asks first
          for (const command of CARRIED_OUT) await model.perform(command);
          const { items: done } = await model.lastRun();
          told.histories += 1;
          told.commands += history.length;
          told.writes += writes.length;
          expect(done.map(({ outcome: _, ...item }) => item)).toEqual(
            shown.map(({ outcome: _, ...item }) => item),
          );
          expect(writes.length - before).toBe(shown.flatMap(({ steps }) => steps).filter(isWriting).length);
          const left = done.filter(({ action, outcome }) => !SETTLED[outcome]?.has(action));
          expect(left).toEqual([]);
        }),
        parameters(INTERLEAVINGS, 0.1),
      );
    },
    SOAK_MS + 600_000,
  );

  it(
    'ends the same whether every change is mirrored live, only runs are made, or both',
    async () => {
      const end = async (
        history: readonly Command[],
        after: (model: SyncModel, index: number) => Promise<void>,
      ): Promise<readonly string[]> => {
        const model = await SyncModel.begin(database, { cautious: false });
        for (const [index, command] of history.entries()) {
          await model.perform(command);
          await after(model, index);
        }
        await model.converge();
        expect(await model.check()).toEqual([]);
        told.histories += 1;
        told.commands += history.length;
        told.writes += model.given.driveri.writes.length;
        return model.managed();
      };
      const mirrorLive = async (model: SyncModel): Promise<void> => {
        await model.perform({ do: 'pass', ms: 30_000 });
        await model.perform({ do: 'poll-gps' });
        await model.perform({ do: 'work' });
      };
      await fc.assert(
        fc.asyncProperty(lives, async (history) => {
          const live = await end(history, mirrorLive);
          const byRuns = await end(history, () => Promise.resolve());
          const mixed = await end(history, (model, index) =>
            index % 2 === 0 ? mirrorLive(model) : model.perform({ do: 'run' }),
          );
          expect(byRuns).toEqual(live);
          expect(mixed).toEqual(live);
        }),
        parameters(INTERLEAVINGS, 0.2),
      );
    },
    SOAK_MS + 600_000,
  );
});
