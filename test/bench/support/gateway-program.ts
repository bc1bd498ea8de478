import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createApp, type App } from '../../../src/app';
import { loadConfig } from '../../../src/config/config';
import { createLogger } from '../../../src/platform/logger';
import { EmbeddedSession } from '../../../src/store/embedded/embedded-session';
import { serveParent } from './child';
import { countStatement, NO_STATEMENTS, type StatementCount } from './statement-kinds';

/** What a process has used: CPU time since its start; resident memory, and what JavaScript and buffers hold of it, now. */
export interface Usage {
  readonly cpuMs: number;
  readonly rssBytes: number;
  readonly heldBytes: number;
}

/** A gateway as the bench runs it: the whole app, made by `createApp` from an operator's environment. */
export type GatewayProgram = typeof methods;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void; // exposed by the flag
const loopDelay = monitorEventLoopDelay({ resolution: 5 });
let app: App | undefined;
let counted: StatementCount = NO_STATEMENTS;
let mostHeld = 0;

function heldNow(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

// The embedded database has no statistics of its own: every statement of its one session goes through here.
const run = EmbeddedSession.prototype.run;
EmbeddedSession.prototype.run = function counting(user, text, parameters, begins) {
  counted = countStatement(counted, text, user.searchPath.includes('bullmq'));
  return run.call(this, user, text, parameters, begins);
};

const methods = {
  /** Starts the app; the API's address, or null in a process that only works. `prefix` keeps it apart on a shared Redis. */
  async start(env: Readonly<Record<string, string>>, prefix: string): Promise<string | null> {
    const config = loadConfig(env);
    app = await createApp({ config, logger: createLogger(config.log), prefix });
    await app.start();
    loopDelay.enable();
    setInterval(() => {
      mostHeld = Math.max(mostHeld, heldNow());
    }, 10).unref();
    return app.url;
  },
  usage(): Usage {
    const { user, system } = process.cpuUsage();
    return { cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage().rss, heldBytes: heldNow() };
  },
  /** Collects garbage and begins to watch the event loop anew; what is in use then. */
  settle(): Usage {
    collectGarbage();
    collectGarbage();
    loopDelay.reset();
    mostHeld = heldNow();
    return methods.usage();
  },
  /** The most that JavaScript and buffers held since `settle`, what waits for a collection included. */
  mostHeldBytes: (): number => Math.max(mostHeld, heldNow()),
  /** The longest block of the event loop since `settle`, in ms. */
  longestBlockMs: (): number => loopDelay.max / 1e6,
  /** Statements on the embedded database since the start; none on a server. */
  embeddedStatements: (): StatementCount => counted,
  async stop(): Promise<void> {
    await app?.stop();
  },
};

serveParent(methods);
