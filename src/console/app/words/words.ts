import type { RunSummaryFragment } from '../generated/documents';

/** Colours with a meaning. */
export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'quiet';

/** How the console says one value of an enum. */
export interface Word {
  readonly label: string;
  readonly tone: Tone;
  readonly about: string;
}

/** By value of an enum. A value that is not here is shown by `wordFor`. */
export type Words = Readonly<Record<string, Word>>;

/** For `DriverSyncStatus`. */
export const DRIVER_STATUS: Words = {
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

/** For `SyncHealthState`. */
export const HEALTH: Words = {
  OFF: { label: 'Off', tone: 'quiet', about: 'Driveri is left as it is.' },
  HEALTHY: { label: 'Healthy', tone: 'good', about: 'Everything works.' },
  DEGRADED: {
    label: 'Degraded',
    tone: 'warn',
    about: 'Working, but slow, or something waits for a person.',
  },
  BLOCKED: {
    label: 'Blocked',
    tone: 'bad',
    about: 'Nothing can be synced now; changes wait, nothing is lost.',
  },
};

/** For `SyncRunStatus`. */
export const RUN_STATUS: Words = {
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

/** For `SyncAction`. */
export const ACTION: Words = {
  NONE: { label: 'Nothing', tone: 'quiet', about: 'Matches already.' },
  CREATE: { label: 'Create', tone: 'good', about: 'Create the driver in Driveri.' },
  REINSTATE: { label: 'Reinstate', tone: 'good', about: 'Bring a removed Driveri driver back.' },
  LINK: { label: 'Link', tone: 'busy', about: 'Link to the Driveri driver who has this DriverID.' },
  RENAME: { label: 'Rename', tone: 'busy', about: 'Change the DriverID in Driveri.' },
  UPDATE: { label: 'Update', tone: 'busy', about: 'Change fields in Driveri.' },
  REMOVE: { label: 'Remove', tone: 'bad', about: 'Remove the driver from Driveri.' },
  CONFLICT: { label: 'Conflict', tone: 'bad', about: 'Nothing, until a person decides.' },
};

/** For `SyncItemOutcome`. */
export const OUTCOME: Words = {
  PENDING: { label: 'Pending', tone: 'quiet', about: 'Not settled yet.' },
  APPLIED: { label: 'Done', tone: 'good', about: 'Carried out.' },
  SKIPPED: { label: 'Skipped', tone: 'quiet', about: 'Another action, or none, was right by then.' },
  FAILED: { label: 'Failed', tone: 'bad', about: 'Rejected, or not settled in time.' },
  HELD: { label: 'Held', tone: 'warn', about: 'Waits for approval.' },
};

/** For `HeldFor`. */
export const HELD_FOR: Words = {
  REMOVAL: {
    label: 'Removal',
    tone: 'bad',
    about: 'Too many drivers are missing from GPS to remove them all without a person.',
  },
  IDENTITY: { label: 'DriverID', tone: 'warn', about: 'Too many DriverIDs change at one time.' },
  MASS_CHANGE: {
    label: 'Mass change',
    tone: 'warn',
    about: 'A large part of the fleet would change at one time.',
  },
  SUSPICIOUS_DRIVER_ID: {
    label: 'Doubtful DriverID',
    tone: 'warn',
    about: 'The new DriverID looks like a placeholder, or like another spelling of the one before.',
  },
};

/** For `AbsenceKind`. */
export const ABSENCE: Words = {
  DELETED_HERE: { label: 'Deleted here', tone: 'quiet', about: 'Deleted through the gateway.' },
  MISSING_TWICE: { label: 'Missing twice', tone: 'quiet', about: 'Missing from two complete listings.' },
  MISSING_THEN_READ: {
    label: 'Missing, then read',
    tone: 'quiet',
    about: 'Missing from a complete listing, and unknown to GPS when read directly.',
  },
};

/** For `Role`. */
export const ROLE: Words = {
  MASTER: {
    label: 'Master User',
    tone: 'quiet',
    about: 'Everything, and the only role that turns Driver Sync on and off.',
  },
  ADMIN: {
    label: 'Administrator',
    tone: 'quiet',
    about: 'Edits drivers, starts runs, approves and rejects.',
  },
  VIEWER: { label: 'Viewer', tone: 'quiet', about: 'Looks, and changes nothing.' },
};

/** For `DriverPresence`. */
export const PRESENCE: Readonly<Record<string, string>> = {
  BOTH: 'Both portals',
  GPS_ONLY: 'GPS only',
  DRIVERI_ONLY: 'Driveri only',
};

/** For `SyncRunKind`. */
export const RUN_KIND: Readonly<Record<string, string>> = {
  INITIAL: 'Initial run',
  DAILY: 'Daily run',
  RESYNC: 'Resync',
};

/** For `SyncEventType`: what happened, in a few words. */
export const EVENT: Words = {
  SYNC_ENABLED: { label: 'Driver Sync on', tone: 'good', about: 'Driver Sync was turned on.' },
  SYNC_DISABLED: { label: 'Driver Sync off', tone: 'warn', about: 'Driver Sync was turned off.' },
  GPS_DRIVER_CREATED: { label: 'New in GPS', tone: 'good', about: 'A driver came up in the GPS portal.' },
  GPS_DRIVER_UPDATED: {
    label: 'Changed in GPS',
    tone: 'busy',
    about: 'A driver was changed in the GPS portal.',
  },
  GPS_DRIVER_DELETED: {
    label: 'Gone from GPS',
    tone: 'warn',
    about: 'A driver is gone from the GPS portal.',
  },
  DRIVERI_DRIVER_CREATED: {
    label: 'Created in Driveri',
    tone: 'good',
    about: 'A driver was created in Driveri.',
  },
  DRIVERI_DRIVER_REINSTATED: {
    label: 'Brought back in Driveri',
    tone: 'good',
    about: 'A removed Driveri driver was brought back, with the history.',
  },
  DRIVERI_DRIVER_LINKED: {
    label: 'Linked',
    tone: 'busy',
    about: 'A GPS driver was linked to a Driveri driver.',
  },
  DRIVERI_DRIVER_RENAMED: {
    label: 'DriverID changed in Driveri',
    tone: 'busy',
    about: 'The DriverID of a Driveri driver was changed.',
  },
  DRIVERI_DRIVER_UPDATED: {
    label: 'Changed in Driveri',
    tone: 'busy',
    about: 'A Driveri driver was changed to match GPS.',
  },
  DRIVERI_DRIVER_REMOVED: {
    label: 'Removed from Driveri',
    tone: 'warn',
    about: 'A Driveri driver was removed. It can be brought back.',
  },
  DRIFT_DETECTED: {
    label: 'Edited in Driveri',
    tone: 'warn',
    about: 'A synced driver was edited in Driveri.',
  },
  DRIFT_OVERRIDDEN: {
    label: 'Edit overridden',
    tone: 'warn',
    about: 'An edit made in Driveri was overridden with what GPS says.',
  },
  CONFLICT_DETECTED: { label: 'Conflict', tone: 'bad', about: 'Several records claim one DriverID.' },
  CONFLICT_CLEARED: { label: 'Conflict over', tone: 'good', about: 'A conflict is over.' },
  SYNC_FAILED: { label: 'Failed', tone: 'bad', about: 'A driver could not be synced.' },
  RUN_STARTED: { label: 'Run started', tone: 'busy', about: 'A run started.' },
  RUN_FINISHED: { label: 'Run finished', tone: 'good', about: 'A run ended.' },
  REMOVALS_HELD: { label: 'Waits for approval', tone: 'warn', about: 'Changes wait for a person.' },
  HEALTH_CHANGED: { label: 'Health changed', tone: 'warn', about: 'The health of Driver Sync changed.' },
  ITEM_APPROVED: { label: 'Approved', tone: 'good', about: 'A person approved something that was held.' },
  ITEM_REJECTED: { label: 'Rejected', tone: 'warn', about: 'A person rejected something that was held.' },
  RUN_CANCELLED: { label: 'Run cancelled', tone: 'warn', about: 'A person cancelled a run.' },
};

const FIELD: Readonly<Record<string, string>> = {
  firstName: 'First name',
  lastName: 'Last name',
  email: 'E-mail',
  phone: 'Phone',
  timeZone: 'Time zone',
  referenceId: 'Ref ID',
  driverId: 'DriverID',
  driveriDriverId: 'DriverID',
  status: 'Status',
  groups: 'Groups',
};

/** What a person calls a field that the API names. */
export const fieldLabel = (name: string): string => FIELD[name] ?? sentenceCase(name);

/** A word that this version of the console does not know yet is shown as it is. */
export const wordFor = (words: Words, key: string): Word =>
  words[key] ?? { label: sentenceCase(key), tone: 'quiet', about: sentenceCase(key) };

/** CONSTANT_CASE or camelCase as words. */
export function sentenceCase(text: string): string {
  const words = text.includes('_') || text === text.toUpperCase() ? text.toLowerCase() : text;
  const spaced = words
    .replace(/_/g, ' ')
    .replace(
      /([a-z])([A-Z])/g,
      (_match, before: string, after: string) => `${before} ${after.toLowerCase()}`,
    );
  const sentence = spaced.charAt(0).toUpperCase() + spaced.slice(1);
  return sentence.replace(/\bgps\b/gi, 'GPS').replace(/\bdriveri\b/g, 'Driveri');
}

/** A run in two or three words, for example "Daily run" or "Resync (preview)". */
export const runName = ({ kind, dryRun }: { readonly kind: string; readonly dryRun?: boolean }): string =>
  `${RUN_KIND[kind] ?? sentenceCase(kind)}${dryRun === true ? ' (preview)' : ''}`;

/** The numbers of a plan. */
export type Totals = RunSummaryFragment['totals'];

const PLANNED: readonly (readonly [key: keyof Totals, what: string])[] = [
  ['remove', 'removed from Driveri'],
  ['rename', 'given another DriverID in Driveri'],
  ['update', 'updated in Driveri'],
  ['link', 'linked to a driver who is in Driveri already'],
  ['reinstate', 'brought back in Driveri'],
  ['create', 'created in Driveri'],
];

/** How many drivers a plan changes. */
export const changedBy = (totals: Totals): number => PLANNED.reduce((sum, [key]) => sum + totals[key], 0);

/** What a plan does to Driveri, a line for each consequence, the gravest first, for a person who is about to say yes. */
export function describePlan(totals: Totals): readonly string[] {
  const lines = PLANNED.filter(([key]) => totals[key] > 0).map(
    ([key, what]) => `${countOf(totals[key], 'driver')} will be ${what}.`,
  );
  if (totals.overwrites > 0) {
    const verb = totals.overwrites === 1 ? 'gets' : 'get';
    lines.splice(
      totals.remove > 0 ? 1 : 0,
      0,
      `${countOf(totals.overwrites, 'driver')} ${verb} another name or e-mail in Driveri.`,
    );
  }
  if (totals.held > 0) {
    // Carrying a plan out approves all of it: nothing waits any more.
    lines.push(
      `A guard holds ${formatNumber(totals.held)} of these changes: with your yes they are approved.`,
    );
  }
  if (totals.conflict > 0)
    lines.push(`${countOf(totals.conflict, 'driver')} in conflict will be left as they are.`);
  return lines.length > 0 ? lines : ['Nothing will be changed: Driveri matches GPS already.'];
}

/** By the reader's locale. */
export const formatNumber = (value: number): string => value.toLocaleString();

/** "1 driver", "1,200 drivers". */
export const countOf = (count: number, noun: string, plural = `${noun}s`): string =>
  `${formatNumber(count)} ${count === 1 ? noun : plural}`;

/** The fields of a form that differ from what stood there before: an empty field clears, one left as it was is left out. */
export function changedFields<Name extends string>(
  entered: Readonly<Record<Name, string>>,
  before: Readonly<Partial<Record<NoInfer<Name>, string | null>>>,
): Partial<Record<Name, string | null>> {
  const changes: Partial<Record<Name, string | null>> = {};
  for (const name of Object.keys(entered) as Name[]) {
    const wanted = entered[name].trim();
    if (wanted !== (before[name] ?? '')) changes[name] = wanted === '' ? null : wanted;
  }
  return changes;
}
