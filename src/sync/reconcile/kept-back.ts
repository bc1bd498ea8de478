import { ENFORCED_FIELDS, type DriveriDriver, type EnforcedField } from '../../driver/driveri-driver';
import { sameFieldValue } from '../../driver/field-mapping';
import type { GpsId } from '../../driver/ids';
import type { DriverStep, PlanProblem } from '../../driver/plan/driver-plan';
import type { IntentRow } from '../ports/intent-store';
import type { SyncTransaction } from '../ports/sync-store';
import type { PausedField } from '../ports/work-store';
import { fieldsOf } from './parts';
import { writingStep } from './writing-step';

/*
 * What Driveri does not take as it is sent (engine.md, 8):
 *
 *     refused     a field of an otherwise accepted write: not sent again for a day, or until GPS says something else
 *     not stored  read back differs from what was sent: sent once more, then not again until GPS says something else
 *
 * Both are kept with the driver's work as paused fields, by the value that is not written.
 */

/** A field that is not written for now, and why. */
export interface KeptBack {
  readonly why: 'refused' | 'not-stored';
  readonly sent: string;
  readonly stored: string | null;
  readonly said?: string;
  /** Of a DriverID: the one in Driveri that differs from it in spelling only. */
  readonly twin?: string;
}

/** Less than a day, so that each daily run tries once. */
const REFUSED_FOR_MS = 20 * 3_600_000;
const FOR_GOOD = Number.MAX_SAFE_INTEGER;

/** The paused fields with one more that is kept back. A value that was not stored is sent once more first. */
export function keepBack(
  paused: Readonly<Record<string, PausedField>>,
  field: string,
  { why, sent, stored, said, twin }: KeptBack,
  now: number,
): Readonly<Record<string, PausedField>> {
  const before = paused[field];
  const isAgain = before?.why === why && before.values[0] === sent;
  const until = why === 'refused' ? now + REFUSED_FOR_MS : isAgain ? FOR_GOOD : 0;
  const next: PausedField = {
    until,
    why,
    values: [sent, stored ?? ''],
    times: [...(isAgain ? before.times : []), now].slice(-5),
    ...(said === undefined ? {} : { said }),
    ...(twin === undefined ? {} : { twin }),
  };
  return { ...paused, [field]: next };
}

/** Whether a paused field keeps back this value at this time. */
export function isPaused(pause: PausedField | undefined, value: string | null, now: number): boolean {
  if (pause === undefined || pause.until <= now) return false;
  return pause.why === undefined || pause.values[0] === value;
}

/** The values that a step writes, by field: of a phone its hash, of a renaming the DriverID. */
export function valuesOf(step: DriverStep, phoneHash: string | null): Readonly<Record<string, string>> {
  if (step.kind !== 'update' && step.kind !== 'rename') return {};
  const values: Record<string, string> = { ...step.fields };
  if (step.sendPhone) values['phone'] = phoneHash ?? '';
  if (step.kind === 'rename') values['driverId'] = step.to;
  return values;
}

/** The fields of a confirmed write that Driveri holds otherwise than they were sent. */
export function alteredFields(step: DriverStep, driver: DriveriDriver): readonly EnforcedField[] {
  const { fields } = writingStep(step) as { readonly fields?: Partial<Record<EnforcedField, string>> };
  return ENFORCED_FIELDS.filter((field) => {
    const sent = fields?.[field];
    return sent !== undefined && !sameFieldValue(field, sent, driver[field]);
  });
}

/** The paused fields after a confirmed write: altered ones are counted, and those that it stored are over. */
export function afterWrite(
  paused: Readonly<Record<string, PausedField>>,
  { step }: IntentRow,
  driver: DriveriDriver,
  now: number,
): Readonly<Record<string, PausedField>> {
  const altered = new Set<string>(alteredFields(step, driver));
  const sent = step.kind === 'update' || step.kind === 'rename' ? fieldsOf(step) : [];
  const over = sent.filter((field) => !altered.has(field) && paused[field]?.why !== undefined);
  let next = over.length === 0 ? paused : omit(paused, over);
  for (const field of ENFORCED_FIELDS.filter((name) => altered.has(name))) {
    const value = (step as { readonly fields: Partial<Record<EnforcedField, string>> }).fields[field] ?? '';
    next = keepBack(next, field, { why: 'not-stored', sent: value, stored: driver[field] }, now);
  }
  return next;
}

function omit<Value>(
  record: Readonly<Record<string, Value>>,
  keys: readonly string[],
): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}

/** In a transaction: stores what of these drivers is kept back. */
export async function storeKeptBack(
  tx: SyncTransaction,
  kept: readonly { readonly gpsId: GpsId; readonly fields: Readonly<Record<string, KeptBack>> }[],
  now: number,
): Promise<void> {
  if (kept.length === 0) return;
  const rows = await tx.work.rows(kept.map(({ gpsId }) => gpsId));
  const paused = new Map<GpsId, Readonly<Record<string, PausedField>>>();
  for (const { gpsId, fields } of kept) {
    let next = paused.get(gpsId) ?? rows.get(gpsId)?.pausedFields ?? {};
    for (const [field, why] of Object.entries(fields)) next = keepBack(next, field, why, now);
    paused.set(gpsId, next);
  }
  await tx.work.setPausedFields(paused);
}

/** What an answered write that never shows means: Driveri did not store it. */
export function notStored({ step, before }: IntentRow): Readonly<Record<string, KeptBack>> {
  if (step.kind !== 'update' && step.kind !== 'rename') return {};
  return Object.fromEntries(
    ENFORCED_FIELDS.flatMap((field) => {
      const sent = step.fields[field];
      if (sent === undefined || before === null) return [];
      return [[field, { why: 'not-stored' as const, sent, stored: before[field] }]];
    }),
  );
}

/** The problem of a DriverID that Driveri refuses because it has it in another spelling. */
export const spellingConflict = (wanted: string, twin: string): PlanProblem => ({
  code: 'CONFLICT',
  message: `GPS says DriverID ${wanted}. Driveri refuses it, and has a driver ${twin}: the two differ in spelling only.`,
  hint: `If they are the same person, enter ${twin} in GPS, exactly as it stands in Driveri. Otherwise choose another DriverID.`,
});
