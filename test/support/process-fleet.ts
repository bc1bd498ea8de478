import { startGatewayProcess, type GatewayProcess, type ProcessOptions } from './gateway-process';

/** The processes of one deployment, by name. */
export type ProcessName = 'api' | 'worker 1' | 'worker 2';

export const PROCESS_NAMES: readonly ProcessName[] = ['api', 'worker 1', 'worker 2'];

/** An api process and two workers, to be killed one by one. */
export interface ProcessFleet {
  /** Asks the API. Rejects while it is dead. */
  ask<Data>(query: string, variables?: Record<string, unknown>): Promise<Data>;
  /** `kill -9`, `deadMs` without it, and a start like the first. */
  killAndRestart(name: ProcessName, deadMs: number): Promise<void>;
  /** The processes that ended without having been killed: none may. */
  endedByThemselves(): readonly ProcessName[];
  stop(): Promise<void>;
}

/** Starts all three; resolves when each of them is ready. */
export async function startProcessFleet(options: ProcessOptions): Promise<ProcessFleet> {
  const ended = new Set<ProcessName>();
  const start = (name: ProcessName): Promise<GatewayProcess> =>
    startGatewayProcess({ ...options, role: name === 'api' ? 'api' : 'worker' });
  const running = new Map<ProcessName, GatewayProcess>();
  for (const name of PROCESS_NAMES) running.set(name, await start(name));
  const noteEnded = (): void => {
    for (const [name, one] of running) if (one.hasEnded()) ended.add(name);
  };
  return {
    ask: (query, variables) => {
      const api = running.get('api');
      if (api === undefined) return Promise.reject(new Error('the api process is dead'));
      return api.ask(query, variables);
    },
    async killAndRestart(name, deadMs) {
      noteEnded();
      await running.get(name)?.kill();
      running.delete(name);
      await new Promise((resolve) => setTimeout(resolve, deadMs));
      running.set(name, await start(name));
    },
    endedByThemselves() {
      noteEnded();
      return [...ended];
    },
    async stop() {
      await Promise.all([...running.values()].map((one) => one.kill()));
    },
  };
}
