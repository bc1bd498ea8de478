import { type AbsenceProof, lastGoneAt } from '../../src/driver/absence-proof';

describe('the latest moment of which it is known that GPS did not have a driver', () => {
  it.each<[string, AbsenceProof, number]>([
    ['when they were deleted through the gateway', { kind: 'DeletedHere', at: 7, actor: 'someone' }, 7],
    ['the second of two listings without them', { kind: 'MissingTwice', first: 1, second: 9 }, 9],
    ['the direct read, not the listing before it', { kind: 'MissingThenRead', missingAt: 2, readAt: 5 }, 5],
  ])('is %s', (_, proof, at) => {
    expect(lastGoneAt(proof)).toBe(at);
  });
});
