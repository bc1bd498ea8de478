import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { z } from 'zod';
import { errorMessage } from '../platform/error-code';
import { Secret } from '../platform/secret';

/** A TCP port; 0 is any free one. */
export function port() {
  return wholeNumber(0, 65_535, 'is not a port; give a whole number from 0 to 65535');
}

/** A number of whole seconds in a range. */
export function seconds(min: number, max: number) {
  return wholeNumber(min, max, `is not a number of seconds; give a whole number from ${min} to ${max}`);
}

/** A whole number in a range, written with digits only. */
export function wholeNumber(min: number, max: number, message: string) {
  return z
    .string()
    .regex(/^\d{1,15}$/, message) // no more digits than a number holds exactly
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
}

/** One of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, {
    error: `is none of its values; give ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`,
  });
}

/** Yes or no, as people write it: true, 1, on; false, 0, off. */
export function flag() {
  return oneOf(['true', 'false', '1', '0', 'on', 'off']).transform((word) =>
    ['true', '1', 'on'].includes(word),
  );
}

/** A URL that may hold a password. */
export function secretUrl(protocols: readonly string[], example: string) {
  return z
    .string()
    .refine(isUrlOf(protocols), `is not a URL of that kind; give one like ${example}`)
    .transform((url) => new Secret(url));
}

/** A URL of a web server. */
export function webUrl(example: string) {
  return z.string().refine(isUrlOf(['http:', 'https:']), `is not a URL; give one like ${example}`);
}

/** Whether a text is a URL with one of these protocols (`https:`). */
export function isUrlOf(protocols: readonly string[]): (text: string) => boolean {
  return (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol);
}

/** The origins of a comma-separated list. */
export function origins() {
  return z.string().transform((list, context): readonly string[] => {
    const given = parts(list);
    for (const origin of given) {
      if (isUrlOf(['http:', 'https:'])(origin) && new URL(origin).origin === origin) continue;
      const what = `"${origin}" is not an origin; give them like https://fleet.example.com, separated by commas`;
      context.addIssue({ code: 'custom', message: what });
    }
    return given;
  });
}

/** The host names of a comma-separated list, in lower case. */
export function hosts() {
  return z.string().transform((list, context): readonly string[] => {
    const given = parts(list).map((host) => host.toLowerCase());
    for (const host of given) {
      if (/^[a-z0-9.:[\]_-]+$/.test(host) && !host.includes('://')) continue;
      context.addIssue({
        code: 'custom',
        message: `"${host}" is not a host name; give them like portal.internal, separated by commas`,
      });
    }
    return given;
  });
}

/** How many proxies stand before the gateway, or their addresses and networks. */
export function trustedProxies() {
  return z.string().transform((text, context): number | readonly string[] => {
    if (/^\d{1,2}$/.test(text)) return Number(text);
    const given = parts(text);
    for (const address of given) {
      if (isNetwork(address)) continue;
      context.addIssue({
        code: 'custom',
        message: `"${address}" is neither an address nor a network; give the number of proxies, or addresses like 10.0.0.0/8, separated by commas`,
      });
    }
    return given;
  });
}

/** Which of the identity provider's roles is which of ours: `fleet-admin=MASTER,dispatcher=VIEWER`. */
export function roleMap() {
  return z.string().transform((text, context): ReadonlyMap<string, GatewayRole> => {
    const map = new Map<string, GatewayRole>();
    for (const entry of parts(text)) {
      const cut = entry.lastIndexOf('=');
      const [theirs, ours] = [entry.slice(0, Math.max(cut, 0)).trim(), entry.slice(cut + 1).trim()];
      const role = GATEWAY_ROLES.find((one) => one === ours);
      if (theirs === '' || role === undefined || map.has(theirs)) {
        const message = map.has(theirs)
          ? `"${theirs}" is mapped twice; give each role once`
          : `"${entry}" is not a mapping; give them like fleet-admin=MASTER, with ${GATEWAY_ROLES.join(', ')}`;
        context.addIssue({ code: 'custom', message });
        continue;
      }
      map.set(theirs, role);
    }
    return map;
  });
}

/** The roles of a user (design, section 2). */
export type GatewayRole = (typeof GATEWAY_ROLES)[number];

const GATEWAY_ROLES = ['MASTER', 'ADMIN', 'VIEWER'] as const;

/**
 * Where a token has a claim: its path. A name with a slash or a colon is one name (`https://example.com/role`); otherwise dots
 * separate the steps (`resource_access.gateway.roles`).
 */
export function claimPath() {
  return z.string().transform((text, context): readonly string[] => {
    if (/[/:]/.test(text)) return [text];
    const steps = text.split('.');
    if (steps.some((step) => step.trim() === '')) {
      const message = 'is not a claim; give a name, or a path like resource_access.gateway.roles';
      context.addIssue({ code: 'custom', message });
    }
    return steps;
  });
}

/** A file of certificate authorities, which Node itself reads; here it is only looked at. */
export function certificateFile() {
  return z.string().superRefine((file, context) => {
    const fault = certificateFault(file);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  });
}

function certificateFault(file: string): string | undefined {
  try {
    const hasOne = readFileSync(file, 'utf8').includes('-----BEGIN CERTIFICATE-----');
    return hasOne ? undefined : `${file} holds no certificate; give a file of certificates in PEM form`;
  } catch (error) {
    return `cannot be read (${errorMessage(error)}); give the path of a file of certificates in PEM form`;
  }
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

function parts(list: string): readonly string[] {
  return list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
