/** What OpenSSL and cfssl put into certificates with the configurations of the guides. */
import type { San, Subject } from '../../support/certificates.ts';
import { namedBits, tlv } from '../../support/der.ts';
import type { CertificateSpec } from './kit.ts';

const leafUsage = ['digitalSignature', 'keyEncipherment'];
export const both = ['serverAuth', 'clientAuth'];

/** A CA by `cfssl gencert -initca`. */
export const cfsslCa = (subject: Subject, notAfter: string): CertificateSpec => ({
  subject,
  notAfter,
  keyUsage: ['keyCertSign', 'cRLSign'],
  usages: null,
  ca: true,
});

/** A leaf by cfssl with a profile of four usages: for servers and clients alike. */
export const cfsslLeaf = (
  subject: Subject,
  notAfter: string,
  signer: string,
  sans: readonly San[] | null = null,
): CertificateSpec => ({ subject, notAfter, signer, sans, keyUsage: leafUsage, usages: both, ca: false });

/** What `openssl x509 -req` writes without a file of extensions. */
export const withoutExtensions = { keyUsage: null, usages: null, ca: null } as const;

/** `DNS:` before names and `IP:` before addresses. */
export const hosts = (...names: readonly string[]): readonly San[] =>
  names.map((name) => `${/^[\d.]+$|:/.test(name) ? 'IP' : 'DNS'}:${name}`);

/** The extensions of Netscape, which old configurations of OpenSSL still ask for. */
export const netscape = (roles: 'client' | 'both', comment: string) => [
  { oid: '2.16.840.1.113730.1.1', value: namedBits(roles === 'client' ? [0] : [0, 1]) },
  { oid: '2.16.840.1.113730.1.13', value: tlv(0x16, Buffer.from(comment)) },
];
