/** How a portal call is to be paced and bounded. */
export interface CallOptions {
  /** `live` (default) goes ahead of `bulk` in the account's own pacing. */
  readonly urgency?: 'live' | 'bulk';
  /** Epoch ms after which the request must not be sent any more: it fails as `too-late`, with outcome `none`. */
  readonly sendBefore?: number;
  /** Asked right before the request is sent: false, and it fails as `too-late`, with outcome `none`. */
  readonly mayStart?: () => boolean;
}
