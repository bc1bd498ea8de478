import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runTypeScript } from '../support/run-typescript';

test('spans are sent to the endpoint that the environment names, the last ones when tracing stops', async () => {
  const received: { path: string; text: string }[] = [];
  const collector = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      received.push({ path: request.url ?? '', text });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo; // a TCP server that listens has one
  const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
  const program = runTypeScript('test/support/tracing-program.ts', [], env);
  const [code] = (await once(program, 'exit')) as [number | null]; // Node says so
  collector.closeAllConnections();
  await new Promise((resolve) => collector.close(resolve));
  expect(code).toBe(0);
  const [first] = received;
  expect(first?.path).toBe('/v1/traces');
  expect(first?.text).toContain('"a call"');
  expect(first?.text).toContain('TypeError');
  expect(first?.text).not.toContain('Muster');
  expect(first?.text).toContain('driver-sync-gateway');
});
