/** The file of a CA that somebody gives us: what signs in it, and what of it a trust file may hold. */
import type { Certificate } from '../core/certificate.ts';
import { UserError } from '../core/errors.ts';
import { issues } from '../x509/chain.ts';
import { readPem } from '../x509/pem.ts';

export interface AuthorityFile {
  /** The certificate of the key; where that is not known, the first that has signed no other of them. */
  readonly signer: Certificate;
  /** What is to be trusted: the signer, and what a rotation has beside it. */
  readonly trusted: readonly Certificate[];
  /** What signed the signer. A trust file that held it would believe every CA below it. */
  readonly leftOut: readonly Certificate[];
}

/**
 * Reads the certificates of a PEM file, and nothing that stands beside them. `name` is what an error calls it, `keyId` that
 * of the CA's public key, if its key is at hand.
 *
 * @throws UserError for a file without certificates, and for one that Go does not take
 */
export function readAuthorityFile(pem: Uint8Array, name: string, keyId: string | undefined): AuthorityFile {
  const certificates = readPem(pem).blocks.flatMap((block) => {
    if (block.label !== 'CERTIFICATE') return [];
    if (block.type === 'certificate') return block.certificate;
    throw new UserError(`"${name}" cannot be read${block.type === 'malformed' ? `: ${block.error}` : ''}`);
  });
  const hasSigned = (one: Certificate) => certificates.some((other) => issuersOf(other, [one]).length > 0);
  const keyed = certificates.find(({ publicKey }) => publicKey.id === keyId);
  const signer = keyed ?? certificates.find((one) => !hasSigned(one)) ?? certificates[0];
  if (signer === undefined) throw new UserError(`"${name}" holds no certificate`);
  const leftOut = issuersOf(signer, certificates);
  return { signer, trusted: certificates.filter((one) => !leftOut.includes(one)), leftOut };
}

/** All above a certificate. One that has its key is itself, renewed. */
function issuersOf(signer: Certificate, among: readonly Certificate[]): readonly Certificate[] {
  const others = among.filter(({ publicKey }) => publicKey.id !== signer.publicKey.id);
  const above = new Set<Certificate>();
  for (let below: readonly Certificate[] = [signer]; below.length > 0; ) {
    const children = below;
    below = others.filter((one) => !above.has(one) && children.some((child) => issues(one, child)));
    for (const one of below) above.add(one);
  }
  return [...above];
}

/** Certificates alone, in PEM (RFC 7468): whoever may read them must not find the key that stood beside them. */
export function pemOf(certificates: readonly Certificate[]): string {
  return certificates.map(({ raw }) => armored(Buffer.from(raw).toString('base64'))).join('');
}

function armored(base64: string): string {
  const lines = base64.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/** What a plan says of those that are left out. */
export function leftOutNotes(leftOut: readonly Certificate[]): readonly string[] {
  return [...new Set(leftOut.map(({ subject }) => subject.text))].map(
    (subject) => `leaves out ${subject}, which signed it: whoever trusts that believes all that it ever signs`,
  );
}
