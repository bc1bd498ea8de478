import { Pool } from 'undici';
import type { GpsSandbox } from '../../src/sandbox/sandbox';

/** One row of a listing. */
export type Row = Readonly<Record<string, unknown>>;

/** What `data` may be, all at once: a test reads what it expects and fails if that is not there. */
export type GpsData = readonly Row[] & { readonly token: string };

/** An answer of the GPS portal as it came over the wire. */
export interface GpsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly head: Readonly<Record<string, unknown>>;
  readonly errors: readonly Readonly<Record<string, unknown>>[];
  readonly data: GpsData;
}

/** Speaks to the GPS portal as the vendor's client does: form posts, the session among the fields. */
export class GpsCaller {
  private readonly pool: Pool;
  private readonly base: string;
  token = '';

  constructor(private readonly gps: GpsSandbox) {
    const { origin, pathname } = new URL(gps.url);
    this.pool = new Pool(origin);
    this.base = pathname;
  }

  async logIn(): Promise<this> {
    const { username, appToken } = this.gps;
    this.token = (await this.call('userauth/login', { username, app_token: appToken })).data.token;
    return this;
  }

  call(method: string, params: Readonly<Record<string, string>> = {}): Promise<GpsAnswer> {
    const fields = this.token === '' ? params : { session_token: this.token, ...params };
    return this.send(`/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    });
  }

  async send(
    path: string,
    options: { method: 'GET' | 'POST'; headers?: Record<string, string>; body?: string },
  ): Promise<GpsAnswer> {
    // As raw as it is: a URL would resolve the encoded dots of a DriverID like '..'.
    const answer = await this.pool.request({
      path: `${this.base}${path}`,
      ...options,
    });
    const text = await answer.body.text();
    return { ...parsed(text), status: answer.statusCode, headers: answer.headers, text };
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }
}

// What comes is what the tests are about: they, not this, say whether it is right.
function parsed(text: string): Pick<GpsAnswer, 'head' | 'errors' | 'data'> {
  try {
    return { errors: [], ...JSON.parse(text) };
  } catch {
    return { head: {}, errors: [], data: Object.assign([], { token: '' }) };
  }
}
