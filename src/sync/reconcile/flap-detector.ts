import { ENFORCED_FIELDS, type EnforcedField } from '../../driver/driveri-driver';
import { sameFieldValue } from '../../driver/field-mapping';
import type { GpsId } from '../../driver/ids';
import type { SyncTransaction } from '../ports/sync-store';
import type { PausedField, WorkRow } from '../ports/work-store';
import { afterWrite } from './kept-back';
import type { ConfirmedWrite } from './writing-step';

const WINDOW_MS = 24 * 3_600_000;

/** How often the same value must have been written again within 24 hours for its field to be paused. */
const TIMES = 3;

/**
 * In the transaction that records writes: what Driveri keeps otherwise than it was sent is counted, and a field that went back and forth three times within 24 hours is paused, that field
 * only. Something keeps rewriting it in Driveri, and two writers would fight for ever.
 */
export async function noteFieldWrites(
  tx: SyncTransaction,
  writes: readonly ConfirmedWrite[],
  rows: ReadonlyMap<GpsId, WorkRow>,
  now: number,
): Promise<void> {
  const paused = new Map<GpsId, Readonly<Record<string, PausedField>>>();
  for (const { intent, confirmation } of writes) {
    const before = rows.get(intent.gpsId)?.pausedFields ?? {};
    const after = afterWrite(before, intent, confirmation.driver, now);
    if (after !== before) paused.set(intent.gpsId, after);
  }
  await noteFlaps(tx, writes, rows, paused, now);
  if (paused.size > 0) await tx.work.setPausedFields(paused);
}

async function noteFlaps(
  tx: SyncTransaction,
  writes: readonly ConfirmedWrite[],
  rows: ReadonlyMap<GpsId, WorkRow>,
  paused: Map<GpsId, Readonly<Record<string, PausedField>>>,
  now: number,
): Promise<void> {
  const edits = writes
    .map(({ intent }) => intent)
    .filter(({ step }) => step.kind === 'update' || step.kind === 'rename');
  if (edits.length === 0) return;
  const written = await tx.events.fieldWrites(
    edits.map((intent) => intent.gpsId),
    now - WINDOW_MS,
  );
  for (const { gpsId, step, changes } of edits) {
    if (step.kind !== 'update' && step.kind !== 'rename') continue;
    const history = [...(written.get(gpsId) ?? []), { at: now, changes }];
    const fields: Record<string, PausedField> = {};
    for (const field of ENFORCED_FIELDS) {
      const flap = step.fields[field] === undefined ? null : flapOf(field, history);
      if (flap !== null) fields[field] = { until: now + WINDOW_MS, ...flap };
    }
    if (Object.keys(fields).length === 0) continue;
    paused.set(gpsId, { ...fields, ...(paused.get(gpsId) ?? rows.get(gpsId)?.pausedFields), ...fields });
  }
}

/**
 * Null unless the last value of the field was written again three times or more after something else had changed it. A write
 * over what we wrote ourselves follows a change in GPS: GPS may change a value as often as it likes.
 */
export function flapOf(
  field: EnforcedField,
  history: readonly {
    readonly at: number;
    readonly changes: readonly { field: string; from: string | null; to: string | null }[];
  }[],
): { readonly values: readonly string[]; readonly times: readonly number[] } | null {
  const writes = history.flatMap(({ at, changes }) =>
    changes.filter((change) => change.field === field).map((change) => ({ at, ...change })),
  );
  const last = writes.at(-1);
  if (last === undefined) return null;
  const overrides = writes.filter(
    ({ from }, index) => index === 0 || !sameFieldValue(field, writes[index - 1]?.to ?? null, from),
  );
  const again = overrides.filter((write) => write.to === last.to);
  if (again.length < TIMES) return null;
  return { values: [last.to ?? '', last.from ?? ''], times: again.map((write) => write.at) };
}
