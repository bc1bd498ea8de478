/** The proxy that calls to an address go through. */
export interface ProxyInUse {
  /** Without credentials. */
  readonly host: string;
  readonly url: URL;
  /** The variable that names it. */
  readonly variable: string;
}

type Env = Readonly<Record<string, string | undefined>>;

const VARIABLES: { readonly [protocol: string]: readonly string[] } = {
  // As undici reads them: small letters first, and HTTP_PROXY stands in for HTTPS_PROXY.
  'https:': ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'],
  'http:': ['http_proxy', 'HTTP_PROXY'],
};

/** Which proxy the connectors use for this URL, by `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`; null: none. */
export function proxyOf(target: string, env: Env): ProxyInUse | null {
  const url = new URL(target);
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const excepted = env['no_proxy'] ?? env['NO_PROXY'] ?? '';
  if (isExcepted(url.hostname.toLowerCase(), port, excepted)) return null;
  const variable = VARIABLES[url.protocol]?.find((name) => (env[name] ?? '') !== '');
  const value = variable === undefined ? undefined : env[variable];
  if (variable === undefined || value === undefined || !URL.canParse(value)) return null;
  const proxy = new URL(value);
  return { host: proxy.host, url: proxy, variable };
}

function isExcepted(hostname: string, port: number, excepted: string): boolean {
  if (excepted === '*') return true;
  return excepted
    .split(/[,\s]/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, name = entry, own] = /^(.+):(\d+)$/.exec(entry) ?? [];
      if (own !== undefined && Number(own) !== port) return false;
      const host = name.replace(/^\*?\./, '').toLowerCase();
      return hostname === host || hostname.endsWith(`.${host}`);
    });
}
