import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultInput } from '../../src/sandbox/sandbox';
import type { PortalsProcess } from '../support/portals-process';
import { PROCESS_NAMES, type ProcessFleet } from '../support/process-fleet';
import type { SeededRandom } from '../support/seeded-random';
import type { Server } from '../support/servers';
import Redis from 'ioredis';

/** What strikes, chosen by chance, each counted. */
interface Chaos {
  readonly random: SeededRandom;
  readonly goesOn: () => boolean;
  readonly count: (kind: string) => void;
}

/** Kills processes, empties and crashes Redis, crashes Postgres: one at a time, and each is back before the next. */
export async function serverFaults(
  chaos: Chaos & { readonly postgres: Server; readonly redis: Server; readonly fleet: ProcessFleet },
): Promise<void> {
  const { random, goesOn, count, postgres, redis, fleet } = chaos;
  const kill = async (): Promise<void> => {
    const name = random.pick(PROCESS_NAMES);
    count(`${name} killed`);
    await fleet.killAndRestart(name, random.between(0, 3_000));
  };
  const emptyRedis = async (): Promise<void> => {
    count('Redis emptied');
    const client = new Redis(redis.url);
    await client.flushall();
    client.disconnect();
  };
  const crashRedis = async (): Promise<void> => {
    count('Redis crashed');
    await redis.crash();
  };
  const crashPostgres = async (): Promise<void> => {
    count('Postgres crashed');
    await postgres.crash();
  };
  while (goesOn()) {
    await random.pick([kill, kill, kill, emptyRedis, crashRedis, crashPostgres])();
    await sleep(random.between(1_000, 6_000));
  }
}

/** Takes a portal off the network for some seconds, or makes some of its calls go wrong. In the end both are well again. */
export async function portalFaults(chaos: Chaos & { readonly portals: PortalsProcess }): Promise<void> {
  const { random, goesOn, count, portals } = chaos;
  while (goesOn()) {
    const name = random.pick(['gps', 'driveri'] as const);
    const portal = portals[name];
    if (random.next() < 0.25) {
      count(`${name} cut off`);
      await portal.stop();
      await sleep(random.between(300, 6_000));
      await portal.start();
    } else {
      const fault = random.pick(FAULTS[name]);
      count(`${name} ${fault.kind}`);
      await portal.faults.set({ ...fault, times: random.between(1, 4) });
    }
    await sleep(random.between(1_000, 4_000));
  }
  for (const portal of [portals.gps, portals.driveri]) await portal.faults.clear();
}

/** What heals by itself; refused credentials and fields that a PUT clears wait for a person, or five minutes. */
const COMMON: readonly FaultInput[] = [
  { kind: 'slow', delayMs: 1_500 },
  { kind: 'hang', when: 'before' },
  { kind: 'hang', when: 'after' },
  { kind: 'reset-before' },
  { kind: 'reset-after' },
  { kind: 'cut' },
  { kind: 'rate-limit', retryAfterSeconds: 2 },
  { kind: 'html' },
  { kind: 'html', when: 'after' },
  { kind: 'empty-body' },
  { kind: 'empty-list' },
  { kind: 'partial-list', keep: 0.5 },
  { kind: 'duplicate-rows' },
  { kind: 'stale', agoMs: 10_000 },
];

const FAULTS: { readonly [Portal in 'gps' | 'driveri']: readonly FaultInput[] } = {
  gps: [
    ...COMMON,
    { kind: 'server-error', status: 503 },
    { kind: 'server-error', status: 500, when: 'after' },
    { kind: 'error-200' },
    { kind: 'expire-session' },
    { kind: 'partial-list', keep: 0.95 },
    { kind: 'drop-field', operation: 'driver/list', field: 'driveri_driver_id' },
  ],
  driveri: [
    ...COMMON,
    { kind: 'server-error', status: 502 },
    { kind: 'server-error', status: 504, when: 'after' },
    { kind: 'revoke-token' },
    { kind: 'partial-list', keep: 0.9, tellTotal: true },
    { kind: 'moving-pages' },
  ],
};
