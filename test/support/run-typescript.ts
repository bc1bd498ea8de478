import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';

// What Jest does for its tests, for a process without Jest: every .ts file goes through SWC when it is required.
const BOOTSTRAP = `
const { transformFileSync } = require('@swc/core');
const options = {
  swcrc: false,
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
  module: { type: 'commonjs', ignoreDynamic: true },
};
require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file, options).code, file);
require('reflect-metadata');
process.argv.splice(1, 0, '-e');
require(process.argv[2]);
`;

const ROOT = path.join(__dirname, '..', '..');

/**
 * Runs a TypeScript file (a path from the project's root) in a process of its own, for tests that kill one. Its arguments
 * are in `process.argv` from index 3 on; its standard output is piped, its errors are shown.
 */
export function runTypeScript(file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  return spawn(process.execPath, ['-e', BOOTSTRAP, path.join(ROOT, file), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: ROOT,
    env,
  });
}

/** The same, for a program that is talked to: it and its parent can `send`. It ends when its parent does. */
export function forkTypeScript(file: string): ChildProcess {
  return spawn(process.execPath, ['-e', BOOTSTRAP, path.join(ROOT, file)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    cwd: ROOT,
  });
}
