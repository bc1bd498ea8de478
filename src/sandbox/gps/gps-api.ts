import type { FaultBoard, Hits } from '../faults/fault-board';
import type { FaultOf, Operation, Trait } from '../faults/fault';
import type { CallCounter } from '../faults/call-counter';
import { underFaults, type FailureFormats } from '../faults/under-faults';
import { EditRefused } from '../refusal';
import { json, type Answer, type WireReply } from '../wire/reply';
import type { WireRequest } from '../wire/request';
import { GPS_METHODS, type GpsMethod } from './gps-methods';
import { paramsOf } from './gps-params';
import type { GpsPortal } from './gps-portal';
import type { GpsSession } from './gps-sessions';
import { mountainTime } from './gps-wire';

/** What the API needs around its portal. `portal` is asked at every call, for switches may change. */
export interface GpsApiParts {
  readonly portal: () => GpsPortal;
  readonly faults: FaultBoard;
  readonly calls: CallCounter;
  readonly now: () => number;
}

/** Answers a call of `/v2/{class}/{method}`; `path` is what follows `/v2`. */
export type GpsApi = (path: readonly string[], request: WireRequest) => Promise<WireReply>;

/** The operations that faults and call counts know, `{class}/{method}`. */
export const GPS_OPERATIONS: readonly string[] = [
  ...GPS_METHODS.keys(),
  ...new Set([...GPS_METHODS.keys()].map((path) => `${path.split('/')[0] ?? ''}/methods`)),
];

interface Call {
  readonly className: string;
  readonly methodName: string;
  readonly params: ReadonlyMap<string, string>;
  readonly number: number;
}

/** The API over a portal: envelope, sessions, budget and faults; what a method does stands in `gps-methods.ts`. */
export function createGpsApi(parts: GpsApiParts): GpsApi {
  const budget = new DailyBudget(parts.now);
  let requestCount = 0;

  return async (path, request) => {
    const [className = '', methodName = ''] = path.map((segment) => segment.toLowerCase());
    const call = { className, methodName, params: paramsOf(request), number: ++requestCount };
    const name = `${className}/${methodName}`;
    const method = methodNamed(className, methodName);
    if (method === undefined) return envelope(404, call, parts, refused(404, 'Not Found'));
    const operation: Operation = { name, traits: new Set<Trait>(method.traits) };
    parts.calls.count(name);
    const hits = parts.faults.take(operation);
    return underFaults(hits, formats(call, parts), request.signal, () => {
      const { requestsPerDay } = parts.portal().switches;
      if (!budget.allows(requestsPerDay)) return rateLimited(call, parts, undefined);
      return answer(method, call, hits, parts);
    });
  };
}

function methodNamed(className: string, methodName: string): GpsMethod | undefined {
  if (methodName !== 'methods') return GPS_METHODS.get(`${className}/${methodName}`);
  const own = [...GPS_METHODS].filter(([path]) => path.startsWith(`${className}/`));
  if (own.length === 0) return undefined;
  const described = own.map(([path, { notes, params }]) => ({
    name: path.split('/')[1],
    notes,
    param: params,
  }));
  return {
    notes: 'Lists the methods of this class.',
    params: [],
    traits: className === 'heartbeat' ? [] : ['session'],
    run: () => described,
  };
}

function answer(method: GpsMethod, call: Call, hits: Hits, parts: GpsApiParts): Answer {
  const portal = parts.portal();
  const told = hits.of('error-200');
  if (told !== undefined) return envelope(200, call, parts, refused(told.code, told.message));
  const beside = hits.of('error-beside-ok');
  if (beside !== undefined) return errorBesideOk(beside, call, parts);
  const needsSession = method.traits.includes('session');
  if (hits.of('refuse-credentials') !== undefined && needsSession) {
    return envelope(200, call, parts, refused(403, 'Forbidden (access denied)'));
  }
  const token = call.params.get('session_token');
  if (hits.of('expire-session') !== undefined) portal.sessions.end(token ?? '');
  const session = portal.sessions.find(token, portal.switches.sessionTtlMs);
  if (needsSession && session === undefined) {
    return envelope(200, call, parts, refused(403, 'Forbidden (session does not exist)'));
  }
  try {
    const data = method.run({ params: call.params, portal, hits });
    return envelope(200, call, parts, { data, session });
  } catch (cause) {
    if (!(cause instanceof EditRefused)) throw cause;
    return envelope(200, call, parts, { ...refused(cause.status, cause.message), session });
  }
}

interface Outcome {
  readonly data?: unknown;
  readonly error?: { readonly code: number; readonly text: string };
  readonly session?: GpsSession | undefined;
}

function refused(code: number, text: string): Outcome {
  return { error: { code, text } };
}

/** The envelope (portals.md, D). An error comes with HTTP 200 as a rule (T). */
function envelope(status: number, call: Call, parts: GpsApiParts, outcome: Outcome): Answer {
  const tag = call.params.get('reference_tag');
  const head = {
    status: outcome.error === undefined ? 'OK' : 'ERROR',
    method: call.methodName,
    context: 'customer',
    request_time: mountainTime(parts.now()),
    ...(outcome.session === undefined ? {} : { session_start: mountainTime(outcome.session.startedAt) }),
    request_count: call.number,
    ...(tag === undefined ? {} : { reference_tag: tag.slice(0, 128) }),
  };
  if (outcome.error === undefined) return json(status, { head, data: outcome.data });
  return json(status, { head, errors: [errorOnWire(outcome.error, call, parts)], data: null });
}

// `code` is a number or a text, the words are under `message` or `error` (D, C): here in turn, call by call.
function errorOnWire(
  error: { readonly code: number; readonly text: string },
  call: Call,
  parts: GpsApiParts,
): object {
  const { errorShape } = parts.portal().switches;
  const numeric = errorShape === 'documented' || (errorShape === 'varied' && call.number % 2 === 0);
  const asMessage = errorShape === 'documented' || (errorShape === 'varied' && call.number % 4 < 2);
  const code = numeric ? error.code : String(error.code);
  return asMessage ? { code, message: error.text } : { code, error: error.text };
}

/** An error that does not show in the status, in any of the shapes that PHP gives a list of one. */
function errorBesideOk(fault: FaultOf<'error-beside-ok'>, call: Call, parts: GpsApiParts): Answer {
  const { code, message, shape } = fault;
  const error = { ...(code === undefined ? {} : { code }), message };
  const errors = shape === 'list' ? [error] : shape === 'object' ? { '0': error } : message;
  const told = envelope(200, call, parts, { data: null });
  return json(200, { ...(JSON.parse(told.body as string) as object), errors }); // an envelope is a text
}

function formats(call: Call, parts: GpsApiParts): FailureFormats {
  return {
    rateLimited: (retryAfterSeconds) => rateLimited(call, parts, retryAfterSeconds),
    refused: (status, message) => envelope(status, call, parts, refused(status, message)),
    serverError: (status) => envelope(status, call, parts, refused(status, 'Internal Server Error')),
  };
}

function rateLimited(call: Call, parts: GpsApiParts, retryAfterSeconds: number | undefined): Answer {
  const { headers, ...rest } = envelope(429, call, parts, refused(429, 'Too Many Requests'));
  // No Retry-After is documented (C); a proxy in front may still send one.
  const extra = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return { ...rest, headers: { ...headers, ...extra } };
}

const DAY_MS = 24 * 3_600_000;

/** The rolling window of 24 hours (C): waiting for it to empty may take hours. */
class DailyBudget {
  private times: number[] = [];

  constructor(private readonly now: () => number) {}

  allows(requestsPerDay: number | null): boolean {
    if (requestsPerDay === null) return true;
    const horizon = this.now() - DAY_MS;
    this.times = this.times.filter((time) => time > horizon);
    if (this.times.length >= requestsPerDay) return false;
    this.times.push(this.now());
    return true;
  }
}
