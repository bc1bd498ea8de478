import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox';
import { watchPortals, type PortalWatch } from './portal-watch';

/** What the test asks of the portals: a method of a portal, by its path; `watch.report` is what the watch has seen. */
export interface PortalCall {
  readonly id: number;
  readonly path: readonly string[];
  readonly args: readonly unknown[];
}

/** The answer to a call, by its id. */
export interface PortalAnswer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/**
 * Both portals as a process of their own: they outlive every gateway, and their load is not the test's. What a person does at a
 * portal comes over the IPC channel, so that the watch can tell it from what the gateway writes over HTTP.
 */
async function main(): Promise<void> {
  const sandbox = await startSandbox({ fleet: 'empty' });
  const watch = watchPortals(sandbox);
  process.on('message', (call: PortalCall) => void answer({ ...sandbox, watch }, watch, call)); // the test sends nothing else
  process.on('disconnect', () => process.exit(0));
  process.send?.({ id: 0, value: accessOf(sandbox) } satisfies PortalAnswer);
}

async function answer(target: unknown, watch: PortalWatch, { id, path, args }: PortalCall): Promise<void> {
  const reply = (rest: Omit<PortalAnswer, 'id'>) => process.send?.({ id, ...rest } satisfies PortalAnswer);
  try {
    // Whatever the gateway did up to now is looked at before a person's edit, and the edit itself is nobody's fault.
    watch.look();
    const result = invoke(target, path, args);
    watch.forgive();
    reply({ value: await result });
  } catch (error) {
    reply({ error: error instanceof Error ? error.message : String(error) });
  }
}

function invoke(target: unknown, path: readonly string[], args: readonly unknown[]): unknown {
  let owner: unknown = target;
  let member: unknown = target;
  for (const name of path) {
    owner = member;
    member = (member as Record<string, unknown>)[name]; // the client's types say what there is
  }
  return (member as (...given: unknown[]) => unknown).apply(owner, [...args]);
}

function accessOf({ gps, driveri }: Sandbox) {
  return {
    gps: { url: gps.url, username: gps.username, appToken: gps.appToken },
    driveri: {
      url: driveri.url,
      tenant: driveri.tenant,
      clientId: driveri.clientId,
      clientSecret: driveri.clientSecret,
    },
  };
}

void main();
