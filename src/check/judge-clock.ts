import type { PortalName } from '../driver/ports/portal-error';
import type { AnswerTimes } from '../portals/portal-connection';
import type { Finding } from './finding';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How far this machine's clock and the portal's are apart, by the answer that was the quickest. Pure. */
export function judgeClock(portal: PortalName, answers: readonly AnswerTimes[]): readonly Finding[] {
  const [quickest] = [...answers].sort((one, other) => spanOf(one) - spanOf(other));
  if (quickest === undefined) return [];
  const { sentAt, receivedAt, portalDate } = quickest;
  // The header has whole seconds: the moment lies in the second that begins there.
  const aheadMs =
    portalDate > receivedAt ? portalDate - receivedAt : Math.min(0, portalDate + 1_000 - sentAt);
  const apart = Math.abs(aheadMs);
  if (apart < MINUTE_MS)
    return [
      {
        portal,
        check: 'clock',
        state: 'ok',
        found: `as the portal's, within ${Math.ceil(apart / 1_000) + 1} s`,
      },
    ];
  const found = `the portal's is ${inWords(apart)} ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine's`;
  const change = "Set this machine's clock by a time server, unless the portal's is wrong.";
  const state = apart < HOUR_MS ? 'warning' : 'wrong';
  return [{ portal, check: 'clock', state, found, change, where: 'the machine that runs the gateway' }];
}

const spanOf = ({ sentAt, receivedAt }: AnswerTimes): number => receivedAt - sentAt;

function inWords(ms: number): string {
  if (ms < HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  return ms < 48 * HOUR_MS ? `${Math.round(ms / HOUR_MS)} h` : `${Math.round(ms / (24 * HOUR_MS))} days`;
}
