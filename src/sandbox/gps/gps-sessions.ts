import { randomBytes } from 'node:crypto';

/** A log-in. */
export interface GpsSession {
  readonly token: string;
  readonly startedAt: number;
}

/** The sessions of the portal's user. They end without notice (portals.md, D). */
export class GpsSessions {
  private readonly byToken = new Map<string, GpsSession>();

  constructor(
    sessions: readonly GpsSession[],
    private readonly now: () => number,
    private readonly changed: () => void,
  ) {
    for (const session of sessions) this.byToken.set(session.token, session);
  }

  all(): readonly GpsSession[] {
    return [...this.byToken.values()];
  }

  /** Begins a session: its token is a long hexadecimal string. */
  begin(): GpsSession {
    const session = { token: randomBytes(24).toString('hex'), startedAt: this.now() };
    this.byToken.set(session.token, session);
    this.changed();
    return session;
  }

  /** The session of that token, unless it has ended. */
  find(token: string | undefined, ttlMs: number): GpsSession | undefined {
    const session = token === undefined ? undefined : this.byToken.get(token);
    if (session === undefined) return undefined;
    if (this.now() - session.startedAt < ttlMs) return session;
    this.end(session.token);
    return undefined;
  }

  end(token: string): void {
    if (this.byToken.delete(token)) this.changed();
  }

  endAll(): void {
    this.byToken.clear();
    this.changed();
  }
}
