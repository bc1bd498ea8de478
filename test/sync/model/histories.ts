import type fc from 'fast-check';
import type { Database } from '../../../src/store/database/database';
import { givenSyncDatabase } from '../../support/given-sync';
import type { Command, SyncModel } from './sync-model';

/** `SOAK_MINUTES=60 npm run soak` looks for new histories for as long as asked; without it a small share is lived through, always the same. */
const SOAK_MS = Number(process.env['SOAK_MINUTES'] ?? '0') * 60_000;

const SEED = 20_261_128;

/** How long a property may take before it is taken to hang. */
export const MODEL_TIMEOUT_MS = SOAK_MS + 900_000;

/**
 * How many histories a property is shown: `runs` of them; in a soak as many as fit into its `share` of the time. A failure
 * prints the seed and the path of its history: `MODEL_SEED=… MODEL_PATH=… npx jest <the test's file>` replays it.
 */
export function shown<Values>(runs: number, share = 1): fc.Parameters<Values> {
  const { MODEL_SEED: seed, MODEL_PATH: path } = process.env;
  if (seed !== undefined) return { seed: Number(seed), ...(path === undefined ? {} : { path }) };
  if (SOAK_MS === 0) return { numRuns: runs, seed: SEED };
  return {
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: SOAK_MS * share,
    markInterruptAsFailure: false,
  };
}

/** The database of a suite of histories, and what they came to: told when the suite is over. */
export interface Histories {
  database(): Database;
  count(history: readonly Command[], model: SyncModel): void;
}

export function givenHistories(name: string): Histories {
  let database: Database | undefined;
  const told = { histories: 0, commands: 0, faults: 0, writes: 0 };
  // One for each property: when the time of a soak is over, the last history of one still goes on.
  beforeEach(async () => {
    database = await givenSyncDatabase();
  });
  afterEach(() => database?.close());
  afterAll(() => {
    const { histories, commands, faults, writes } = told;
    process.stdout.write(
      `${name}: ${histories} histories, ${commands} commands, ${faults} faults and deaths, ${writes} writes to Driveri\n`,
    );
  });
  return {
    database() {
      if (database === undefined) throw new Error('the database is there from beforeEach on');
      return database;
    },
    count(history, model) {
      told.histories += 1;
      told.commands += history.length;
      told.faults += model.struck;
      told.writes += model.given.driveri.writes.length;
    },
  };
}
