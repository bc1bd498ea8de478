import type { PortalError, PortalName } from '../driver/ports/portal-error';
import type { CheckId, Finding } from './finding';

/** What a portal's own credentials are called, and where they stand. */
const CREDENTIALS: { readonly [Portal in PortalName]: { readonly names: string; readonly where: string } } = {
  gps: { names: 'the user name and the App Token of this user', where: 'gps.username, gps.appToken' },
  driveri: {
    names: 'client id and client secret of the API key',
    where: 'driveri.clientId, driveri.clientSecret',
  },
};

const EXAMPLES: { readonly [Portal in PortalName]: string } = {
  gps: 'https://api.gpsinsight.com/v2',
  driveri: 'https://api.netradyne.com/driveri',
};

/**
 * Why a call failed, as a finding: which of address, portal, log-in and rights it is about, and what to change. Pure. `asked`: what
 * was being asked, when the failure says nothing of those.
 */
export function judgeFailure(error: PortalError, asked: CheckId): Finding {
  const { portal, kind, causeInWords: cause } = error;
  const finding = (check: CheckId, found: string, change: string, where?: string): Finding => ({
    portal,
    check,
    state: 'wrong',
    found,
    change,
    ...(where === undefined ? {} : { where }),
  });
  const address = `${portal}.baseUrl`;
  switch (kind) {
    case 'credentials': {
      const { names, where } = CREDENTIALS[portal];
      return finding('logIn', `refused: ${cause}`, `Give ${names}.`, where);
    }
    case 'forbidden':
      return portal === 'driveri'
        ? finding('scopes', error.message, 'Have the scope added to the API key.', 'the API key in Driveri')
        : finding(
            'rights',
            `${error.operation}: ${cause}`,
            'Give the API user this permission.',
            'the user in the GPS portal',
          );
    case 'malformed':
      return finding('address', `${error.operation}: ${error.message}`, ...mendAddress(error), address);
    case 'timeout':
      return finding(
        'portal',
        `${error.operation}: ${cause}`,
        'Try again later; if it stays so, allow more time.',
        'timeouts',
      );
    case 'rate-limited':
    case 'paused':
      return finding(
        'portal',
        `${error.operation}: ${cause}`,
        "Try again later; ask for a higher limit if this account's is too low.",
      );
    case 'unreachable':
    case 'server':
      return finding(
        'portal',
        `${error.operation}: ${cause}`,
        'Try again later; if it stays so, ask the operator of the portal.',
      );
    default:
      return finding(
        asked,
        `${error.operation}: ${cause}`,
        'Ask the operator of the portal what is wrong with this call.',
      );
  }
}

/** Whether the address leads to no API: nothing there, in the portal's own words. */
export const saysNoSuchPath = ({ kind, portalCode }: PortalError): boolean =>
  kind === 'rejected' && (portalCode ?? '').startsWith('404');

/** That there is no API under this path. */
export function wrongPath(error: PortalError): Finding {
  const { portal, causeInWords } = error;
  return {
    portal,
    check: 'address',
    state: 'wrong',
    found: `${error.operation}: ${causeInWords}`,
    change: `Correct the path: the API's address looks like ${EXAMPLES[portal]}.`,
    where: `${portal}.baseUrl`,
  };
}

function mendAddress({ portal, portalCode }: PortalError): [string] {
  const like = `the API's address looks like ${EXAMPLES[portal]}`;
  if (/^3/.test(portalCode ?? '')) {
    return [`Give the address that it redirects to (another host, or https:// for http://); ${like}.`];
  }
  if (portalCode === '404') return [`Correct the path: ${like}.`];
  return [
    `Correct the address if a page or another API answers there: ${like}. Otherwise ask the operator of the portal.`,
  ];
}
