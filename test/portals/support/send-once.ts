import { PortalError } from '../../../src/driver/ports/portal-error';
import { createHttpClient } from '../../../src/portals/http-client';

/** A process that sends one read to the portal at this base URL, and prints the answer's body or the cause of the failure. */
async function main(baseUrl: string): Promise<void> {
  const client = createHttpClient('gps', {
    baseUrl,
    timeoutMs: 10_000,
    maxAnswerBytes: 10_000,
    connections: 1,
  });
  const operation = { portal: 'gps', name: 'driver/list', effect: 'read' } as const;
  const said = await client.send({ operation, method: 'GET', path: '/', headers: {} }).then(
    ({ body }) => body,
    (error: unknown) => {
      if (!(error instanceof PortalError)) throw error;
      return error.causeInWords;
    },
  );
  process.stdout.write(said);
  await client.close();
}

void main(process.argv[3] ?? '');
