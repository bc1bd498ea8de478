import { Pool } from 'undici';
import type { DriveriSandbox } from '../../src/sandbox/sandbox';

import type { Row } from './gps-caller';

/** What a body may hold, all at once: a test reads what it expects and fails if that is not there. */
export interface DriveriBody {
  readonly data: Row & {
    readonly drivers: readonly Row[];
    readonly groups: readonly Row[];
    readonly configuration: Readonly<Record<string, readonly Row[]>>;
    readonly accessToken: string;
  };
  readonly links: Row;
  readonly totalCount: number;
  readonly error: Row;
}

/** An answer of Driveri as it came over the wire. */
export interface DriveriAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly body: DriveriBody;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Speaks to Driveri as the vendor's client does. */
export class DriveriCaller {
  private readonly pool: Pool;
  private readonly base: string;
  token = '';

  constructor(private readonly driveri: DriveriSandbox) {
    const { origin, pathname } = new URL(driveri.url);
    this.pool = new Pool(origin);
    this.base = pathname;
  }

  async logIn(): Promise<this> {
    this.token = (await this.basic('POST', '/v1/auth/token')).body.data.accessToken;
    return this;
  }

  basic(method: Method, path: string): Promise<DriveriAnswer> {
    const { clientId, clientSecret } = this.driveri;
    const credentials = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    return this.send(method, path, { authorization: `Basic ${credentials}` });
  }

  /** A call below the tenant, with the token. */
  call(method: Method, path: string, body?: object): Promise<DriveriAnswer> {
    return this.send(
      method,
      `/v1/tenants/${this.driveri.tenant}/${path}`,
      { authorization: `bearer ${this.token}` },
      body,
    );
  }

  async send(
    method: Method,
    path: string,
    headers: Record<string, string>,
    body?: object,
  ): Promise<DriveriAnswer> {
    // As raw as it is: a URL would resolve the encoded dots of a DriverID like '..'.
    const answer = await this.pool.request({
      path: `${this.base}${path}`,
      method,
      headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, headers: answer.headers, text, body: parsed(text) };
  }

  /** The driver as the API tells them, or undefined. */
  async get(driverId: string): Promise<Row | undefined> {
    const { body } = await this.call('GET', `driver?driverId=${encodeURIComponent(driverId)}`);
    // A 404 has no data.
    return (body.data as DriveriBody['data'] | null | undefined)?.drivers[0];
  }

  /** Every row of a listing, page by page until a page is empty. */
  async listAll(query = 'showAll=true', limit = 200): Promise<readonly Row[]> {
    const rows: Row[] = [];
    for (let offset = 0; ; offset += limit) {
      const { body } = await this.call('GET', `drivers?${query}&offset=${offset}&limit=${limit}`);
      if (body.data.drivers.length === 0) return rows;
      rows.push(...body.data.drivers);
    }
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }
}

// What comes is what the tests are about: they, not this, say whether it is right.
function parsed(text: string): DriveriBody {
  try {
    return JSON.parse(text);
  } catch {
    return Object.assign(Object.create(null), { unreadable: text });
  }
}
