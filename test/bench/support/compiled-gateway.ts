import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { startProgram, untilReady, type Program } from './program';

const ROOT = path.join(__dirname, '..', '..', '..');

/** The gateway as it is deployed: compiled, configured by its environment alone. */
export interface CompiledGateway extends Program {
  /** Of the API, without a path. */
  readonly url: string;
  /** From the start of the process until it said that it is ready. */
  readonly readyAfterMs: number;
}

/** As `npm start` does; resolves to how long it took. A process writes its CPU profile into `profileDir` when it stops. */
export async function startCompiledGateway(
  env: Readonly<Record<string, string>>,
  profileDir?: string,
): Promise<CompiledGateway> {
  const profile =
    profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${path.resolve(profileDir)}`];
  const startedAt = performance.now();
  const program = await startProgram({
    program: process.execPath,
    args: [...profile, path.join(ROOT, 'dist/main.js')],
    env,
    cwd: ROOT,
  });
  const url = await untilReady(program, (output) => /GraphQL\s+(http:\S+)\/graphql/.exec(output)?.[1], 5);
  return { ...program, url, readyAfterMs: performance.now() - startedAt };
}

/** Brings `dist` up to date, as the first half of `npm start`; how long that took, in ms. */
export function compileGateway(): number {
  const startedAt = performance.now();
  execFileSync(process.execPath, [path.join(ROOT, 'build/compile.cjs')], { stdio: 'inherit', cwd: ROOT });
  return performance.now() - startedAt;
}
