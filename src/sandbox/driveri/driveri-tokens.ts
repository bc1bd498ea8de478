import { randomBytes, randomUUID } from 'node:crypto';

/** An access token. */
export interface DriveriToken {
  readonly accessToken: string;
  readonly accessTokenId: string;
  readonly createdOn: number;
  readonly expiresOn: number;
}

/** The most active tokens that a client may have (portals.md, C). */
export const MOST_TOKENS = 2;

/** The API key's tokens. */
export class DriveriTokens {
  private readonly byToken = new Map<string, DriveriToken>();

  constructor(
    tokens: readonly DriveriToken[],
    private readonly now: () => number,
    private readonly changed: () => void,
  ) {
    for (const token of tokens) this.byToken.set(token.accessToken, token);
  }

  /** Those that are active now, oldest first. */
  active(): readonly DriveriToken[] {
    const now = this.now();
    for (const token of this.byToken.values()) {
      if (token.expiresOn <= now) this.byToken.delete(token.accessToken);
    }
    return [...this.byToken.values()];
  }

  issue(ttlMs: number): DriveriToken {
    const createdOn = this.now();
    const token = {
      accessToken: randomBytes(32).toString('base64url'),
      accessTokenId: randomUUID(),
      createdOn,
      expiresOn: createdOn + ttlMs,
    };
    this.byToken.set(token.accessToken, token);
    this.changed();
    return token;
  }

  isActive(accessToken: string): boolean {
    const token = this.byToken.get(accessToken);
    return token !== undefined && token.expiresOn > this.now();
  }

  revoke(accessToken: string): boolean {
    const revoked = this.byToken.delete(accessToken);
    if (revoked) this.changed();
    return revoked;
  }

  revokeById(accessTokenId: string): boolean {
    const token = this.active().find((active) => active.accessTokenId === accessTokenId);
    return token !== undefined && this.revoke(token.accessToken);
  }

  revokeAll(): void {
    this.byToken.clear();
    this.changed();
  }
}
