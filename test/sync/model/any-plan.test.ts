import fc from 'fast-check';
import { isWriting } from '../../../src/sync/reconcile/writing-step';
import { givenHistories, MODEL_TIMEOUT_MS, shown } from './histories';
import { type Command, edits, SyncModel } from './sync-model';

/** While the sync is off the Master User asks what turning it on would do, and then turns it on. */
const LOOKED_AT: readonly Command[] = [
  { do: 'poll-gps' },
  { do: 'pass', ms: 11 * 60_000 },
  { do: 'poll-gps' },
  { do: 'dry-run' },
];
const CARRIED_OUT: readonly Command[] = [{ do: 'toggle' }, { do: 'approve' }];

/** Who waits for a DriverID goes on when its holder, gone and renamed in Driveri, is forgotten. */
const HOLDER_FORGOTTEN: Command[] = [
  { do: 'driveri-rename', who: 4, id: 3 },
  { do: 'gps-renumber', who: 0, id: 1 },
  { do: 'gps-delete', who: 1 },
];

/** Two drivers that claim one DriverID are written one after the other. */
const SAME_DRIVER_ID: Command[] = [
  { do: 'driveri-edit', who: 4, name: 0 },
  { do: 'driveri-edit', who: 0, name: 1 },
  { do: 'gps-renumber', who: 0, id: 1 },
  { do: 'driveri-add', name: 0, id: 0 },
];

/** What may come of an item. Nothing is applied for who only is forgotten; fields may be where there is a conflict. */
const SETTLED: { readonly [outcome: string]: ReadonlySet<string> } = {
  APPLIED: new Set(['CREATE', 'REINSTATE', 'LINK', 'RENAME', 'UPDATE', 'REMOVE', 'CONFLICT']),
  SKIPPED: new Set(['NONE', 'CONFLICT']),
};

describe('whatever has piled up on both sides while the sync was off,', () => {
  const given = givenHistories('any plan');

  it(
    'turning it on does what a dry run showed, write for write',
    async () => {
      await fc.assert(
        fc.asyncProperty(edits, async (history) => {
          const model = await SyncModel.begin(given.database(), { cautious: false });
          await model.perform({ do: 'toggle' });
          for (const command of [...history, ...LOOKED_AT]) await model.perform(command);
          const { writes } = model.given.driveri;
          const before = writes.length;
          const plan = await model.lastRun();
          fc.pre(plan.status === 'PLANNED'); // a roster that has shrunk is shown to nobody: the run asks first
          for (const command of CARRIED_OUT) await model.perform(command);
          const done = await model.lastRun();
          given.count(history, model);
          const withoutOutcome = ({ outcome: _, ...item }: (typeof done.items)[number]): object => item;
          expect(done.items.map(withoutOutcome)).toEqual(plan.items.map(withoutOutcome));
          const steps = plan.items.flatMap((item) => item.steps);
          expect(writes.length - before).toBe(steps.filter(isWriting).length);
          expect(done.items.filter(({ action, outcome }) => !SETTLED[outcome]?.has(action))).toEqual([]);
        }),
        { ...shown(30), examples: [[HOLDER_FORGOTTEN], [SAME_DRIVER_ID]] },
      );
    },
    MODEL_TIMEOUT_MS,
  );
});
