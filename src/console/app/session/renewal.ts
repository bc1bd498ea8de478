import type { Session } from './session';
import { readSignInOffer } from './sign-in-offer';

/** After this part of a token's remaining life it is renewed. */
const PART = 0.75;
const AGAIN_MS = 10_000;
/** Timers of a browser take no more. */
const LONGEST_MS = 24 * 3_600_000;

/**
 * Renews the token in time, silently, as long as the identity provider lets it. When it does not, the session expires, and the
 * user is asked.
 */
export function keepRenewed(session: Session): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const plan = (): void => {
    clearTimeout(timer);
    const state = session.state();
    if (state.kind !== 'active') return;
    const { expiresAt, renewal } = state.credentials;
    if (expiresAt === null || renewal === undefined) return;
    const left = Math.max(0, expiresAt - Date.now());
    timer = setTimeout(() => void attempt(renewal.refreshToken), Math.min(left * PART, LONGEST_MS));
  };
  const attempt = async (refreshToken: string): Promise<void> => {
    const before = session.state();
    try {
      const provider = await readSignInOffer();
      if (provider.kind !== 'oidc') return;
      const { renew } = await import('./oidc');
      const credentials = await renew(provider, refreshToken);
      // Signed out, or in again, in the meantime: that counts.
      if (session.state() === before) session.start(credentials);
    } catch {
      // Refused, or not reached: as long as the token lives it is tried again.
      const state = session.state();
      const isAlive = state.kind === 'active' && (state.credentials.expiresAt ?? 0) > Date.now();
      if (isAlive) timer = setTimeout(() => void attempt(refreshToken), AGAIN_MS);
    }
  };
  session.subscribe(plan);
  plan();
}
