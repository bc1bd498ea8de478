import { randomBytes } from 'node:crypto';
import { silentLogger } from '../../src/platform/logger';
import { openDatabase, type Database } from '../../src/store/database/database';
import { createPostgresDatabase, dropPostgresDatabase, openInMemory } from '../support/databases';

/** The three ways to deploy, as far as queue and wake-ups are concerned. */
export type Deployment = 'embedded' | 'postgres' | 'redis';

/** What a suite gets; each suite has its own database and its own prefix on Redis. */
export interface Given {
  readonly deployment: Deployment;
  /** What the first process opens its queue or wake-ups with, and what another process does. */
  options(): {
    database: Database;
    redisUrl: string | undefined;
    prefix: string;
    logger: typeof silentLogger;
  };
  anotherProcess(): ReturnType<Given['options']>;
}

/** Runs the suite for each deployment whose servers are there. */
export function describeEachDeployment(name: string, suite: (given: Given) => void): void {
  for (const deployment of ['embedded', 'postgres', 'redis'] as const) {
    const available = {
      embedded: true,
      postgres: Boolean(process.env['TEST_DATABASE_URL']),
      redis: Boolean(process.env['TEST_REDIS_URL']),
    }[deployment];
    // What is left out is told at the end of the run (global-teardown.ts).
    (available ? describe : describe.skip)(`${name} (${deployment})`, () => suite(given(deployment)));
  }
}

function given(deployment: Deployment): Given {
  const databases: Database[] = [];
  const prefix = `test-${randomBytes(6).toString('hex')}`;
  let url = '';

  beforeAll(async () => {
    if (deployment !== 'postgres') {
      // Redis' implementation does not touch the database.
      databases.push(await openInMemory());
      return;
    }
    url = await createPostgresDatabase();
    for (let process = 0; process < 2; process += 1) {
      databases.push(await openDatabase({ kind: 'postgres', url }, silentLogger));
    }
  });

  afterAll(async () => {
    await Promise.all(databases.map((database) => database.close()));
    if (url !== '') await dropPostgresDatabase(url);
  });

  const optionsOf = (database: Database | undefined) => {
    if (!database) throw new Error('Databases are there from beforeAll on; ask for them in a test or a hook');
    const redisUrl = deployment === 'redis' ? process.env['TEST_REDIS_URL'] : undefined;
    return { database, redisUrl, prefix, logger: silentLogger };
  };
  return {
    deployment,
    options: () => optionsOf(databases[0]),
    anotherProcess: () => optionsOf(databases.at(-1)),
  };
}

/** A number of events that can be waited for: tests wait for what happens, never for time. */
export class Happenings<Event> {
  readonly seen: Event[] = [];
  #wake: () => void = () => undefined;

  readonly add = (event: Event): void => {
    this.seen.push(event);
    this.#wake();
  };

  /** Resolves when at least so many have happened. */
  async atLeast(count: number): Promise<Event[]> {
    while (this.seen.length < count) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.seen;
  }
}

/** A door that holds back whoever comes, until it is opened. */
export function createGate(): { open: () => void; passed: Promise<void> } {
  let open = () => {};
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open, passed };
}
