import type { DriverPageFragment } from '../../generated/documents';
import { countOf, fieldLabel } from '../../words/words';

/** What is known beside the driver. `at` puts an instant into words. */
export interface NextContext {
  readonly nextRunAt: string | null;
  readonly at: (instant: string) => string;
}

/** What will happen next with a driver, and why: sentences for a person. */
export function whatNext(
  { sync, gps }: DriverPageFragment,
  { nextRunAt, at }: NextContext,
): readonly string[] {
  const fields = sync.differences.map(({ field }) => fieldLabel(field));
  const differing = fields.length === 0 ? 'what differs' : listOf(fields);
  const attempt = sync.nextAttemptAt === null ? null : `The next attempt is ${at(sync.nextAttemptAt)}.`;
  switch (sync.status) {
    case 'IN_SYNC':
      return ['Nothing: Driveri holds exactly what GPS says.'];
    case 'PENDING':
      return [
        sync.pendingSince === null
          ? 'A change is on its way to Driveri.'
          : `A change has been on its way to Driveri since ${at(sync.pendingSince)}.`,
        ...(fields.length > 0 ? [`Driveri gets ${differing} from GPS.`] : []),
        ...(attempt === null ? [] : [attempt]),
      ];
    case 'DRIFTED':
      return [
        `Somebody edited ${differing} in Driveri. GPS is the source of truth.`,
        nextRunAt === null
          ? 'The next daily run sets it back to what GPS says.'
          : `The daily run ${at(nextRunAt)} sets it back to what GPS says. A resync does it now.`,
      ];
    case 'FAILED':
      return [
        `${countOf(sync.attempts, 'attempt')} failed since the last success.`,
        attempt ?? 'No further attempt is planned until something changes: see the problem.',
      ];
    case 'HELD':
      return ['Nothing, until a person approves or rejects the change that a guard holds back.'];
    case 'CONFLICT':
      return [
        'Nothing about the DriverID is written until a person decides who has it.',
        'The conflict ends by itself once the data in GPS or Driveri says so.',
      ];
    case 'UNMANAGED':
      return [
        gps === null
          ? 'Nothing: this driver is only in Driveri, and is left alone.'
          : 'Nothing: this driver is left alone in Driveri until GPS changes or somebody asks again.',
      ];
    case 'OFF':
      return [
        'Nothing: Driver Sync is off.',
        ...(fields.length > 0 ? [`Once it is on, Driveri gets ${differing} from GPS.`] : []),
      ];
    default:
      return ['This version of the console does not know this status yet.'];
  }
}

const listOf = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
