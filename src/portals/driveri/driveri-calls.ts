import type { CallOptions } from '../../driver/ports/portal-call';
import type { HttpAnswer, HttpRequest } from '../http-client';
import type { PortalConnection, Received } from '../portal-connection';
import { portalFailure, type PortalOperation } from '../portal-failure';
import type { SharedGrant } from '../shared-grant';
import { driveriFailure, type Scope } from './driveri-refusal';
import { webPageIn } from '../web-page';
import { hasLoneSurrogate, toSegment, type DriveriToken } from './driveri-wire';

/** A call below `/v1/tenants/{t}`. */
export interface DriveriCall<Value> {
  readonly name: string;
  readonly effect: PortalOperation['effect'];
  readonly method: HttpRequest['method'];
  /** Path segments, not encoded yet. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly scope: Scope;
  readonly isAboutOneDriver?: boolean;
  /** What was sent that is somebody's data: not to be repeated in messages. */
  readonly sent?: readonly string[];
  readonly read: (body: string, answer: HttpAnswer) => Value;
  /** For a call that takes longer than others. */
  readonly timeoutMs?: number;
  /** What a 404 about the driver brings; without it, it is an error of kind `not-found`. */
  readonly absent?: Value;
}

/** Calls Driveri for one tenant, with the account's token. Throws `PortalError`. */
export type CallDriveri = <Value>(call: DriveriCall<Value>, options: CallOptions) => Promise<Received<Value>>;

/** The answer to a call whose token was refused: it had no effect. */
const UNAUTHORIZED = Symbol('unauthorized');

export function createCallDriveri(
  connection: PortalConnection,
  token: SharedGrant<DriveriToken>,
  tenant: string,
): CallDriveri {
  return async (call, options) => {
    const operation: PortalOperation = { portal: 'driveri', name: call.name, effect: call.effect };
    const path = pathOf(operation, ['v1', 'tenants', tenant, ...call.path], call.query);
    const once = (held: DriveriToken) => {
      const request = {
        operation,
        method: call.method,
        path,
        headers: headersOf(call, held),
        body: call.body,
        timeoutMs: call.timeoutMs,
      };
      return connection.send(request, options, (answer) => {
        if (answer.status < 400) return call.read(answer.body, answer);
        // A firewall's page says nothing of the token.
        if (answer.status === 401 && webPageIn(answer.body) === null) return UNAUTHORIZED;
        const { scope, isAboutOneDriver = false, sent = [] } = call;
        const failure = driveriFailure({ operation, scope, isAboutOneDriver, sent }, answer);
        if (failure.kind === 'not-found' && call.absent !== undefined) return call.absent;
        throw failure;
      });
    };
    const held = await token.current();
    const first = await once(held);
    if (first.value !== UNAUTHORIZED) return { ...first, value: first.value };
    const second = await once(await token.insteadOf(held));
    if (second.value !== UNAUTHORIZED) return { ...second, value: second.value };
    throw portalFailure(operation, 'credentials', 'another token was refused too', { portalCode: '401' });
  };
}

function headersOf({ body }: DriveriCall<unknown>, token: DriveriToken): Readonly<Record<string, string>> {
  return {
    accept: 'application/json',
    'accept-language': 'en-US',
    authorization: `bearer ${token.accessToken}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
}

function pathOf(
  operation: PortalOperation,
  segments: readonly string[],
  query: Readonly<Record<string, string>> = {},
): string {
  const encoded = segments.map(toSegment);
  const pairs = Object.entries(query).map(([name, value]) => [name, toQueryValue(value)] as const);
  if (encoded.includes(null) || pairs.some(([, value]) => value === null)) {
    throw portalFailure(operation, 'rejected', 'a DriverID like this cannot stand in a web address');
  }
  const search = pairs.map(([name, value]) => `${name}=${value ?? ''}`).join('&');
  return `/${encoded.join('/')}${search === '' ? '' : `?${search}`}`;
}

/** As a path segment, but a dot is nothing special here. */
function toQueryValue(value: string): string | null {
  return hasLoneSurrogate(value) ? null : encodeURIComponent(value);
}
