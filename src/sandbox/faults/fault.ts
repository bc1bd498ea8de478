import { z } from 'zod';

const common = {
  /** Which calls it hits: an operation's name, or `*` for all. */
  operation: z.string().default('*'),
  /** How many calls it hits; left out: every call until it is cleared. */
  times: z.int().min(1).optional(),
  /** Waits so long before anything else; default 0, for `slow` 2,000. */
  delayMs: z.number().min(0).optional(),
};
const when = z.enum(['before', 'after']).default('before');

/**
 * What can go wrong with a call, one variant per way. "Before" and "after" speak of the call's effect: after it, the
 * portal has done what was asked and the caller does not know.
 *
 * | kind | what the caller sees |
 * |---|---|
 * | `slow` | the right answer, late |
 * | `hold` | nothing until the fault is cleared, then the right answer: for tests that order two calls |
 * | `hang` | nothing, ever |
 * | `reset-before`, `reset-after` | the connection breaks |
 * | `cut` | half an answer, then the connection breaks; the effect has taken place |
 * | `rate-limit` | 429, with `Retry-After` if `retryAfterSeconds` is given |
 * | `server-error` | 500, or 502, 503, 504 |
 * | `html` | 200 and a page, as from a proxy |
 * | `empty-body` | 200 and nothing |
 * | `error-200` | GPS: 200 with `status: ERROR` and the given code |
 * | `refuse-credentials` | log-in or token refused; on other operations: not allowed |
 * | `expire-session` | GPS: the call's session ends before the call |
 * | `revoke-token` | Driveri: the call's token is revoked before the call |
 * | `missing-scope` | Driveri: 403 that names the scope |
 * | `empty-list` | a listing without rows that looks complete |
 * | `partial-list` | a listing with the share `keep` of its rows; Driveri's total is that of the rest, unless `tellTotal` |
 * | `duplicate-rows` | a listing that has its first row twice |
 * | `drop-field` | a listing that lacks `field` in the share `share` of its rows (default: all) |
 * | `moving-pages` | Driveri: rows sorted by change and shifted by one from call to call |
 * | `stale` | reads answer the state of `writesAgo` writes, or `agoMs` milliseconds, ago |
 * | `renumber-statuses` | Driveri: other status codes |
 * | `clear-unsent` | Driveri: PUT clears the fields it was not sent |
 * | `refuse` | the portal's own refusal with this HTTP status and these words |
 * | `redirect` | 302 to another place |
 * | `swallow` | OK to a write that has no effect |
 * | `error-beside-ok` | GPS: an error beside `head.status: OK`; the call has no effect |
 * | `set-field` | a listing in which `field` is this piece of JSON, in the rows with these `ids`, else in the first |
 * | `reshape` | a listing as PHP writes it: an object with numbers for keys, with a gap, or one bare row |
 * | `compress` | the right answer, compressed |
 * | `latin-1` | the right answer in Latin-1, with or without a charset in its header |
 */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('slow'), ...common }),
  z.strictObject({ kind: z.literal('hold'), when, ...common }),
  z.strictObject({ kind: z.literal('hang'), when, ...common }),
  z.strictObject({ kind: z.literal('reset-before'), ...common }),
  z.strictObject({ kind: z.literal('reset-after'), ...common }),
  z.strictObject({ kind: z.literal('cut'), ...common }),
  z.strictObject({
    kind: z.literal('rate-limit'),
    retryAfterSeconds: z.int().min(0).optional(),
    /** The header as it is sent, instead. */
    retryAfter: z.string().optional(),
    /** The answer's own `Date`, so far from the right one. */
    dateOffsetMs: z.number().optional(),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('server-error'),
    status: z.literal([500, 502, 503, 504]).default(500),
    when,
    ...common,
  }),
  z.strictObject({
    kind: z.literal('html'),
    when,
    status: z.int().min(200).max(599).default(200),
    title: z.string().default('Scheduled maintenance'),
    ...common,
  }),
  z.strictObject({ kind: z.literal('empty-body'), when, ...common }),
  z.strictObject({
    kind: z.literal('error-200'),
    code: z.int().default(500),
    message: z.string().default('Internal Server Error'),
    ...common,
  }),
  z.strictObject({ kind: z.literal('refuse-credentials'), ...common }),
  z.strictObject({ kind: z.literal('expire-session'), ...common }),
  z.strictObject({ kind: z.literal('revoke-token'), ...common }),
  z.strictObject({ kind: z.literal('missing-scope'), ...common }),
  z.strictObject({ kind: z.literal('empty-list'), ...common }),
  z.strictObject({
    kind: z.literal('partial-list'),
    keep: z.number().min(0).max(1).default(0.5),
    tellTotal: z.boolean().default(false),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('duplicate-rows'),
    /** This field differs in the second one. */
    differingIn: z.string().optional(),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('drop-field'),
    field: z.string(),
    share: z.number().min(0).max(1).default(1),
    ...common,
  }),
  z.strictObject({ kind: z.literal('moving-pages'), ...common }),
  z.strictObject({
    kind: z.literal('stale'),
    writesAgo: z.int().min(0).optional(),
    agoMs: z.number().min(0).optional(),
    ...common,
  }),
  z.strictObject({ kind: z.literal('renumber-statuses'), ...common }),
  z.strictObject({ kind: z.literal('clear-unsent'), ...common }),
  z.strictObject({
    kind: z.literal('refuse'),
    status: z.int().min(400).max(499).default(400),
    message: z.string().default('Bad Request'),
    ...common,
  }),
  z.strictObject({ kind: z.literal('redirect'), location: z.string().default('/elsewhere'), ...common }),
  z.strictObject({ kind: z.literal('swallow'), ...common }),
  z.strictObject({
    kind: z.literal('error-beside-ok'),
    code: z.union([z.int(), z.string()]).optional(),
    message: z.string().default('Internal error'),
    shape: z.enum(['list', 'object', 'text']).default('object'),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('set-field'),
    field: z.string(),
    /** A piece of JSON, word for word: so it can be what no parser hands on. */
    json: z.string(),
    /** GPS ids or DriverIDs; left out: the first row. */
    ids: z.array(z.string()).readonly().optional(),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('reshape'),
    shape: z.enum(['numbered', 'bare']).default('numbered'),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('compress'),
    encoding: z.enum(['gzip', 'deflate', 'raw-deflate', 'br']).default('gzip'),
    ...common,
  }),
  z.strictObject({ kind: z.literal('latin-1'), announced: z.boolean().default(true), ...common }),
]);

/** A fault as it is asked for: defaults may be left out. */
export type FaultInput = z.input<typeof faultSchema>;

/** A fault as it is in force. */
export type Fault = Readonly<z.output<typeof faultSchema>>;

export type FaultKind = Fault['kind'];

/** The fault of one kind. */
export type FaultOf<Kind extends FaultKind> = Extract<Fault, { readonly kind: Kind }>;

/** What an operation is like; decides which faults can hit it. */
export type Trait = 'list' | 'read' | 'write' | 'edit' | 'session';

/** An operation that faults and call counts go by. */
export interface Operation {
  readonly name: string;
  readonly traits: ReadonlySet<Trait>;
}

const NEEDED_TRAIT: Partial<Readonly<Record<FaultKind, Trait>>> = {
  'expire-session': 'session',
  'revoke-token': 'session',
  'missing-scope': 'session',
  'empty-list': 'list',
  'partial-list': 'list',
  'duplicate-rows': 'list',
  'drop-field': 'list',
  'moving-pages': 'list',
  stale: 'read',
  'clear-unsent': 'edit',
  swallow: 'write',
  'set-field': 'list',
  reshape: 'list',
};

const ENDS_THE_CALL: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'reset-before',
  'rate-limit',
  'error-200',
  'refuse-credentials',
  'missing-scope',
  'refuse',
  'redirect',
  'error-beside-ok',
]);

/** Whether the fault can hit a call of that operation: a listing's fault never hits, nor is used up by, a write. */
export function concerns(fault: Fault, operation: Operation): boolean {
  if (fault.operation !== '*' && fault.operation !== operation.name) return false;
  const needed = NEEDED_TRAIT[fault.kind];
  return needed === undefined || operation.traits.has(needed);
}

/** Whether a call that this fault hits goes no further, so that no other fault is used up by it. */
export function endsTheCall(fault: Fault): boolean {
  if (ENDS_THE_CALL.has(fault.kind)) return true;
  return 'when' in fault && fault.when === 'before' && fault.kind !== 'hold';
}
