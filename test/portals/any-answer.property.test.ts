import fc from 'fast-check';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { PortalError } from '../../src/driver/ports/portal-error';
import { driverId, gpsId } from '../../src/driver/ids';
import { createDriveriPortal, type HttpDriveriPortal } from '../../src/portals/driveri/driveri-portal';
import { parseDriversPage } from '../../src/portals/driveri/driveri-wire';
import { parseEnvelope } from '../../src/portals/gps/gps-envelope';
import { createGpsPortal, type HttpGpsPortal } from '../../src/portals/gps/gps-portal';
import { parseDrivers, toDriverIdReading, toGpsDriver } from '../../src/portals/gps/gps-wire';
import { parseJson } from '../../src/portals/json-body';
import { readText } from '../../src/portals/answer-text';
import { Unreadable } from '../../src/portals/portal-failure';
import { readRetryAfter } from '../../src/portals/retry-after';
import { startStub, type StubPortal } from './support/stub-portal';

/** Texts as they should not be: any code unit, and often the worst ones. */
const nastyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\0',
        '\ufffd',
        '\ud83d',
        '\ude00',
        '\u0085',
        '\u2028',
        '&#0;',
        '&amp;',
        '\n',
        'é',
        ' ',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

/** A piece of JSON text: numbers are written with more digits than a number holds. */
const anyJson: fc.Arbitrary<string> = fc.oneof(
  nastyText.map((text) => JSON.stringify(text)),
  fc.json({ maxDepth: 2 }),
  fc.bigInt().map(String),
  fc.tuple(fc.bigInt(), fc.nat()).map(([whole, fraction]) => `${whole}.${fraction}`),
  fc.constantFrom('-0', '1e400', '1E-7', 'true', 'null', '{}', '[]', '{"__proto__":{"id":7}}'),
);

const GPS_FIELDS = ['id', 'firstname', 'lastname', 'email', 'phone', 'timezone', 'ref_id', 'did'] as const;
const DRIVERI_FIELDS = [
  ...(['driverId', 'firstName', 'lastName', 'email', 'userName', 'enableDriveriApp'] as const),
  ...(['status', 'group', 'createdDate', 'updatedDate'] as const),
];

function rowWith(fields: readonly string[], good: Readonly<Record<string, unknown>>): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...fields), anyJson).map(([field, json]) => {
    const rest = Object.entries(good).filter(([key]) => key !== field);
    return `{${[...rest.map(([key, value]) => `"${key}":${JSON.stringify(value)}`), `"${field}":${json}`].join(',')}}`;
  });
}

/** What must not be in anything that is handed on. */
function expectStorable(value: unknown): void {
  const json = JSON.stringify(value, (_key, one: unknown) => (one instanceof Map ? [...one] : one));
  // A backslash that stands in the text is no escape of JSON.
  const texts = json.replaceAll('\\\\', '');
  expect(texts).not.toMatch(/\ufffd|\\u0000|\\ufffd/i);
  expect(texts).not.toMatch(/\\ud[89a-f]/i); // JSON.stringify escapes surrogates only when they are alone
  expect(texts).not.toMatch(/\\u00[01]|\\[nrtbf]|[\u007f-\u009f\u2028\u2029]/);
}

describe('any JSON value in any field', () => {
  test('of a GPS row: the other rows go on, and nothing altered is handed on', async () => {
    const good = { id: 7, firstname: 'A', lastname: 'B', did: 'X7' };
    await fc.assert(
      fc.asyncProperty(rowWith(GPS_FIELDS, good), async (row) => {
        const body = `{"head":{"status":"OK"},"data":[{"id":1,"lastname":"First"},${row},{"id":"2","lastname":"Last"}]}`;
        const envelope = parseEnvelope(body);
        const read = await parseDrivers(envelope.status === 'OK' ? envelope.data : null, 'did');
        const drivers = read.rows.map((one) => toGpsDriver(one, toDriverIdReading(one.driverIdField)));
        const ids = drivers.map((one) => one.gpsId);
        expect(ids.includes(gpsId('1')) || read.setAside.some(({ id }) => id === '1')).toBe(true);
        expect(ids.includes(gpsId('2')) || read.setAside.some(({ id }) => id === '2')).toBe(true);
        expect(drivers.length + read.setAside.length).toBeGreaterThanOrEqual(2);
        expectStorable({ drivers, setAside: read.setAside, cleaned: read.cleaned });
      }),
      { numRuns: 2_000 },
    );
  });

  test('of a Driveri row: the other rows go on, and nothing altered is handed on', () => {
    const good = { driverId: 'X7', firstName: 'A', status: 1, updatedDate: 1_700_000_000_000 };
    fc.assert(
      fc.property(rowWith(DRIVERI_FIELDS, good), (row) => {
        const { rows, setAside, cleaned } = parseDriversPage(
          `{"data":{"drivers":[{"driverId":"first"},${row},{"driverId":"last"}]},"totalCount":3}`,
          2_000_000_000_000,
        );
        expect(rows.length + setAside.length).toBe(3);
        expect(rows.map((one) => one.driverId)).toEqual(expect.arrayContaining(['first', 'last']));
        for (const { statusCode, createdDate, updatedDate } of rows) {
          for (const number of [statusCode, createdDate, updatedDate]) {
            expect(number === null || Number.isSafeInteger(number)).toBe(true);
          }
          expect(updatedDate ?? 0).toBeLessThanOrEqual(2_000_000_000_000);
        }
        expectStorable({ rows, setAside, cleaned });
      }),
      { numRuns: 2_000 },
    );
  });
});

test('a whole number of any length keeps every digit, as an id and as a DriverID', async () => {
  await fc.assert(
    fc.asyncProperty(fc.bigInt({ min: 0n, max: 10n ** 40n }), async (number) => {
      const { rows } = await parseDrivers(
        parseJson(`[{"id":${number},"lastname":"A","did":${number}}]`),
        'did',
      );
      expect(rows[0]?.gpsId).toBe(String(number));
      expect(toDriverIdReading(rows[0]?.driverIdField)).toEqual({ state: 'known', value: String(number) });
      const page = parseDriversPage(`{"data":{"drivers":[{"driverId":${number}}]}}`);
      expect(page.rows[0]?.driverId).toBe(String(number));
    }),
  );
});

test('JSON without numbers that would be rounded means what JSON.parse says', () => {
  fc.assert(
    fc.property(fc.jsonValue({ depthSize: 'small' }), (value) => {
      const body = JSON.stringify(value);
      expect(JSON.stringify(parseJson(body), unlossy)).toBe(JSON.stringify(JSON.parse(body)));
    }),
  );
});

function unlossy(_key: string, value: unknown): unknown {
  const isNumber =
    typeof value === 'object' && value !== null && 'isLosslessNumber' in value && 'value' in value;
  return isNumber ? Number(value.value) : value;
}

test('any bytes under any encoding: text without a replaced character, or Unreadable', async () => {
  const compressors = [(bytes: Uint8Array) => bytes, gzipSync, deflateSync, brotliCompressSync];
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(...compressors),
      fc.option(
        fc.constantFrom('gzip', 'deflate', 'br', 'GZIP', 'identity', 'zstd', 'gzip, br', 'constructor'),
        { nil: undefined },
      ),
      fc.option(
        fc.oneof(
          fc.constantFrom(
            'application/json; charset=latin1',
            'text/html; charset="utf-8"',
            'a/b; charset=utf-16le',
          ),
          fc.string().map((charset) => `application/json; charset=${charset}`),
        ),
        { nil: undefined },
      ),
      async (bytes, compress, encoding, type) => {
        const headers = { 'content-encoding': encoding, 'content-type': type };
        const text = await readText(compress(bytes), headers, 1_000).catch((error: unknown) => {
          expect(error).toBeInstanceOf(Unreadable);
          return '';
        });
        // The three bytes of U+FFFD itself are the portal's own: a row with it is set aside later.
        if (!Buffer.from(bytes).includes(Buffer.from('\ufffd')) && !(type ?? '').includes('utf-16')) {
          expect(text).not.toContain('\ufffd');
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

test('any Retry-After is a wait between a second and an hour, or none', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.integer().map(String), fc.date().map(String), fc.bigInt().map(String)),
      fc.integer(),
      (header, at) => {
        const wait = readRetryAfter(header, at);
        expect(wait === undefined || (wait >= 1_000 && wait <= 3_600_000)).toBe(true);
      },
    ),
  );
});

describe('any answer over HTTP', () => {
  let stub: StubPortal;
  let gps: HttpGpsPortal;
  let driveri: HttpDriveriPortal;
  let next: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
  };

  beforeAll(async () => {
    stub = await startStub((seen, response) => {
      if (seen.url.endsWith('/userauth/login'))
        return void response.end('{"head":{"status":"OK"},"data":{"token":"t"}}');
      if (seen.url.includes('/auth/tokens')) {
        return void response.end(`{"data":[{"accessToken":"t","expiresOn":${Date.now() + 1e9},"scope":""}]}`);
      }
      response.writeHead(next.status, next.headers).end(next.body);
    });
    const limits = {
      requestsPerSecond: 1e6,
      breakerFailures: 1e6,
      repeatAfterMs: [],
      pauseMs: 1,
      timeoutMs: 5_000,
    };
    const field = { kind: 'field', name: 'did' } as const;
    gps = createGpsPortal({
      ...limits,
      baseUrl: stub.origin,
      username: 'u',
      appToken: 'a',
      driveriDriverIdField: field,
    });
    driveri = createDriveriPortal({
      ...limits,
      baseUrl: stub.origin,
      tenant: 't',
      clientId: 'c',
      clientSecret: 's',
    });
  });
  afterAll(async () => {
    await stub.close();
    await Promise.all([gps.close(), driveri.close()]);
  });

  const anyBody = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    anyJson.map((text) => Buffer.from(text)),
    fc
      .tuple(anyJson, anyJson, anyJson)
      .map(([head, errors, data]) => Buffer.from(`{"head":${head},"errors":${errors},"data":${data}}`)),
    anyJson.map((data) => Buffer.from(`{"head":{"status":"OK"},"data":${data}}`)),
    fc
      .tuple(anyJson, anyJson)
      .map(([rows, total]) => Buffer.from(`{"data":{"drivers":${rows}},"totalCount":${total}}`)),
    anyJson.map((error) => Buffer.from(`{"error":${error}}`)),
    anyJson.map((message) => Buffer.from(`{"error":{"message":${message},"messageCode":${message}}}`)),
  );
  const headerText = fc.string({ maxLength: 20 }).map((text) => text.replace(/[^\x20-\x7e]/g, ''));
  const anyHeaders = fc.dictionary(
    fc.constantFrom('content-type', 'content-encoding', 'retry-after', 'date', 'x-anything', 'location'),
    fc.oneof(
      headerText,
      fc.constantFrom('gzip', 'application/json; charset=latin1', '-1', '1893456000', 'text/html'),
    ),
  );

  test('no call throws anything but a PortalError, or hands on an altered text', async () => {
    const calls: readonly (() => Promise<unknown>)[] = [
      () => gps.listDrivers(),
      () => gps.readDriver(gpsId('7')),
      () => gps.listGroups(),
      () => gps.createDriver({ lastName: 'Lee' }),
      () => driveri.listDrivers(),
      () => driveri.changedSince(0),
      () => driveri.readDriver(driverId('X7')),
      () => driveri.createDriver({ driverId: driverId('X7'), firstName: 'A' }),
      () => driveri.updateDriver(driverId('X7'), { lastName: 'Lee' }),
    ];
    const status = fc.constantFrom(200, 200, 200, 201, 302, 400, 401, 403, 404, 409, 500, 503);
    await fc.assert(
      fc.asyncProperty(
        status,
        anyHeaders,
        anyBody,
        fc.constantFrom(...calls),
        async (code, headers, body, call) => {
          next = { status: code, headers, body };
          const result = await call().catch((error: unknown) => {
            if (!(error instanceof PortalError)) throw error;
            const { message, causeInWords, portalCode, setAside } = error;
            return { message, causeInWords, portalCode, setAside };
          });
          expectStorable(result ?? null);
        },
      ),
      { numRuns: 500 },
    );
  }, 60_000);
});
