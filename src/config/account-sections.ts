import { DEFAULT_LIMITS } from '../driver/guard/guards';
import { z } from 'zod';
import { Secret } from '../platform/secret';
import type {
  AccountConfig,
  DriverIdField,
  DriveriAccount,
  GpsAccount,
  NotifyTarget,
} from './account-config';

/** Keys that nobody reads are misspelt ones: the message names those that there are. */
function section<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `has no ${issue.keys.map((key) => `"${key}"`).join(', ')}; give ${Object.keys(shape).join(', ')}`
        : 'is missing; give a section with its keys',
  });
}

const text = z
  .string({ error: ({ input }) => notText(input) })
  .trim()
  .min(1, 'is empty; give a text');
const secret = text.transform((value) => new Secret(value));

// YAML reads 0042 as 42, 1e5 as 100000, and loses the last digits of a long number: what a person wrote is gone by now.
function notText(input: unknown): string {
  if (typeof input === 'number' || typeof input === 'bigint') {
    return 'was read as a number, and its digits may have changed; put the value in quotes';
  }
  if (typeof input === 'boolean') return 'was read as true or false; put the value in quotes';
  if (input === undefined || input === null) return 'is missing; give a text';
  return 'is a list or a section; give a text';
}

const baseUrl = text
  .refine(
    isPlainUrl,
    'is not a base URL; give one like https://api.example.com/v2, without query or credentials',
  )
  .transform((url) => url.replace(/\/+$/, ''));

const gps = section({
  baseUrl,
  username: text,
  appToken: secret,
  requestsPerDay: wholeNumber(1, 10_000_000).default(20_000),
  driveriDriverIdField: text
    .regex(
      /^(attribute:.+|[A-Za-z_][A-Za-z0-9_]*)$/,
      'give a field of driver/list, "attribute:<key>", or "none"',
    )
    .default('driveri_driver_id')
    .transform(toDriverIdField),
  hookSecret: text
    .min(16, 'is too short to be a secret; give 16 characters or more')
    .transform((value) => new Secret(value))
    .optional(),
});

const driveri = section({
  baseUrl,
  tenant: text,
  clientId: text,
  clientSecret: secret,
  requestsPerSecond: z
    .number('give a number of requests a second')
    .positive('give a number above 0')
    .max(1000, 'give a number up to 1000')
    .default(5),
  removedStatus: z
    .union([text, z.number().int()], {
      error: 'give the description or the code of the status that means removed',
    })
    .transform(String)
    .optional(),
});

const guards = section({
  maxInferredRemovals: wholeNumber(0, 1_000_000).default(DEFAULT_LIMITS.maxInferredRemovals),
  maxInferredRemovalsPercent: percent(DEFAULT_LIMITS.maxInferredRemovalsPercent),
  maxIdentityChanges: wholeNumber(0, 1_000_000).default(DEFAULT_LIMITS.maxIdentityChanges),
  maxIdentityChangesPercent: percent(DEFAULT_LIMITS.maxIdentityChangesPercent),
  warnChangedPercent: percent(DEFAULT_LIMITS.warnChangedPercent),
  holdChangedPercent: percent(DEFAULT_LIMITS.holdChangedPercent),
  minCompletePercent: percent(DEFAULT_LIMITS.minCompletePercent),
  maxDriverIdsLost: wholeNumber(0, 1_000_000).default(DEFAULT_LIMITS.maxDriverIdsLost),
  maxDriverIdsLostPercent: percent(DEFAULT_LIMITS.maxDriverIdsLostPercent),
  maxUnremarkableChanges: wholeNumber(0, 1_000_000).default(DEFAULT_LIMITS.maxUnremarkableChanges),
}).refine((limits) => limits.warnChangedPercent <= limits.holdChangedPercent, {
  path: ['warnChangedPercent'],
  error: 'is above holdChangedPercent; a run would be held before it warns',
});

const timeouts = section({
  list: wholeNumber(5, 3600).default(120),
  request: wholeNumber(1, 600).default(15),
}).transform(({ list, request }) => ({ listMs: list * 1000, requestMs: request * 1000 }));

const NOTIFY_ON = ['held', 'blocked', 'run-failed', 'failures', 'recovered'] as const;

const mailAddress = text.regex(/^[^\s@]+@[^\s@]+$/, 'is not a mail address; give one like fleet@example.com');

const notifyTarget = section({
  webhook: text
    .refine(isPlainHookUrl, 'is not a URL; give one like https://hooks.example.com/gateway')
    .optional(),
  format: oneOf(['json', 'slack']).optional(),
  secret: text
    .min(16, 'is too short to be a secret; give 16 characters or more')
    .transform((value) => new Secret(value))
    .optional(),
  mail: z.union([mailAddress.transform((one) => [one]), z.array(mailAddress).min(1)]).optional(),
  on: z
    .array(oneOf(NOTIFY_ON), { error: `give a list of ${NOTIFY_ON.join(', ')}` })
    .min(1, `is empty; give some of ${NOTIFY_ON.join(', ')}`)
    .default([...NOTIFY_ON]),
  failuresAbove: wholeNumber(0, 1_000_000).default(10),
})
  .refine((target) => (target.webhook === undefined) !== (target.mail === undefined), {
    error: 'give webhook or mail, and not both',
  })
  .refine((target) => target.mail === undefined || (target.format ?? target.secret) === undefined, {
    error: 'is a mail, which has neither format nor secret',
  })
  .transform((target): NotifyTarget => {
    const { on, failuresAbove } = target;
    if (target.webhook === undefined) return { kind: 'mail', to: target.mail ?? [], on, failuresAbove };
    const format = target.format ?? 'json';
    const url = new Secret(target.webhook);
    return { kind: 'webhook', url, format, secret: target.secret, on, failuresAbove };
  });

const account = section({
  id: text.regex(/^[a-z0-9-]+$/, 'give lower-case letters, digits and hyphens'),
  name: text,
  tier: oneOf(['STANDARD', 'PRO', 'ENTERPRISE']),
  driverSyncAvailable: z.boolean('give true or false').optional(),
  timeZone: text.refine(isTimeZone, 'is not a time zone; give one like America/Chicago').default('UTC'),
  dailyRunAt: text.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'give a time in quotes, like "03:00"').default('03:00'),
  driverIdFallback: oneOf(['reference-id', 'gps-id', 'none']).default('reference-id'),
  driftPolicy: oneOf(['daily', 'immediate']).default('daily'),
  gps,
  driveri,
  guards: guards.prefault({}),
  timeouts: timeouts.prefault({}),
  notify: z.array(notifyTarget, { error: 'give a list of webhooks and mails' }).default([]),
}).transform(toAccount);

/** The accounts file's content: `accounts:`, a list of one account or more (design, section 6). */
export const accountsFile = z.strictObject(
  {
    accounts: z
      .array(account, { error: 'give a list of accounts' })
      .min(1, 'is empty; give one account or more'),
  },
  { error: (issue) => (issue.code === 'invalid_type' ? 'holds no "accounts:" list' : undefined) },
);

type ParsedAccount = Omit<AccountConfig, 'driverSyncAvailable' | 'gps' | 'driveri'> & {
  driverSyncAvailable?: boolean | undefined;
  gps: Omit<GpsAccount, 'hookSecret'> & { hookSecret?: Secret | undefined };
  driveri: Omit<DriveriAccount, 'removedStatus'> & { removedStatus?: string | undefined };
};

function toAccount(parsed: ParsedAccount): AccountConfig {
  return {
    ...parsed,
    driverSyncAvailable: parsed.driverSyncAvailable ?? parsed.tier !== 'STANDARD',
    gps: { ...parsed.gps, hookSecret: parsed.gps.hookSecret },
    driveri: { ...parsed.driveri, removedStatus: parsed.driveri.removedStatus },
  };
}

function toDriverIdField(field: string): DriverIdField {
  if (field === 'none') return { kind: 'none' };
  const attribute = /^attribute:(.+)$/.exec(field)?.[1];
  return attribute === undefined ? { kind: 'field', name: field } : { kind: 'attribute', key: attribute };
}

function isPlainUrl(candidate: string): boolean {
  if (!isPlainHookUrl(candidate)) return false;
  const url = new URL(candidate);
  return url.search === '' && url.hash === '';
}

function isPlainHookUrl(candidate: string): boolean {
  if (!URL.canParse(candidate)) return false;
  const url = new URL(candidate);
  const isHttp = url.protocol === 'https:' || url.protocol === 'http:';
  return isHttp && url.username === '' && url.password === '';
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function wholeNumber(min: number, max: number) {
  const message = `give a whole number from ${min} to ${max}`;
  return z.int(message).min(min, message).max(max, message);
}

function percent(fallback: number) {
  const message = 'give a percentage from 0 to 100';
  return z.number(message).min(0, message).max(100, message).default(fallback);
}

function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `give ${words.slice(0, -1).join(', ')} or ${words.at(-1)}` });
}
