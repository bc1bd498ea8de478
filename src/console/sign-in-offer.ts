/** How users of a deployment sign in to the console. Written by `serve-console.ts`, read by the page. */
export type SignInOffer =
  | { readonly kind: 'token' }
  /** The sandbox: a token for each role. Nothing real is behind them. */
  | {
      readonly kind: 'sandbox';
      readonly tokens: readonly { readonly role: string; readonly token: string }[];
    }
  /** An identity provider: authorisation code with PKCE, found by discovery. */
  | {
      readonly kind: 'oidc';
      readonly issuer: string;
      readonly clientId: string;
      readonly scope: string;
      /** The API that the token is for, as some providers want to be told: as `audience`, or as `resource` (RFC 8707). */
      readonly audience?: string;
      readonly resource?: string;
    };
