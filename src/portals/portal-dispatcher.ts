import type { PeerCertificate, TLSSocket } from 'node:tls';
import { codeOf } from './error-code';
import { buildConnector, EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';

export interface DispatcherOptions {
  readonly connectTimeoutMs: number;
  readonly maxAnswerBytes: number;
  /** Sockets to the portal. */
  readonly connections: number;
}

/** Connections to portals, through the proxy that the environment names, if any. */
export interface PortalDispatcher {
  readonly dispatcher: Dispatcher;
  /** The certificate that this host showed last; undefined when it showed none, or showed it through a proxy. */
  certificateOf(hostname: string): PeerCertificate | undefined;
}

/** A proxy that did not let a connection through. Nothing was sent to the portal. */
export class ProxyFailure extends Error {
  /** `code`: of the error or the proxy's status. */
  constructor(
    readonly proxy: string,
    readonly code: string,
  ) {
    super('the proxy did not connect');
    this.name = 'ProxyFailure';
  }
}

/**
 * Makes connections that obey `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` (in small letters, too). Throws a `TypeError` for a
 * proxy's address that is none. Certificates are checked against Node's own authorities and `NODE_EXTRA_CA_CERTS`.
 */
export function createPortalDispatcher(options: DispatcherOptions): PortalDispatcher {
  const certificates = new Map<string, PeerCertificate>();
  const connect = rememberingCertificates(options.connectTimeoutMs, certificates);
  try {
    const dispatcher = new EnvHttpProxyAgent({
      connections: options.connections,
      maxResponseSize: options.maxAnswerBytes,
      // One deadline for the whole call instead; see `http-client.ts`.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect,
      proxyTls: { timeout: options.connectTimeoutMs },
      clientFactory: (origin, poolOptions) => new ProxyPool(origin, poolOptions),
    });
    return { dispatcher, certificateOf: (hostname) => certificates.get(hostname) };
  } catch {
    // Without the cause, which may hold the proxy's password.
    throw new TypeError('HTTPS_PROXY or HTTP_PROXY is not the address of a proxy');
  }
}

/** The connector of undici, which tells of a certificate that it refused only that it did. */
function rememberingCertificates(
  timeout: number,
  certificates: Map<string, PeerCertificate>,
): buildConnector.connector {
  const connect = buildConnector({ timeout });
  return (target, done) => {
    // undici returns the socket, although its types do not say so.
    const socket = connect(target, done) as unknown as TLSSocket | undefined;
    // Before Node's own listener, which destroys a socket whose certificate it refuses.
    socket?.prependListener('secure', () =>
      certificates.set(target.hostname, socket.getPeerCertificate(true)),
    );
  };
}

/** Connections to a proxy: a tunnel that cannot be had is told apart from a portal that cannot be reached. */
class ProxyPool extends Pool {
  private readonly host: string;

  constructor(origin: URL, options: object) {
    super(origin, options);
    this.host = origin.host;
  }

  override connect(options: Omit<Dispatcher.ConnectOptions, 'origin'>): Promise<Dispatcher.ConnectData>;
  override connect(
    options: Omit<Dispatcher.ConnectOptions, 'origin'>,
    callback: (error: Error | null, data: Dispatcher.ConnectData) => void,
  ): void;
  override connect(
    options: Omit<Dispatcher.ConnectOptions, 'origin'>,
    callback?: (error: Error | null, data: Dispatcher.ConnectData) => void,
  ): Promise<Dispatcher.ConnectData> | void {
    if (callback !== undefined) return super.connect(options, callback);
    return this.tunnel(options);
  }

  private async tunnel(options: Omit<Dispatcher.ConnectOptions, 'origin'>): Promise<Dispatcher.ConnectData> {
    const answer = await super.connect(options).catch((error: unknown) => {
      throw new ProxyFailure(this.host, codeOf(error) ?? 'unknown');
    });
    if (answer.statusCode === 200) return answer;
    answer.socket.on('error', () => undefined).destroy();
    throw new ProxyFailure(this.host, String(answer.statusCode));
  }
}
