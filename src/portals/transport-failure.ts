import type { PeerCertificate } from 'node:tls';
import { PortalError, type PortalErrorKind } from '../driver/ports/portal-error';
import { codeOf } from './error-code';
import { ProxyFailure } from './portal-dispatcher';
import { outcomeUnknown, portalFailure, type PortalOperation } from './portal-failure';

/** What was called, and how. */
export interface Exchange {
  readonly operation: PortalOperation;
  /** Host name and port of the portal. */
  readonly host: string;
  /** The time-out that passed; null when the call failed before. */
  readonly timedOutMs: number | null;
  /** What the portal showed, if it is known. */
  readonly certificate: PeerCertificate | undefined;
}

/** Errors of connecting: nothing was sent. */
const NOT_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|UND_ERR_INVALID_ARG|UND_ERR_CLOSED|UND_ERR_PRX_\w+|ERR_TLS_\w+|ERR_SSL_\w+|CERT_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+)$/;
/** Errors of a connection that broke while it was used. */
const BROKEN = /^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET)$/;
/** Errors of an answer that is no HTTP, or too long. */
const NO_ANSWER = /^(HPE_\w+|UND_ERR_RES_\w+|UND_ERR_HEADERS_OVERFLOW)$/;

/** Whether a connection broke that had been made: a kept one that the portal had closed meanwhile, as a rule. */
export function isBrokenConnection(error: unknown): boolean {
  return BROKEN.test(codeOf(error) ?? '');
}

/** Whether a call failed before anything was sent: no name, no connection, no trust, no way through the proxy. */
export function neverConnected({ portalCode }: PortalError): boolean {
  return portalCode !== undefined && (NOT_CONNECTED.test(portalCode) || portalCode.startsWith('PROXY_'));
}

/**
 * A failed exchange as a `PortalError`, with its cause in words. The error itself is not kept: undici's hold addresses and
 * pieces of bodies.
 */
export function transportFailure(exchange: Exchange, error: unknown): PortalError {
  const { operation, host, timedOutMs } = exchange;
  if (error instanceof ProxyFailure) return proxyFailure(operation, error);
  const portalCode = codeOf(error);
  const notSent = portalCode !== undefined && NOT_CONNECTED.test(portalCode);
  const outcome = notSent ? 'none' : outcomeUnknown(operation);
  if (timedOutMs !== null && !notSent) {
    const seconds = timedOutMs / 1000;
    const causeInWords = `timed out after ${seconds} s`;
    return portalFailure(operation, 'timeout', `no answer within ${seconds} s`, { outcome, causeInWords });
  }
  const isNoAnswer = portalCode !== undefined && NO_ANSWER.test(portalCode);
  const kind: PortalErrorKind = isNoAnswer ? 'malformed' : 'unreachable';
  const message = `${summaryOf(isNoAnswer, notSent)} (${portalCode ?? 'unknown'})`;
  const causeInWords =
    (notSent ? connectionWords(portalCode, host, exchange, error) : answerWords(portalCode)) ?? message;
  return portalFailure(operation, kind, message, { outcome, portalCode, causeInWords });
}

function summaryOf(isNoAnswer: boolean, notSent: boolean): string {
  if (isNoAnswer) return 'the answer could not be read';
  return notSent ? 'no connection' : 'the connection broke';
}

function proxyFailure(operation: PortalOperation, { proxy, code }: ProxyFailure): PortalError {
  const said = /^\d+$/.test(code) ? `it answered ${code}` : (connectionWords(code, proxy) ?? code);
  const message = code === '407' ? 'the proxy wants credentials' : 'the proxy did not connect';
  const causeInWords = `${message} (proxy ${proxy}: ${said})`;
  return portalFailure(operation, 'unreachable', message, { portalCode: `PROXY_${code}`, causeInWords });
}

function connectionWords(code: string, host: string, exchange?: Exchange, error?: unknown): string | null {
  const name = host.replace(/:\d+$/, '');
  if (code === 'ENOTFOUND') return `the name ${name} was not found`;
  if (code.startsWith('EAI_')) return `the name ${name} could not be looked up (${code})`;
  if (code === 'ECONNREFUSED') return `${host} refused the connection`;
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return `${host} did not accept a connection in time`;
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return `there is no route to ${host}`;
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') return `${host} does not speak TLS: https was expected`;
  return certificateWords(code, name, exchange?.certificate ?? certificateIn(error));
}

const UNTRUSTED =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE)$/;

function certificateWords(
  code: string,
  name: string,
  certificate: PeerCertificate | undefined,
): string | null {
  const issuer = fit(certificate?.issuer?.O ?? certificate?.issuer?.CN);
  const issued = issuer === null ? '' : `, issued by “${issuer}”`;
  if (code === 'CERT_HAS_EXPIRED') {
    const until = fit(certificate?.valid_to);
    return `the certificate of ${name} expired${until === null ? '' : ` on ${until}`}${issued}`;
  }
  if (code === 'CERT_NOT_YET_VALID') {
    return `the certificate of ${name} is not valid before ${fit(certificate?.valid_from) ?? 'a later time'}${issued}`;
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = fit(certificate?.subjectaltname?.replace(/\b(DNS|IP Address):/g, '')) ?? 'another host';
    return `the certificate is for ${names}, not for ${name}${issued}`;
  }
  if (UNTRUSTED.test(code)) {
    return `the certificate of ${name} is not trusted${issued}: if that authority is right, name its certificate in NODE_EXTRA_CA_CERTS`;
  }
  return /^(ERR_SSL_|ERR_TLS_|CERT_)/.test(code) ? `no secure connection to ${name} (${code})` : null;
}

/** Node puts the certificate on the error when only the host name is wrong. */
function certificateIn(error: unknown): PeerCertificate | undefined {
  if (typeof error !== 'object' || error === null || !('cert' in error)) return undefined;
  return typeof error.cert === 'object' && error.cert !== null ? (error.cert as PeerCertificate) : undefined; // Node's own
}

function answerWords(code: string | undefined): string | null {
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return 'the answer is longer than allowed';
  if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET')
    return 'the portal closed the connection without an answer';
  return code?.startsWith('HPE_') === true ? 'the answer is not HTTP' : null;
}

/** A certificate's text, short and on one line; its holder may write anything into it. */
function fit(text: string | readonly string[] | undefined): string | null {
  const line = [text ?? []]
    .flat()
    .join(', ')
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 120);
  return line === '' ? null : line;
}
