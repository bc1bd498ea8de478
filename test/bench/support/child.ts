import { once } from 'node:events';
import { forkTypeScript } from '../../support/run-typescript';

/** The methods of an object in another process: each answers later. */
export type Remote<Methods> = {
  readonly [Name in keyof Methods]: Methods[Name] extends (...args: infer Arguments) => infer Result
    ? (...args: Arguments) => Promise<Awaited<Result>>
    : never;
};

/** A program in a process of its own. */
export interface Child<Methods> {
  readonly pid: number;
  readonly methods: Remote<Methods>;
  /** Ends the process and waits until it is gone. */
  stop(): Promise<void>;
}

interface Call {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Starts a TypeScript program (a path from the project's root) that calls `serveParent`. It ends when this process does. */
export async function startChild<Methods>(file: string): Promise<Child<Methods>> {
  const process = forkTypeScript(file);
  await once(process, 'spawn');
  if (process.pid === undefined) throw new Error(`${file} did not start`);
  const waiting = new Map<number, (answer: Answer) => void>();
  let lastId = 0;
  process.on('message', (answer: Answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  process.on('exit', () => {
    for (const [id, resolve] of waiting) resolve({ id, error: 'the process has ended' });
  });
  const call = async (method: string, args: readonly unknown[]): Promise<unknown> => {
    const id = ++lastId;
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
    process.send({ id, method, args } satisfies Call);
    const { value, error } = await answered;
    if (error !== undefined) throw new Error(`${file}, ${method}: ${error}`);
    return value;
  };
  const methods = new Proxy({} as Remote<Methods>, {
    // A proxy that has a "then" would be taken for a promise.
    get: (_target, name) => (name === 'then' ? undefined : (...args: unknown[]) => call(String(name), args)),
  });
  return {
    pid: process.pid,
    methods,
    stop: async () => {
      if (process.exitCode !== null || process.signalCode !== null) return;
      const exited = once(process, 'exit');
      process.disconnect();
      await exited;
    },
  };
}

/** In the child: answers the parent's calls with these methods, until the parent is gone. */
export function serveParent(methods: object): void {
  process.on('message', (call: Call) => void answer(methods as Callable, call)); // the parent sends nothing else
  process.on('disconnect', () => process.exit(0));
}

type Callable = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

async function answer(methods: Callable, { id, method, args }: Call): Promise<void> {
  const reply = (rest: Omit<Answer, 'id'>) => process.send?.({ id, ...rest } satisfies Answer);
  try {
    reply({ value: await methods[method]?.(...args) });
  } catch (error) {
    reply({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
