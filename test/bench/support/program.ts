import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { until } from '../../support/until';

/** Any program, in a process of its own. */
export interface Program {
  readonly pid: number;
  /** What it has written last. */
  output(): string;
  /** True once it has ended, for whatever reason. */
  hasEnded(): boolean;
  /** SIGTERM, and wait until it is gone. */
  stop(): Promise<void>;
}

/** What is started, and how. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Ends the program when its own standard input ends: however hard this process dies, nothing is left behind. */
const KEEPER = `exec 3<&0
"$@" </dev/null 2>&1 &
child=$!
echo "pid $child"
{ read -r _ <&3; kill -TERM "$child" 2>/dev/null; } >/dev/null 2>&1 &
exec 3<&-
wait "$child"`;

const KEPT_OUTPUT = 20_000;
const STOP_WITHIN_MS = 20_000;

/** Starts a program; `env` is added to this process's. */
export async function startProgram({ program, args, env = {}, cwd }: Command): Promise<Program> {
  const keeper = spawn('/bin/sh', ['-c', KEEPER, 'sh', program, ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  let written = '';
  keeper.stdout.setEncoding('utf8').on('data', (text: string) => (written += text));
  const hasEnded = (): boolean => keeper.exitCode !== null || keeper.signalCode !== null;
  const pid = await until('the keeper says what it keeps', () => /^pid (\d+)\n/.exec(written)?.[1]);
  written = written.replace(/^pid .*\n/, '');
  keeper.stdout.on('data', () => (written = written.slice(-KEPT_OUTPUT)));
  keeper.once('exit', () => keeper.stdin.destroy());
  return {
    pid: Number(pid),
    output: () => written,
    hasEnded,
    async stop() {
      if (hasEnded()) return;
      const exited = once(keeper, 'exit');
      const timer = setTimeout(() => process.kill(Number(pid), 'SIGKILL'), STOP_WITHIN_MS);
      keeper.stdin.end();
      await exited;
      clearTimeout(timer);
    },
  };
}

/** Waits until `look` finds what shows that the program is ready; rejects with its output when it ends or takes too long. */
export async function untilReady<Found>(
  program: Program,
  look: (output: string) => Promise<Found | undefined> | Found | undefined,
  everyMs = 15,
): Promise<Found> {
  try {
    return await until(
      'the program is ready',
      () => {
        if (program.hasEnded()) throw new Error('the program has ended');
        return look(program.output());
      },
      90_000,
      everyMs,
    );
  } catch (cause) {
    await program.stop();
    throw new Error(`a program did not start; it has said:\n${program.output()}`, { cause });
  }
}
