/** Certificates, as x509.CreateCertificate makes them. */
import { hash, type KeyObject, randomBytes } from 'node:crypto';
import type { Certificate } from '../../core/certificate.ts';
import { UserError } from '../../core/errors.ts';
import { parseCertificate } from '../../x509/certificate.ts';
import { DerReader, hex, tag } from '../../x509/der.ts';
import { readPem } from '../../x509/pem.ts';
import { parsePkixPublicKey } from '../../x509/public-key.ts';
import { maySign } from '../../x509/signature.ts';
import type { CertificateSpec } from '../types.ts';
import { checkCertificate, type Identity } from './check.ts';
import { basicConstraints, sanExtensions, usageExtensions } from './extensions.ts';
import { publicKeyDer } from './keys.ts';
import { nameDer } from './name.ts';
import { loadPeculiar, type Peculiar, signer } from './peculiar.ts';

/** A CA: the first certificate of its file, in PEM or DER, and its private key. */
export interface Issuer {
  readonly certificate: Uint8Array | string;
  readonly key: KeyObject;
}

/**
 * Makes a certificate as Go's x509.CreateCertificate does for kubeadm, read back and compared with what was asked for.
 * `key` is the subject's, private or public; a certificate that signs itself needs the private one. `subjectKeyId`, in hex,
 * is a CA's; of its key where it is not given. In PEM. Throws a UserError where the issuer cannot issue.
 */
export async function certify(
  spec: CertificateSpec,
  key: KeyObject,
  issuer: Issuer | 'self',
  subjectKeyId?: string,
): Promise<string> {
  const parent = issuer === 'self' ? undefined : readIssuer(issuer);
  const identity = identify(spec, publicKeyDer(key), parent, subjectKeyId);
  const x509 = await loadPeculiar();
  const { PemConverter, X509CertificateGenerator } = x509;
  const certificate = await X509CertificateGenerator.create({
    serialNumber: identity.serial,
    subject: new x509.Name(Buffer.from(identity.subject)),
    issuer: new x509.Name(Buffer.from(identity.issuer)),
    notBefore: new Date(spec.notBefore),
    notAfter: new Date(spec.notAfter),
    publicKey: Buffer.from(identity.spki),
    extensions: extensionsOf(x509, spec, identity),
    ...(await signer(issuer === 'self' ? key : issuer.key)),
  });
  const pem = `${PemConverter.encode(certificate.rawData, 'CERTIFICATE')}\n`;
  checkCertificate(pem, spec, identity, parent);
  return pem;
}

function identify(
  spec: CertificateSpec,
  spki: Uint8Array,
  parent: Certificate | undefined,
  subjectKeyId: string | undefined,
): Identity {
  const subject = nameDer(spec);
  const issuer = parent === undefined ? subject : Buffer.from(parent.subject.der, 'hex');
  return {
    serial: hex(randomSerial()),
    subject,
    issuer,
    spki,
    subjectKeyId: spec.ca ? subjectKeyId || keyIdOf(spki) : undefined,
    // As in Go, none where the names are equal, whoever signs.
    authorityKeyId: Buffer.compare(subject, issuer) === 0 ? undefined : parent?.subjectKeyId || undefined,
  };
}

/** 127 bits: positive, never short, and an INTEGER of 16 bytes (RFC 5280 section 4.1.2.2 allows 20). */
function randomSerial(): Uint8Array {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}

/** The first 160 bits of SHA-256 over the key's bits (RFC 7093 section 2, method 1), as Go from 1.25 on. In hex. */
function keyIdOf(spki: Uint8Array): string {
  const fields = new DerReader(spki).open(tag.sequence);
  fields?.any();
  const key = fields?.bitString();
  if (key === undefined) throw new Error('a public key was not exported as such');
  return hash('sha256', key.bytes, 'hex').slice(0, 40);
}

/** In Go's order (crypto/x509/x509.go, buildCertExtensions). */
function extensionsOf(x509: Peculiar, spec: CertificateSpec, { subjectKeyId, authorityKeyId }: Identity) {
  return [
    ...usageExtensions(x509, spec),
    basicConstraints(x509, spec),
    ...(subjectKeyId === undefined ? [] : [new x509.SubjectKeyIdentifierExtension(subjectKeyId)]),
    ...(authorityKeyId === undefined ? [] : [new x509.AuthorityKeyIdentifierExtension(authorityKeyId)]),
    ...sanExtensions(x509, spec),
  ];
}

function readIssuer({ certificate, key }: Issuer): Certificate {
  const parent = firstCertificate(certificate);
  const name = parent.subject.text || 'the issuer';
  if (!maySign(parent)) {
    throw new UserError(`${name} cannot issue: its certificate is not that of a CA, or not for signing certificates`);
  }
  if (parsePkixPublicKey(publicKeyDer(key)).id !== parent.publicKey.id) {
    throw new UserError(`${name} cannot issue: its key belongs to another certificate`);
  }
  return parent;
}

function firstCertificate(certificate: Uint8Array | string): Certificate {
  if (typeof certificate !== 'string' && certificate[0] === 0x30) return parseCertificate(certificate);
  const bytes = typeof certificate === 'string' ? Buffer.from(certificate) : certificate;
  const block = readPem(bytes).blocks.find(({ label }) => label === 'CERTIFICATE');
  if (block?.type === 'certificate') return block.certificate;
  const error = block?.type === 'malformed' ? `: ${block.error}` : '';
  throw new UserError(`the certificate of the issuer cannot be read${error}`);
}
