import type { IncidentChange, OpenIncident, Sighting } from './incident';

/** How long trouble that often passes by itself is watched before anybody is told. */
export const PATIENCE_MS = 5 * 60_000;

/** Trouble that comes and goes is one incident: it is over when it has stayed away for so long. */
export const QUIET_MS = 5 * 60_000;

/** What a person has to put right is told at once; what usually heals itself is not. */
const HEALS_ITSELF =
  /^(?:(?:GPS|DRIVERI)_(?:UNREACHABLE|RATE_LIMITED|READINGS_LATE)|INTERNAL_.*|NOT_WORKED_ON)$/;

const patienceMs = ({ kind, code }: Sighting): number =>
  kind === 'blocked' && HEALS_ITSELF.test(code) ? PATIENCE_MS : 0;

/** Decisions of people end at once: an approval, a run that ended well. */
const quietMs = ({ kind }: OpenIncident): number => (kind === 'held' || kind === 'run-failed' ? 0 : QUIET_MS);

/**
 * What changes when this is seen while these incidents are not closed. Pure; `now` is epoch ms.
 *
 *             patience passes                    gone for the quiet time
 *     (seen) ────────────────► opened, told once ──────────────────────► closed, told once
 *        │ gone                     ▲ │ gone
 *        ▼                   back   │ ▼
 *     forgotten, untold           quiet
 */
export function decideIncidents(
  sightings: readonly Sighting[],
  open: readonly OpenIncident[],
  now: number,
): readonly IncidentChange[] {
  const keyOf = ({ kind, key }: Pick<Sighting, 'kind' | 'key'>): string => `${kind} ${key}`;
  const known = new Map(open.map((one) => [keyOf(one), one]));
  const seen = new Set(sightings.map(keyOf));
  return [
    ...sightings.flatMap((one) => whenSeen(one, known.get(keyOf(one)), now)),
    ...open.filter((one) => !seen.has(keyOf(one))).flatMap((one) => whenGone(one, now)),
  ];
}

function whenSeen(
  sighting: Sighting,
  incident: OpenIncident | undefined,
  now: number,
): readonly IncidentChange[] {
  if (incident === undefined) return [{ do: 'see', sighting, opens: patienceMs(sighting) === 0 }];
  const { id, openedAt, quietSince, seenAt } = incident;
  const returns: readonly IncidentChange[] = quietSince === null ? [] : [{ do: 'return', id }];
  const opens = openedAt === null && hasPassed(seenAt, patienceMs(sighting), now);
  return opens ? [...returns, { do: 'open', id, sighting }] : returns;
}

function whenGone(incident: OpenIncident, now: number): readonly IncidentChange[] {
  const { id, openedAt, quietSince } = incident;
  if (openedAt === null) return [{ do: 'forget', id }];
  if (hasPassed(quietSince ?? now, quietMs(incident), now)) return [{ do: 'close', id }];
  return quietSince === null ? [{ do: 'quieten', id }] : [];
}

/** A time that is ahead was stored by a clock that was wrong: it counts as passed (engine.md, R18). */
const hasPassed = (since: number, ms: number, now: number): boolean => since > now || now - since >= ms;
