import { PortalError } from '../driver/ports/portal-error';
import type { PortalSessions, SessionWord } from '../driver/ports/portal-sessions';
import { portalFailure, type PortalOperation } from './portal-failure';
import type { Sealer } from './sealed-text';

/** A session, opened. */
export interface OpenSession {
  readonly token: string;
  readonly version: number;
}

export interface LogInTurnOptions {
  readonly sessions: PortalSessions;
  /** Asked when it is needed, because it holds the secret. */
  readonly sealer: () => Sealer;
  readonly operation: PortalOperation;
  /** Least time between two log-ins of the account. */
  readonly logInEveryMs: number;
  /** Longer than a log-in takes. */
  readonly claimMs: number;
  /** Throws `PortalError`; of kind `credentials` when the portal refuses them. */
  readonly logIn: () => Promise<string>;
}

/** A log-in of another process is looked for this often. */
const LOOK_AGAIN_MS = 100;

/** A longer wait for the account's next log-in fails the call, and says how long. */
const LONGEST_WAIT_MS = 3_000;

/**
 * A session of the account with a version above `after`: the one that another process has made, or a new one. One process logs
 * in at a time, at most once in `logInEveryMs` (engine.md, R7). Throws `PortalError`: `credentials` when refused, now or lately
 * in another process; `paused` when the last log-in was too short a time ago, or the store cannot be reached.
 */
export async function takeSession(
  options: LogInTurnOptions,
  { after, fresh }: { readonly after: number; readonly fresh: boolean },
): Promise<OpenSession> {
  const { sessions, operation, logInEveryMs, claimMs } = options;
  const sealer = options.sealer();
  const { fingerprint } = sealer;
  const lookIn = async (least: number): Promise<OpenSession> => {
    const request = { fingerprint, after: least, fresh, logInEveryMs, claimMs };
    const word = await stored(operation, () => sessions.obtain(request));
    switch (word.kind) {
      case 'held': {
        const { sealed, version } = word.session;
        const token = sealer.open(sealed);
        // What cannot be opened counts as absent.
        return token === null ? lookIn(version) : { token, version };
      }
      case 'claimed':
        return (await logInWith(options, sealer, word.claim)) ?? lookIn(least);
      case 'wait':
        await sleep(waitOf(operation, word, after > 0));
        return lookIn(least);
      case 'refused':
        throw refusedBefore(operation, word);
    }
  };
  return lookIn(after);
}

export interface TurnOptions {
  readonly sessions: PortalSessions;
  readonly fingerprint: () => string;
  readonly operation: PortalOperation;
  readonly claimMs: number;
}

/**
 * Runs `work` while no other process of the account does, for what is not kept in the store. Throws what `work` throws, and
 * `PortalError` of kind `paused` when the store cannot be reached.
 */
export async function inTurn<Value>(options: TurnOptions, work: () => Promise<Value>): Promise<Value> {
  const { sessions, operation, claimMs } = options;
  const fingerprint = options.fingerprint();
  const request = { fingerprint, after: 0, fresh: false, logInEveryMs: 0, claimMs };
  let word = await stored(operation, () => sessions.obtain(request));
  while (word.kind !== 'claimed') {
    await sleep(LOOK_AGAIN_MS);
    word = await stored(operation, () => sessions.obtain(request));
  }
  const { claim } = word;
  try {
    return await work();
  } finally {
    // A claim that cannot be given back ends by itself.
    await sessions.release(claim, fingerprint).catch(() => undefined);
  }
}

/** Null: the log-in took longer than its claim, and another process has logged in meanwhile. */
async function logInWith(
  { sessions, operation, logIn }: LogInTurnOptions,
  { fingerprint, seal }: Sealer,
  claim: { readonly id: string },
): Promise<OpenSession | null> {
  let token: string;
  try {
    token = await logIn();
  } catch (error) {
    // A claim that cannot be given back ends by itself; the log-in's own failure is what the caller has to know.
    await giveBack(error).catch(() => undefined);
    throw error;
  }
  const kept = await stored(operation, () => sessions.keep(claim, fingerprint, seal(token)));
  return kept === null ? null : { token, version: kept.version };

  function giveBack(error: unknown): Promise<void> {
    if (!(error instanceof PortalError) || error.kind !== 'credentials') {
      return sessions.release(claim, fingerprint);
    }
    const { message, portalCode = null } = error;
    return sessions.refuse(claim, fingerprint, { message, portalCode });
  }
}

/** A session lasts for hours. What ends one within seconds is another log-in, in a portal that allows a user one session. */
const ENDED_SOON =
  'the portal ended the session right after its log-in (another program may be logging in as the same user)';

/** `wasEnded`: there was a session, and the portal refused it. */
function waitOf(
  operation: PortalOperation,
  word: Extract<SessionWord, { kind: 'wait' }>,
  wasEnded: boolean,
): number {
  if (word.why === 'logging-in') return Math.min(word.waitMs, LOOK_AGAIN_MS);
  if (word.waitMs <= LONGEST_WAIT_MS) return word.waitMs;
  const seconds = Math.ceil(word.waitMs / 1_000);
  throw portalFailure(
    operation,
    'paused',
    `not sent: ${wasEnded ? ENDED_SOON : 'the last log-in was a moment ago'}, and the next log-in is allowed in ${seconds} s`,
    { retryAfterMs: Math.ceil(word.waitMs) },
  );
}

function refusedBefore(
  operation: PortalOperation,
  { refusal, waitMs }: Extract<SessionWord, { kind: 'refused' }>,
): PortalError {
  return portalFailure(operation, 'credentials', refusal.message, {
    retryAfterMs: Math.ceil(waitMs),
    portalCode: refusal.portalCode ?? undefined,
  });
}

async function stored<Value>(operation: PortalOperation, ask: () => Promise<Value>): Promise<Value> {
  try {
    return await ask();
  } catch (cause) {
    throw new PortalError({
      portal: operation.portal,
      operation: operation.name,
      kind: 'paused',
      outcome: 'none',
      message: "not sent: the account's session could not be read",
      retryAfterMs: 1_000,
      cause,
    });
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(1, Math.ceil(ms))));
}
