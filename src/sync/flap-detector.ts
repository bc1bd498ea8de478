import { ENFORCED_FIELDS, type EnforcedField } from '../driver/driveri-driver';
import { sameFieldValue } from '../driver/field-mapping';
import type { GpsId } from '../driver/ids';
import type { WritingStep } from './writing-step';
import type { IntentRow, PausedField, SyncTransaction } from './sync-store';

const WINDOW_MS = 24 * 3_600_000;

/** How often the same value must have been written again within 24 hours for its field to be paused. */
const TIMES = 3;

/**
 * In the transaction that records a write: a field that went back and forth three times within 24 hours is paused, that
 * field only. Somebody, or something, keeps rewriting it in Driveri, and two writers would fight for ever.
 */
export async function noteFieldWrites(
  tx: SyncTransaction,
  intent: IntentRow,
  step: WritingStep,
  now: number,
): Promise<void> {
  if (step.kind !== 'update' && step.kind !== 'rename') return;
  const written = await tx.events.fieldWrites(intent.gpsId, now - WINDOW_MS);
  const history = [...written, { at: now, changes: intent.changes }];
  const paused: Record<string, PausedField> = { ...(await pausedFields(tx, intent.gpsId)) };
  for (const field of ENFORCED_FIELDS) {
    if (step.fields[field] === undefined) continue;
    const flap = flapOf(field, history);
    if (flap !== null) paused[field] = { until: now + WINDOW_MS, ...flap };
  }
  await tx.work.setPausedFields(intent.gpsId, paused);
}

async function pausedFields(tx: SyncTransaction, id: GpsId): Promise<Readonly<Record<string, PausedField>>> {
  return (await tx.work.row(id))?.pausedFields ?? {};
}

/**
 * Null unless the last value of the field was written again three times or more after somebody else had changed it. A write
 * over what we wrote ourselves follows a change in GPS: GPS may change its mind as often as it likes.
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
