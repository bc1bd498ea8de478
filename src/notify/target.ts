import { createHash } from 'node:crypto';
import type { AccountConfig, NotifyTarget } from '../config/account-config';
import { assertNever } from '../driver/assert-never';
import type { Secret } from '../platform/secret';
import type { IncidentKind, NotificationPhase } from './incident';

/** Where one notification goes: a webhook, or one mail address. */
export type Target = TargetBase &
  (
    | {
        readonly channel: 'webhook';
        readonly url: Secret;
        readonly format: 'json' | 'slack';
        readonly secret: Secret | undefined;
      }
    | { readonly channel: 'mail'; readonly address: string }
  );

interface TargetBase {
  /** Names it in the store: the same as long as it goes to the same place. */
  readonly digest: string;
  /** As people call it, without what is secret. */
  readonly name: string;
  readonly on: NotifyTarget['on'];
  readonly failuresAbove: number;
}

/** The account's targets, each address of a mail by itself: what one has taken is not sent again because of another. */
export function targetsOf({ notify }: Pick<AccountConfig, 'notify'>): readonly Target[] {
  const targets = notify.flatMap(toTargets);
  // The same place twice is one target, which wants what either wants.
  const byDigest = new Map<string, Target>();
  for (const one of targets) {
    const other = byDigest.get(one.digest);
    byDigest.set(
      one.digest,
      other === undefined ? one : { ...other, on: [...new Set([...other.on, ...one.on])] },
    );
  }
  return [...byDigest.values()];
}

function toTargets(target: NotifyTarget): readonly Target[] {
  const { on, failuresAbove } = target;
  switch (target.kind) {
    case 'webhook': {
      const { url, format, secret } = target;
      const digest = digestOf(['webhook', url.reveal()]);
      return [
        {
          channel: 'webhook',
          digest,
          name: new URL(url.reveal()).host,
          url,
          format,
          secret,
          on,
          failuresAbove,
        },
      ];
    }
    case 'mail':
      return target.to.map((address) => ({
        channel: 'mail',
        digest: digestOf(['mail', address.toLowerCase()]),
        name: address,
        address,
        on,
        failuresAbove,
      }));
    default:
      return assertNever(target);
  }
}

const digestOf = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

/**
 * Whether a target is to be told this. That an incident is over is told to whoever asked for its kind and for `recovered`, and
 * to a target that asked for nothing else.
 */
export function wants(
  target: Pick<Target, 'on' | 'failuresAbove'>,
  incident: { readonly kind: IncidentKind; readonly key: string },
  phase: NotificationPhase,
): boolean {
  const { on, failuresAbove } = target;
  if (incident.kind === 'failures' && incident.key !== String(failuresAbove)) return false;
  if (phase === 'opened') return on.includes(incident.kind);
  return on.includes('recovered') && (on.includes(incident.kind) || on.length === 1);
}
