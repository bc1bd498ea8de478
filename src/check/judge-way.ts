import type { PortalName } from '../driver/ports/portal-error';
import type { CheckId, Finding } from './finding';
import type { ShownCertificate, Way } from './reach-portal';

const DAY_MS = 24 * 3_600_000;
/** A certificate that ends sooner than this is worth a warning. */
const SOON_DAYS = 21;

/** What the way to a portal says. Pure. Once a finding is `wrong`, calls to the portal would fail for that reason. */
export function judgeWay(portal: PortalName, way: Way, now: number): readonly Finding[] {
  const where = `${portal}.baseUrl`;
  const finding = (check: CheckId, rest: Omit<Finding, 'portal' | 'check'>): Finding => ({
    portal,
    check,
    ...rest,
  });
  return [
    ...judgeProxy(way).map((one) => finding('proxy', one)),
    ...judgeName(way, where).map((one) => finding('name', one)),
    ...judgeConnection(way, where).map((one) => finding('connection', one)),
    ...judgeScheme(way, where).map((one) => finding('scheme', one)),
    ...judgeCertificate(way, where, now).map((one) => finding('certificate', one)),
  ];
}

type Judged = readonly Omit<Finding, 'portal' | 'check'>[];

function judgeProxy({ proxy, tunnel, place }: Way): Judged {
  if (proxy === null) return [{ state: 'ok', found: 'none' }];
  const { host, variable } = proxy;
  if (tunnel.kind !== 'failed') return [{ state: 'ok', found: `${host}, by ${variable}` }];
  const isCredentials = tunnel.code.endsWith('407');
  return [
    {
      state: 'wrong',
      found: `${host} does not connect to ${place} (${tunnel.code})`,
      change: isCredentials
        ? 'Give user and password in the address of the proxy: http://user:password@host:port.'
        : `Let the proxy connect to ${place}, or except the host from it.`,
      where: isCredentials ? variable : `${variable}, or NO_PROXY for the exception`,
    },
  ];
}

function judgeName({ proxy, host, name }: Way, where: string): Judged {
  const asked = proxy === null ? host : proxy.url.hostname;
  if (name.kind === 'skipped') return [];
  if (name.kind === 'done') {
    return [{ state: 'ok', found: asked === name.value ? asked : `${asked} is ${name.value}` }];
  }
  return [
    {
      state: 'wrong',
      found: `${asked} cannot be found (${name.code})`,
      change: "Correct the host, or this machine's name server.",
      where: proxy?.variable ?? where,
    },
  ];
}

function judgeConnection({ proxy, place, connection }: Way, where: string): Judged {
  const asked = proxy?.host ?? place;
  if (connection.kind === 'skipped') return [];
  if (connection.kind === 'done') return [{ state: 'ok', found: `${asked} accepts connections` }];
  return [
    {
      state: 'wrong',
      found: `${asked} cannot be reached (${connection.code})`,
      change: `Let this machine reach ${asked} (firewall, HTTPS_PROXY), or correct the port.`,
      where: proxy?.variable ?? where,
    },
  ];
}

/** What TLS libraries say of a server that answers something else. */
const NO_TLS = /WRONG_VERSION_NUMBER|EPROTO|ECONNRESET|ERR_SSL_|PACKET_LENGTH|no answer/;

function judgeScheme({ isHttps, certificate, speaksTls, place }: Way, where: string): Judged {
  if (speaksTls === true) {
    const found = `${place} speaks TLS, and baseUrl begins with http://`;
    return [{ state: 'wrong', found, change: 'Begin it with https://.', where }];
  }
  if (speaksTls === false) return [{ state: 'ok', found: 'http, without TLS' }];
  if (!isHttps || certificate.kind === 'skipped') return [];
  if (certificate.kind === 'done') return [{ state: 'ok', found: 'https' }];
  const change =
    'Correct the port; or, on a network of your own only, begin it with http:// and set ALLOW_HTTP.';
  const reason = NO_TLS.test(certificate.code) ? 'does not speak TLS' : 'does not agree on TLS';
  return [{ state: 'wrong', found: `${place} ${reason} (${certificate.code})`, change, where }];
}

function judgeCertificate({ certificate, host }: Way, where: string, now: number): Judged {
  if (certificate.kind !== 'done') return [];
  const { issuer, validTo, refusal } = certificate.value;
  const until = Number.isFinite(validTo) ? new Date(validTo).toISOString().slice(0, 10) : 'an unknown day';
  const found = `issued by “${issuer}”, valid until ${until}`;
  if (refusal !== null)
    return [{ state: 'wrong', ...refused(certificate.value, refusal, { found, host, where }) }];
  const days = Math.floor((validTo - now) / DAY_MS);
  if (days > SOON_DAYS) return [{ state: 'ok', found }];
  const change = `It ends in ${days} days: have it renewed by the portal's operator.`;
  return [{ state: 'warning', found, change }];
}

function refused(
  { names }: ShownCertificate,
  code: string,
  { found, host, where }: { readonly found: string; readonly host: string; readonly where: string },
): Omit<Finding, 'portal' | 'check' | 'state'> {
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    const change = "Have it renewed by the portal's operator, unless this machine's clock is wrong.";
    return { found: `${found}; not valid now (${code})`, change };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const change = `Give a host that the certificate names (${names === '' ? 'it names none' : names}).`;
    return { found: `${found}; not for ${host} (${code})`, change, where };
  }
  return {
    found: `${found}; not trusted (${code})`,
    change:
      'If that authority is right (an own one, or an inspecting proxy), give the file of its certificate.',
    where: 'NODE_EXTRA_CA_CERTS',
  };
}
