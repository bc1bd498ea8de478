import { absenceEvidence } from '../../src/gateway/views/absence-evidence';

const FIRST = Date.UTC(2026, 10, 23, 22, 31, 7, 120);
const SECOND = FIRST + 12 * 60_000;

describe('why a driver counts as gone', () => {
  it.each([
    [
      { kind: 'DeletedHere', at: FIRST, actor: 'ana' } as const,
      'DELETED_HERE',
      ['ana', '2026-11-23 22:31:07 UTC'],
    ],
    [
      { kind: 'MissingTwice', first: FIRST, second: SECOND } as const,
      'MISSING_TWICE',
      ['2026-11-23 22:31:07 UTC', '2026-11-23 22:43:07 UTC'],
    ],
    [
      { kind: 'MissingThenRead', missingAt: FIRST, readAt: SECOND } as const,
      'MISSING_THEN_READ',
      ['2026-11-23 22:31:07 UTC', '2026-11-23 22:43:07 UTC'],
    ],
  ])('%j is told in words with times', (proof, kind, words) => {
    const evidence = absenceEvidence(proof, FIRST - 1);
    expect(evidence).toMatchObject({ kind, lastSeenAt: FIRST - 1 });
    for (const word of words) expect(evidence.statement).toContain(word);
  });

  it('does not take the time of the proof for a sighting', () => {
    expect(absenceEvidence({ kind: 'DeletedHere', at: FIRST, actor: 'ana' }, FIRST).lastSeenAt).toBeNull();
    expect(
      absenceEvidence({ kind: 'MissingTwice', first: FIRST, second: SECOND }, SECOND).lastSeenAt,
    ).toBeNull();
    expect(absenceEvidence({ kind: 'DeletedHere', at: FIRST, actor: 'ana' }, null).lastSeenAt).toBeNull();
  });
});
