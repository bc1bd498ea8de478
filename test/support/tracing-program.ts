import { silentLogger } from '../../src/platform/logger';
import { inSpan, startTracing } from '../../src/platform/tracing';

// Run as a process of its own: the exporter loads its parts in a way that Jest does not have.
async function main(): Promise<void> {
  const stop = await startTracing({ role: 'worker' }, silentLogger);
  await inSpan('a call', { attributes: { portal: 'gps' } }, () =>
    Promise.reject(new TypeError('of Max Muster')),
  ).catch(() => undefined);
  await stop();
  process.stdout.write('stopped\n');
}

void main();
