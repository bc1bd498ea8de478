import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

/** A certificate and its key, as PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority for one test. */
export interface Authority {
  readonly cert: string;
  /** A server's certificate for this host name; `days` it is valid from now on, negative: it expired so long ago. */
  issue(hostname: string, days?: number): Identity;
}

const DAY_MS = 24 * 3_600_000;

/** Makes an authority of this name that no machine trusts. */
export function createAuthority(name: string): Authority {
  const keys = newKeys();
  const issuer = [{ name: 'organizationName', value: name }];
  const authority = certificateOf(keys, { subject: issuer, issuer, days: 30 });
  authority.setExtensions([{ name: 'basicConstraints', cA: true }]);
  authority.sign(keys.forgeKey, forge.md.sha256.create());
  return {
    cert: forge.pki.certificateToPem(authority),
    issue(hostname, days = 30) {
      const own = newKeys();
      const certificate = certificateOf(own, {
        subject: [{ name: 'commonName', value: hostname }],
        issuer,
        days,
      });
      certificate.setExtensions([{ name: 'subjectAltName', altNames: [{ type: 2, value: hostname }] }]);
      certificate.sign(keys.forgeKey, forge.md.sha256.create());
      return { cert: forge.pki.certificateToPem(certificate), key: own.pem };
    },
  };
}

interface Keys {
  readonly pem: string;
  readonly forgeKey: forge.pki.rsa.PrivateKey;
  readonly forgePublicKey: forge.pki.rsa.PublicKey;
}

/** Made by Node: forge takes seconds for it. */
function newKeys(): Keys {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = createPrivateKey(privateKey.export({ type: 'pkcs1', format: 'pem' }))
    .export({ type: 'pkcs1', format: 'pem' })
    .toString();
  const forgeKey = forge.pki.privateKeyFromPem(pem);
  return { pem, forgeKey, forgePublicKey: forge.pki.setRsaPublicKey(forgeKey.n, forgeKey.e) };
}

let lastSerial = 0;

function certificateOf(
  keys: Keys,
  about: {
    readonly subject: forge.pki.CertificateField[];
    readonly issuer: forge.pki.CertificateField[];
    readonly days: number;
  },
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.forgePublicKey;
  certificate.serialNumber = String((lastSerial += 1)).padStart(2, '0');
  certificate.validity.notBefore = new Date(Date.now() - 60 * DAY_MS);
  certificate.validity.notAfter = new Date(Date.now() + about.days * DAY_MS);
  certificate.setSubject(about.subject);
  certificate.setIssuer(about.issuer);
  return certificate;
}
