// The type only; the value is what the setup left on globalThis.
import type {} from './global-setup';

/** Stops the run's servers, and says last of all, where it is seen, what was not tested. */
export default async function stopServers(): Promise<void> {
  const run = globalThis.testRunServers;
  await Promise.all((run?.started ?? []).map((server) => server.stop()));
  for (const suites of run?.leftOut ?? []) process.stderr.write(`\nLEFT OUT: ${suites}\n`);
}
