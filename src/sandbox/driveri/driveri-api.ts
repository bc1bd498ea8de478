import { STATUS_CODES } from 'node:http';
import type { CallCounter } from '../faults/call-counter';
import type { FaultBoard, Hits } from '../faults/fault-board';
import { underFaults, type FailureFormats } from '../faults/under-faults';
import { EditRefused } from '../refusal';
import { html, json, type Answer, type WireReply } from '../wire/reply';
import type { WireRequest } from '../wire/request';
import type { Page } from './driveri-listing';
import { DRIVERI_OPERATIONS, type DriveriOperation, type DriveriResult } from './driveri-operations';
import type { DriveriPortal } from './driveri-portal';
import { routeOf, type DriveriRoute } from './driveri-routes';
import type { DriveriSwitches } from './driveri-switches';

/** What the API needs around its portal. `portal` is asked at every call, for switches may change. */
export interface DriveriApiParts {
  readonly portal: () => DriveriPortal;
  readonly faults: FaultBoard;
  readonly calls: CallCounter;
  readonly now: () => number;
}

/** Answers a call below `/driveri`; `path` is what follows it. */
export type DriveriApi = (path: readonly string[], request: WireRequest) => Promise<WireReply>;

/** The API over a portal: envelope, credentials, pace and faults; what an operation does stands in its own file. */
export function createDriveriApi(parts: DriveriApiParts): DriveriApi {
  const pace = new Pace(parts.now);
  return async (path, request) => {
    const route = routeOf(request.method, path);
    const operation = DRIVERI_OPERATIONS.find(({ name }) => name === route?.operation);
    const respondTo = responder(request, parts);
    if (isRefusedOnTheWay(request, parts.portal().switches)) {
      return html(
        404,
        '<!DOCTYPE HTML><html><head><title>404 Not Found</title></head><body>Not Found</body></html>',
      );
    }
    if (route === undefined || operation === undefined) {
      return respondTo.refusal(new EditRefused(404, 'NOT_FOUND', 'There is no such resource'));
    }
    parts.calls.count(operation.name);
    const hits = parts.faults.take({ name: operation.name, traits: new Set(operation.traits) });
    return underFaults(hits, respondTo, request.signal, () => {
      if (!pace.allows(parts.portal().switches.requestsPerSecond)) return respondTo.rateLimited(1);
      return perform(operation, route, hits, { request, parts, respondTo });
    });
  };
}

/** A proxy with `AllowEncodedSlashes Off` or the like answers by itself. */
function isRefusedOnTheWay({ target }: WireRequest, { refusedInPaths }: DriveriSwitches): boolean {
  const path = (target.split('?')[0] ?? '').toLowerCase();
  return refusedInPaths.some((character) => path.includes(encodeURIComponent(character).toLowerCase()));
}

interface Around {
  readonly request: WireRequest;
  readonly parts: DriveriApiParts;
  readonly respondTo: Responder;
}

function perform(operation: DriveriOperation, route: DriveriRoute, hits: Hits, around: Around): Answer {
  const { request, respondTo } = around;
  const portal = around.parts.portal();
  const bearer = credential(request, 'bearer');
  try {
    if (hits.of('revoke-token') !== undefined) portal.tokens.revoke(bearer ?? '');
    checkCredentials(operation, bearer, hits, { request, portal });
    checkScope(operation, hits, portal);
    // The emulation's choice: another tenant is not there.
    if (route.tenant !== undefined && route.tenant !== portal.credentials.tenant) {
      throw new EditRefused(404, 'TENANT_NOT_FOUND', 'There is no such tenant');
    }
    const call = { request, argument: route.argument, bearer: bearer ?? '', portal, hits };
    return respondTo.success(operation.run(call), portal);
  } catch (cause) {
    if (!(cause instanceof EditRefused)) throw cause;
    return respondTo.refusal(cause);
  }
}

function checkCredentials(
  operation: DriveriOperation,
  bearer: string | undefined,
  hits: Hits,
  { request, portal }: { readonly request: WireRequest; readonly portal: DriveriPortal },
): void {
  const accepted =
    operation.auth === 'bearer'
      ? bearer !== undefined && portal.tokens.isActive(bearer)
      : isBasic(credential(request, 'basic'), portal);
  if (accepted && hits.of('refuse-credentials') === undefined) return;
  const told =
    operation.auth === 'bearer' ? 'Access token is invalid or expired' : 'Client credentials are invalid';
  throw new EditRefused(401, 'UNAUTHORIZED', told);
}

function checkScope({ scope }: DriveriOperation, hits: Hits, { switches }: DriveriPortal): void {
  if (switches.scopes.includes(scope) && hits.of('missing-scope') === undefined) return;
  throw new EditRefused(403, 'SCOPE_MISSING', `The API key lacks the scope "${scope}"`);
}

// The scheme in any case: the vendor's client writes `bearer` (portals.md, C).
function credential({ headers }: WireRequest, scheme: 'basic' | 'bearer'): string | undefined {
  const [, found, value] = /^(\S+)\s+(\S+)$/.exec(headers.authorization ?? '') ?? [];
  return found?.toLowerCase() === scheme ? value : undefined;
}

function isBasic(value: string | undefined, { credentials }: DriveriPortal): boolean {
  if (value === undefined) return false;
  return (
    Buffer.from(value, 'base64').toString('utf8') === `${credentials.clientId}:${credentials.clientSecret}`
  );
}

interface Responder extends FailureFormats {
  success(result: DriveriResult, portal: DriveriPortal): Answer;
  refusal(refused: EditRefused): Answer;
}

function responder(request: WireRequest, parts: DriveriApiParts): Responder {
  const fail = (
    status: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ): Answer => {
    const error = {
      timestamp: new Date(parts.now()).toISOString(),
      status,
      error: STATUS_CODES[status] ?? 'Error',
      message,
      messageCode: code,
      path: request.target.split('?')[0],
    };
    // `data` is absent or null (portals.md, C): here by the status.
    return json(status, status % 2 === 0 ? { data: null, error } : { error }, headers);
  };
  return {
    success: ({ data, page }, portal) =>
      json(
        200,
        page === undefined
          ? { data }
          : { data, links: linksOf(page, request, portal), totalCount: page.total },
      ),
    refusal: ({ status, code, message }) => fail(status, code, message),
    refused: (status, message) => fail(status, 'REFUSED', message),
    rateLimited: (seconds) =>
      fail(
        429,
        'TOO_MANY_REQUESTS',
        'Too many requests',
        seconds === undefined ? {} : { 'retry-after': `${seconds}` },
      ),
    serverError: (status) => fail(status, 'INTERNAL_ERROR', 'Something went wrong'),
  };
}

// Absolute URLs that may name another host (C): who follows them ends up there.
function linksOf(page: Page<unknown>, request: WireRequest, { switches }: DriveriPortal): object {
  const path = (request.target.split('?')[0] ?? '').replace(/^\/driveri/i, '');
  const to = (offset: number): string => {
    const query = new URLSearchParams(request.query);
    query.set('offset', String(offset));
    query.set('limit', String(page.limit));
    return `${switches.linkBase}${path}?${query.toString()}`;
  };
  const last = Math.max(0, Math.ceil(page.total / page.limit) - 1) * page.limit;
  return {
    self: to(page.offset),
    next: page.offset + page.limit < page.total ? to(page.offset + page.limit) : null,
    prev: page.offset > 0 ? to(Math.max(0, page.offset - page.limit)) : null,
    first: to(0),
    last: to(last),
  };
}

/** At most so many requests in any second. */
class Pace {
  private times: number[] = [];

  constructor(private readonly now: () => number) {}

  allows(requestsPerSecond: number | null): boolean {
    if (requestsPerSecond === null) return true;
    const horizon = this.now() - 1_000;
    this.times = this.times.filter((time) => time > horizon);
    if (this.times.length >= requestsPerSecond) return false;
    this.times.push(this.now());
    return true;
  }
}
