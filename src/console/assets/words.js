/** How the console says things. Pure: no page, no clock but the one that is handed in. */

/** @import { RunSummaryFragment } from './documents.js' */

/**
 * Tones are colours with a meaning: good, busy, warn, bad, quiet.
 * @typedef {{ label: string, tone: 'good' | 'busy' | 'warn' | 'bad' | 'quiet', about: string }} Word
 */

/** @type {Record<string, Word>} */
export const DRIVER_STATUS = {
  IN_SYNC: { label: 'In sync', tone: 'good', about: 'Driveri holds exactly what GPS says.' },
  PENDING: { label: 'Pending', tone: 'busy', about: 'A change is on its way.' },
  DRIFTED: {
    label: 'Drifted',
    tone: 'warn',
    about: 'Driveri was edited; the next daily run will override it.',
  },
  CONFLICT: {
    label: 'Conflict',
    tone: 'bad',
    about: 'Several records claim one DriverID; a person must decide.',
  },
  FAILED: { label: 'Failed', tone: 'bad', about: 'The last attempt failed.' },
  HELD: { label: 'Held', tone: 'warn', about: 'A change waits for approval.' },
  UNMANAGED: { label: 'Unmanaged', tone: 'quiet', about: 'Only in Driveri, and left alone.' },
  OFF: { label: 'Off', tone: 'quiet', about: 'Driver Sync is off.' },
};

/** @type {Record<string, Word>} */
export const HEALTH = {
  OFF: { label: 'Off', tone: 'quiet', about: 'Driveri is left as it is.' },
  HEALTHY: { label: 'Healthy', tone: 'good', about: 'Everything works.' },
  DEGRADED: {
    label: 'Degraded',
    tone: 'warn',
    about: 'Working, but slow or with drivers that need attention.',
  },
  BLOCKED: {
    label: 'Blocked',
    tone: 'bad',
    about: 'A portal cannot be used; changes wait, nothing is lost.',
  },
};

/** @type {Record<string, Word>} */
export const RUN_STATUS = {
  PLANNING: { label: 'Planning', tone: 'busy', about: 'Both portals are being read and compared.' },
  PLANNED: { label: 'Planned', tone: 'good', about: 'Nothing has been written.' },
  RUNNING: { label: 'Running', tone: 'busy', about: 'Drivers are being synced.' },
  AWAITING_APPROVAL: {
    label: 'Waits for approval',
    tone: 'warn',
    about: 'What a guard holds waits for a person.',
  },
  SUCCEEDED: { label: 'Succeeded', tone: 'good', about: 'Finished, and everything worked.' },
  PARTIAL: {
    label: 'Partly done',
    tone: 'warn',
    about: 'Finished, with items that failed or are in conflict.',
  },
  FAILED: { label: 'Failed', tone: 'bad', about: 'Could not be carried out.' },
  CANCELLED: { label: 'Cancelled', tone: 'quiet', about: 'A person, or a newer run, ended it.' },
};

/** @type {Record<string, Word>} */
export const ACTION = {
  NONE: { label: 'Nothing', tone: 'quiet', about: 'Matches already.' },
  CREATE: { label: 'Create', tone: 'good', about: 'Create the driver in Driveri.' },
  REINSTATE: { label: 'Reinstate', tone: 'good', about: 'Bring a removed Driveri driver back.' },
  LINK: { label: 'Link', tone: 'busy', about: 'Link to the Driveri driver who has this DriverID.' },
  RENAME: { label: 'Rename', tone: 'busy', about: 'Change the DriverID in Driveri.' },
  UPDATE: { label: 'Update', tone: 'busy', about: 'Change fields in Driveri.' },
  REMOVE: { label: 'Remove', tone: 'bad', about: 'Remove the driver from Driveri.' },
  CONFLICT: { label: 'Conflict', tone: 'bad', about: 'Nothing, until a person decides.' },
};

/** @type {Record<string, Word>} */
export const OUTCOME = {
  PENDING: { label: 'Pending', tone: 'quiet', about: 'Not settled yet.' },
  APPLIED: { label: 'Done', tone: 'good', about: 'Carried out.' },
  SKIPPED: { label: 'Skipped', tone: 'quiet', about: 'Another action, or none, was right by then.' },
  FAILED: { label: 'Failed', tone: 'bad', about: 'Rejected, or not settled in time.' },
  HELD: { label: 'Held', tone: 'warn', about: 'Waits for approval.' },
};

/** @type {Record<string, string>} */
export const PRESENCE = { BOTH: 'Both portals', GPS_ONLY: 'GPS only', DRIVERI_ONLY: 'Driveri only' };

/** @type {Record<string, string>} */
export const RUN_KIND = { INITIAL: 'Initial run', DAILY: 'Daily run', RESYNC: 'Resync' };

/** @type {Record<string, string>} */
const FIELD = {
  firstName: 'First name',
  lastName: 'Last name',
  email: 'E-mail',
  phone: 'Phone',
  timeZone: 'Time zone',
  referenceId: 'Ref ID',
  driverId: 'DriverID',
  driveriDriverId: 'DriverID',
  status: 'Status',
};

/** @param {string} name of a field, as the API says it */
export const fieldLabel = (name) => FIELD[name] ?? sentenceCase(name);

/** @type {readonly (readonly [RegExp, Word['tone']])[]} */
const EVENT_TONES = [
  [/FAILED|CONFLICT_DETECTED/, 'bad'],
  [/REMOVED|DELETED|HELD|DRIFT|DISABLED|HEALTH/, 'warn'],
  [/CREATED|REINSTATED|ENABLED|CLEARED|FINISHED/, 'good'],
  [/UPDATED|LINKED|RENAMED|STARTED/, 'busy'],
];

/** New types of events are to be expected: one that is not known is quiet. @param {string} type */
export const eventTone = (type) => EVENT_TONES.find(([pattern]) => pattern.test(type))?.[1] ?? 'quiet';

/**
 * A word that this version of the console does not know yet is shown as it is.
 * @param {Record<string, Word>} words
 * @param {string} key
 * @returns {Word}
 */
export const wordFor = (words, key) =>
  words[key] ?? { label: sentenceCase(key), tone: 'quiet', about: sentenceCase(key) };

/** @param {string} text in CONSTANT_CASE or camelCase */
export function sentenceCase(text) {
  const words = text.includes('_') || text === text.toUpperCase() ? text.toLowerCase() : text;
  const spaced = words
    .replace(/_/g, ' ')
    .replace(/([a-z])([A-Z])/g, (_match, before, after) => `${before} ${after.toLowerCase()}`);
  const sentence = spaced.charAt(0).toUpperCase() + spaced.slice(1);
  return sentence.replace(/\bgps\b/gi, 'GPS').replace(/\bdriveri\b/g, 'Driveri');
}

/** @typedef {RunSummaryFragment['totals']} Totals */

/** @type {readonly (readonly [keyof Totals, string])[]} */
const PLANNED = [
  ['create', 'created'],
  ['reinstate', 'brought back'],
  ['link', 'linked'],
  ['rename', 'given another DriverID'],
  ['update', 'updated'],
  ['remove', 'removed'],
];

/** How many drivers a plan changes. @param {Totals} totals */
export const changedBy = (totals) => PLANNED.reduce((sum, [key]) => sum + totals[key], 0);

/**
 * What a plan does to Driveri, a line for each thing, for a person who is about to say yes.
 * @param {Totals} totals
 * @returns {string[]}
 */
export function describePlan(totals) {
  const lines = PLANNED.filter(([key]) => totals[key] > 0).map(
    ([key, what]) => `${countOf(totals[key], 'driver')} will be ${what} in Driveri.`,
  );
  if (totals.held > 0) {
    // Carrying a plan out approves all of it: nothing waits any more.
    lines.push(
      `A guard holds ${totals.held.toLocaleString('en')} of these changes: with your yes they are approved.`,
    );
  }
  if (totals.conflict > 0)
    lines.push(`${countOf(totals.conflict, 'driver')} in conflict will be left as they are.`);
  return lines.length > 0 ? lines : ['Nothing will be changed: Driveri matches GPS already.'];
}

/** @param {number} count @param {string} noun @param {string} [plural] */
export const countOf = (count, noun, plural = `${noun}s`) =>
  `${count.toLocaleString('en')} ${count === 1 ? noun : plural}`;

/** @type {readonly (readonly [Intl.RelativeTimeFormatUnit, number])[]} */
const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/**
 * "3 minutes ago", "in 2 hours", "just now".
 * @param {string} instant
 * @param {number} now milliseconds since 1970
 */
export function relativeTime(instant, now) {
  const seconds = Math.round((Date.parse(instant) - now) / 1000);
  const found = UNITS.find(([, length]) => Math.abs(seconds) >= length);
  if (found === undefined) return seconds > 5 ? 'in a moment' : 'just now';
  const [unit, size] = found;
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(Math.trunc(seconds / size), unit);
}

/**
 * Date and time on the account's clock.
 * @param {string} instant
 * @param {string} timeZone
 */
export function exactTime(instant, timeZone) {
  return new Intl.DateTimeFormat('en', {
    dateStyle: 'medium',
    timeStyle: 'medium',
    hourCycle: 'h23',
    timeZone,
  }).format(new Date(instant));
}

/**
 * The fields of a form that differ from what stood there before: an empty field clears, one left as it was is left out.
 * @template {string} Name
 * @param {Record<Name, string>} entered
 * @param {Partial<Record<NoInfer<Name>, string | null>>} before
 * @returns {Partial<Record<Name, string | null>>}
 */
export function changedFields(entered, before) {
  /** @type {Partial<Record<Name, string | null>>} */
  const changes = {};
  for (const [name, value] of /** @type {[Name, string][]} */ (Object.entries(entered))) {
    const wanted = value.trim();
    if (wanted !== (before[name] ?? '')) changes[name] = wanted === '' ? null : wanted;
  }
  return changes;
}
