import { decideIncidents, PATIENCE_MS, QUIET_MS } from '../../src/notify/decide-incidents';
import type { IncidentChange, OpenIncident, Sighting } from '../../src/notify/incident';

const NOW = 1_000_000_000;

const sighting = (fields: Partial<Sighting> = {}): Sighting => ({
  kind: 'blocked',
  key: 'GPS_UNREACHABLE',
  code: 'GPS_UNREACHABLE',
  summary: 's',
  hint: 'h',
  ...fields,
});

const refused = sighting({ key: 'GPS_CREDENTIALS_REFUSED', code: 'GPS_CREDENTIALS_REFUSED' });
const held = sighting({ kind: 'held', key: 'removal', code: 'HELD' });

const incident = (fields: Partial<OpenIncident> = {}): OpenIncident => ({
  id: 'i1',
  kind: 'blocked',
  key: 'GPS_UNREACHABLE',
  seenAt: NOW - 10,
  openedAt: null,
  quietSince: null,
  told: new Set(),
  ...fields,
});

const opened = (fields: Partial<OpenIncident> = {}) => incident({ openedAt: NOW - 10, ...fields });

interface Case {
  readonly reason: string;
  readonly seen: readonly Sighting[];
  readonly open: readonly OpenIncident[];
  readonly does: readonly Partial<IncidentChange>[];
}

const CASES: readonly Case[] = [
  { reason: 'nothing is wrong', seen: [], open: [], does: [] },
  {
    reason: 'what heals itself is watched first',
    seen: [sighting()],
    open: [],
    does: [{ do: 'see', opens: false }],
  },
  {
    reason: 'what a person must mend is told at once',
    seen: [refused],
    open: [],
    does: [{ do: 'see', opens: true }],
  },
  { reason: 'what is held is told at once', seen: [held], open: [], does: [{ do: 'see', opens: true }] },
  { reason: 'patience goes on', seen: [sighting()], open: [incident()], does: [] },
  {
    reason: 'patience is over',
    seen: [sighting()],
    open: [incident({ seenAt: NOW - PATIENCE_MS })],
    does: [{ do: 'open', id: 'i1' }],
  },
  {
    reason: 'a time that a wrong clock stored is not waited for',
    seen: [sighting()],
    open: [incident({ seenAt: NOW + 3_600_000 })],
    does: [{ do: 'open', id: 'i1' }],
  },
  {
    reason: 'gone before anybody was told',
    seen: [],
    open: [incident()],
    does: [{ do: 'forget', id: 'i1' }],
  },
  { reason: 'told once, however long it lasts', seen: [sighting()], open: [opened()], does: [] },
  { reason: 'gone, and watched', seen: [], open: [opened()], does: [{ do: 'quieten', id: 'i1' }] },
  { reason: 'gone, and still watched', seen: [], open: [opened({ quietSince: NOW - 5 })], does: [] },
  {
    reason: 'gone for good',
    seen: [],
    open: [opened({ quietSince: NOW - QUIET_MS })],
    does: [{ do: 'close', id: 'i1' }],
  },
  {
    reason: 'back before it was over: still the same incident',
    seen: [sighting()],
    open: [opened({ quietSince: NOW - 5 })],
    does: [{ do: 'return', id: 'i1' }],
  },
  {
    reason: 'a person has decided: over at once',
    seen: [],
    open: [opened({ kind: 'held', key: 'removal' })],
    does: [{ do: 'close', id: 'i1' }],
  },
  {
    reason: 'one is over and another begins',
    seen: [held],
    open: [opened({ kind: 'held', key: 'identity' })],
    does: [
      { do: 'see', opens: true },
      { do: 'close', id: 'i1' },
    ],
  },
];

test.each(CASES)('incidents: $reason', ({ seen, open, does }) => {
  const changes = decideIncidents(seen, open, NOW);
  expect(changes).toEqual(does.map((one) => expect.objectContaining(one) as unknown));
});
