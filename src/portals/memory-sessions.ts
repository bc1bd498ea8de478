import {
  FIRST_REFUSAL_MS,
  LONGEST_REFUSAL_MS,
  type LogInRefusal,
  type PortalSessions,
  type SessionRequest,
  type SessionWord,
} from '../driver/ports/portal-sessions';

interface Row {
  sealed: string | null;
  version: number;
  claimId: string | null;
  claimUntil: number;
  /** When the last log-in began; `before` it was claimed, for a log-in that came to nothing. */
  startedAt: number;
  startedBefore: number;
  refusal: LogInRefusal | null;
  refusals: number;
  refusedAt: number;
}

/** Sessions in this process's memory: for connectors used alone, and for tests. `now`: epoch ms. */
export function createMemorySessions(now: () => number): PortalSessions {
  const rows = new Map<string, Row>();
  let claims = 0;
  const rowOf = (fingerprint: string): Row => {
    const row = rows.get(fingerprint) ?? emptyRow();
    rows.set(fingerprint, row);
    return row;
  };
  const claimed = (id: string, fingerprint: string): Row | null => {
    const row = rows.get(fingerprint);
    return row?.claimId === id ? row : null;
  };
  return {
    obtain(request) {
      const row = rowOf(request.fingerprint);
      const word = lookFor(row, [...rows.values()], request, now());
      if (word !== 'claim') return Promise.resolve(word);
      claims += 1;
      row.claimId = String(claims);
      row.claimUntil = now() + request.claimMs;
      row.startedBefore = row.startedAt;
      row.startedAt = now();
      return Promise.resolve({ kind: 'claimed', claim: { id: row.claimId } });
    },
    keep(claim, fingerprint, sealed) {
      const row = claimed(claim.id, fingerprint);
      if (row === null) return Promise.resolve(null);
      Object.assign(row, {
        sealed,
        version: row.version + 1,
        claimId: null,
        refusal: null,
        refusals: 0,
      } satisfies Partial<Row>);
      return Promise.resolve({ sealed, version: row.version });
    },
    refuse(claim, fingerprint, refusal) {
      const row = claimed(claim.id, fingerprint);
      if (row !== null) {
        Object.assign(row, {
          claimId: null,
          refusal,
          refusals: row.refusals + 1,
          refusedAt: now(),
        } satisfies Partial<Row>);
      }
      return Promise.resolve();
    },
    release(claim, fingerprint) {
      const row = claimed(claim.id, fingerprint);
      if (row !== null) Object.assign(row, { claimId: null, startedAt: row.startedBefore });
      return Promise.resolve();
    },
  };
}

function lookFor(row: Row, all: readonly Row[], request: SessionRequest, now: number): SessionWord | 'claim' {
  const { after, fresh, logInEveryMs, claimMs } = request;
  const startedMs = waitMs(row.startedAt, logInEveryMs, now);
  // The outcome of a log-in that has just been made answers a fresh request, too.
  const isAnswered = !fresh || (startedMs > 0 && row.claimId === null);
  const hasRefusal = row.refusal !== null;
  if (row.sealed !== null && row.version > after && isAnswered && !(fresh && hasRefusal)) {
    return { kind: 'held', session: { sealed: row.sealed, version: row.version } };
  }
  const refusedMs = waitMs(row.refusedAt, refusalMs(row.refusals), now);
  if (row.refusal !== null && refusedMs > 0 && isAnswered) {
    return { kind: 'refused', refusal: row.refusal, waitMs: refusedMs };
  }
  const claimedMs = Math.max(0, ...all.filter(isClaimed).map((one) => beyond(one.claimUntil, claimMs, now)));
  if (claimedMs > 0) return { kind: 'wait', why: 'logging-in', waitMs: claimedMs };
  const soonMs = Math.max(0, ...all.map((one) => waitMs(one.startedAt, logInEveryMs, now)));
  if (soonMs > 0) return { kind: 'wait', why: 'too-soon', waitMs: soonMs };
  return 'claim';
}

/** How long credentials that were refused so many times in a row are left alone. */
function refusalMs(refusals: number): number {
  return Math.min(LONGEST_REFUSAL_MS, FIRST_REFUSAL_MS * 2 ** Math.min(refusals - 1, 10));
}

/** What is left of a time that began at `since`; 0 when it began in the future, by a clock that was ahead. */
function waitMs(since: number, lengthMs: number, now: number): number {
  return since > now ? 0 : Math.max(0, since + lengthMs - now);
}

function beyond(until: number, longestMs: number, now: number): number {
  return until > now + longestMs ? 0 : Math.max(0, until - now);
}

function isClaimed(row: Row): boolean {
  return row.claimId !== null;
}

function emptyRow(): Row {
  return {
    sealed: null,
    version: 0,
    claimId: null,
    claimUntil: 0,
    startedAt: -Infinity,
    startedBefore: -Infinity,
    refusal: null,
    refusals: 0,
    refusedAt: -Infinity,
  };
}
