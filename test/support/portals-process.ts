import { once } from 'node:events';
import type { Sandbox } from '../../src/sandbox/sandbox';
import type { PortalAccess } from './gateway-process';
import type { WatchReport } from './portal-watch';
import type { PortalAnswer, PortalCall } from './portals-program';
import { forkTypeScript } from './run-typescript';

/** The methods of an object in another process: each answers later. */
export type Remote<Local> = {
  readonly [Name in keyof Local as Local[Name] extends object ? Name : never]: Local[Name] extends (
    ...args: infer Arguments
  ) => infer Result
    ? (...args: Arguments) => Promise<Awaited<Result>>
    : Remote<Local[Name]>;
};

/** Both emulated portals in a process of their own. */
export interface PortalsProcess {
  readonly access: PortalAccess;
  readonly gps: Remote<Sandbox['gps']>;
  readonly driveri: Remote<Sandbox['driveri']>;
  /** What was seen that must never be. */
  report(): Promise<WatchReport>;
  stop(): Promise<void>;
}

/** Starts the portals, empty, and the watch over them. */
export async function startPortalsProcess(): Promise<PortalsProcess> {
  const child = forkTypeScript('test/support/portals-program.ts');
  const waiting = new Map<number, (answer: PortalAnswer) => void>();
  let lastId = 0;
  const first = new Promise<PortalAnswer>((resolve) => waiting.set(0, resolve));
  child.on('message', (answer: PortalAnswer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  const call = async (path: readonly string[], args: readonly unknown[]): Promise<unknown> => {
    const id = ++lastId;
    const answered = new Promise<PortalAnswer>((resolve) => waiting.set(id, resolve));
    child.send({ id, path, args } satisfies PortalCall);
    const { value, error } = await answered;
    if (error !== undefined) throw new Error(`the portal refused ${path.join('.')}: ${error}`);
    return value;
  };
  const { value } = await first;
  const remote = remoteAt(call, []) as Remote<Sandbox>; // the program answers for every path of a sandbox
  return {
    access: value as PortalAccess,
    gps: remote.gps,
    driveri: remote.driveri,
    report: () => call(['watch', 'report'], []) as Promise<WatchReport>,
    stop: async () => {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

type Call = (path: readonly string[], args: readonly unknown[]) => Promise<unknown>;

/** An object whose every property is a remote method, and holds further ones. */
function remoteAt(call: Call, path: readonly string[]): object {
  return new Proxy(() => undefined, {
    // A proxy that has a "then" would be taken for a promise.
    get: (_target, name) => (name === 'then' ? undefined : remoteAt(call, [...path, String(name)])),
    apply: (_target, _this, args: unknown[]) => call(path, args),
  });
}
