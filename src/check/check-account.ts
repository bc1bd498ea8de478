import type { AccountConfig } from '../config/account-config';
import type { PortalName } from '../driver/ports/portal-error';
import { inspectDriveri } from '../portals/driveri/inspect-driveri';
import { inspectGps } from '../portals/gps/inspect-gps';
import type { InspectionOptions } from '../portals/inspected';
import type { AnswerTimes } from '../portals/portal-connection';
import type { AccountReport, Finding } from './finding';
import { judgeClock } from './judge-clock';
import { judgeDriveri } from './judge-driveri';
import { judgeGps } from './judge-gps';
import { judgeWay } from './judge-way';
import { reachPortal } from './reach-portal';

/** What the check is told besides the account. */
export interface CheckOptions {
  /** Where proxies are named. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Epoch ms; default the machine's clock. */
  readonly now?: () => number;
}

/**
 * Contacts both portals of an account, read only: the way there, the log-in, and what the sync rests on. A log-in is made in each,
 * and in Driveri a token when it has none. Never rejects for what a portal does: that is a finding.
 */
export async function checkAccount(account: AccountConfig, options: CheckOptions): Promise<AccountReport> {
  const { gps, driveri } = account;
  const findings = await Promise.all([
    checkPortal('gps', gps.baseUrl, account, options, async (inspection) => {
      const { username, driveriDriverIdField, requestsPerDay } = gps;
      const appToken = () => gps.appToken.reveal();
      const given = {
        ...inspection,
        username,
        appToken,
        driveriDriverIdField,
        requestsPerDay,
        requestsPerSecond: 10,
      };
      return judgeGps(gps, await inspectGps(given));
    }),
    checkPortal('driveri', driveri.baseUrl, account, options, async (inspection) => {
      const { tenant, clientId, requestsPerSecond, removedStatus } = driveri;
      const clientSecret = () => driveri.clientSecret.reveal();
      const given = { ...inspection, tenant, clientId, clientSecret, requestsPerSecond, removedStatus };
      return judgeDriveri(driveri, await inspectDriveri(given));
    }),
  ]);
  return { account: account.id, findings: findings.flat() };
}

async function checkPortal(
  portal: PortalName,
  baseUrl: string,
  { timeouts }: AccountConfig,
  { env, now = Date.now }: CheckOptions,
  inspect: (options: InspectionOptions) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const way = judgeWay(portal, await reachPortal(baseUrl, env), now());
  if (way.some(({ state }) => state === 'wrong')) return way;
  let requests = 0;
  const dates: AnswerTimes[] = [];
  const found = await inspect({
    baseUrl,
    timeoutMs: timeouts.requestMs,
    listTimeoutMs: timeouts.listMs,
    now,
    onCall: ({ sent }) => (requests += sent ? 1 : 0),
    onDate: (times) => dates.push(times),
  });
  return [
    ...way,
    ...found,
    ...judgeClock(portal, dates),
    { portal, check: 'requests', state: 'ok', found: `${requests}` },
  ];
}
