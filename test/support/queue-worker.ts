import { silentLogger } from '../../src/platform/logger';
import { createAccountQueue } from '../../src/queue/bull-queue';
import { openDatabase } from '../../src/store/database/database';

// Run as a process of its own, to be killed: takes jobs, prints them, and never finishes one.
async function takeAndHold(
  redisUrl: string | undefined,
  prefix: string | undefined,
  databaseUrl: string | undefined,
) {
  const database = await openDatabase(
    databaseUrl ? { kind: 'postgres', url: databaseUrl } : { kind: 'embedded', dataDir: undefined },
    silentLogger,
  );
  const queue = await createAccountQueue({
    database,
    redisUrl: redisUrl || undefined,
    prefix,
    logger: silentLogger,
    workerLivenessMs: 1_000,
  });
  await queue.work(
    async (job) => {
      process.stdout.write(`${job.account}\n`);
      await new Promise(() => setInterval(() => undefined, 1_000));
    },
    { concurrency: 1 },
  );
}

void takeAndHold(process.argv[3], process.argv[4], process.argv[5]);
