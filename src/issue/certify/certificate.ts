/** Creates certificates, as Go's x509.CreateCertificate does. */
import { hash, randomBytes } from 'node:crypto';
import type { Certificate, SubjectAltName } from '../../artifact/certificate.ts';
import { UserError } from '../../core/errors.ts';
import type { CertificateSpec } from '../../results/issue/plan.ts';
import { parseCertificate } from '../../x509/certificate.ts';
import { DerReader, encode, hex, tag } from '../../x509/der.ts';
import { parseIp } from '../../x509/ip-address.ts';
import { extendedKeyUsageNames, keyUsages, oid } from '../../x509/oids.ts';
import { readPem } from '../../x509/pem.ts';
import { parsePkixPublicKey } from '../../x509/public-key.ts';
import { maySign } from '../../x509/verify/signature.ts';
import { checkCertificate, type Identity } from './check.ts';
import { publicKeyDer } from './keys.ts';
import type { AnyKey } from './ml-dsa-key.ts';
import { loadPeculiar, nameDer, type Peculiar, signer } from './peculiar.ts';

/** A CA: the first certificate of its file, in PEM or DER, and its private key. */
export interface Issuer {
  readonly certificate: Uint8Array | string;
  readonly key: AnyKey;
}

/**
 * Creates a certificate as Go's x509.CreateCertificate does for kubeadm, reads it back, and compares it with its spec.
 * @param key of the subject, private or public; a self-signed certificate needs the private key
 * @param old of a CA, the certificate with the same key that it replaces: its name, byte by byte, and its key
 * identifier are kept, because they are in what it signed
 * @returns the certificate in PEM
 * @throws UserError if the issuer cannot issue certificates
 */
export async function certify(
  spec: CertificateSpec,
  key: AnyKey,
  issuer: Issuer | 'self',
  old?: Certificate,
): Promise<string> {
  const parent = issuer === 'self' ? undefined : readIssuer(issuer);
  const identity = identify(spec, publicKeyDer(key), parent, old);
  const x509 = await loadPeculiar();
  const { PemConverter, X509CertificateGenerator } = x509;
  const { engine, ...signing } = await signer(issuer === 'self' ? key : issuer.key);
  const fields = {
    serialNumber: identity.serial,
    subject: new x509.Name(Buffer.from(identity.subject)),
    issuer: new x509.Name(Buffer.from(identity.issuer)),
    notBefore: new Date(spec.notBefore),
    notAfter: new Date(spec.notAfter),
    publicKey: Buffer.from(identity.spki),
    extensions: extensionsOf(x509, spec, identity),
  };
  const certificate = await X509CertificateGenerator.create({ ...fields, ...signing }, engine);
  const pem = `${PemConverter.encode(certificate.rawData, 'CERTIFICATE')}\n`;
  checkCertificate(pem, spec, identity, parent);
  return pem;
}

function identify(
  spec: CertificateSpec,
  spki: Uint8Array,
  parent: Certificate | undefined,
  old: Certificate | undefined,
): Identity {
  const subject = old === undefined ? nameDer(spec) : Buffer.from(old.subject.der, 'hex');
  const issuer = parent === undefined ? subject : Buffer.from(parent.subject.der, 'hex');
  return {
    serial: hex(randomSerial()),
    subject,
    issuer,
    spki,
    subjectKeyId: spec.ca ? old?.subjectKeyId || keyIdOf(spki) : undefined,
    // As in Go, there is none if the names are equal, whatever CA signs.
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
    throw new UserError(
      `${name} cannot issue: it is not a CA certificate, or its key usage does not include signing certificates`,
    );
  }
  if (parsePkixPublicKey(publicKeyDer(key)).id !== parent.publicKey.id) {
    throw new UserError(`${name} cannot issue: its key belongs to a different certificate`);
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

type Extension = InstanceType<Peculiar['Extension']>;

/** Key usage and extended key usage, as Go writes them: key usage is critical, and an empty list is left out. */
export function usageExtensions(x509: Peculiar, spec: CertificateSpec): readonly Extension[] {
  const bits = spec.keyUsage.reduce((sum, usage) => sum | (1 << keyUsages.indexOf(usage)), 0);
  const oids = spec.extendedKeyUsage.map(usageOid);
  return [
    ...(bits === 0 ? [] : [new x509.KeyUsagesExtension(bits, true)]),
    ...(oids.length === 0 ? [] : [new x509.ExtendedKeyUsageExtension(oids, false)]),
  ];
}

/** Basic constraints, critical, without a path length (kubeadm's CAs have none). */
export function basicConstraints(x509: Peculiar, { ca }: CertificateSpec): Extension {
  return new x509.BasicConstraintsExtension(ca, undefined, true);
}

/** Subject alternative names, critical only if there is no subject (RFC 5280 section 4.2.1.6). */
export function sanExtensions(x509: Peculiar, spec: CertificateSpec): readonly Extension[] {
  if (spec.sans.length === 0) return [];
  const isNameless = spec.commonName === '' && spec.organizations.length === 0;
  // The library writes IPv6 addresses wrongly that contain an IPv4 address.
  const names = encode(tag.sequence, ...spec.sans.map(generalName));
  return [new x509.Extension(oid.subjectAltName, isNameless, Buffer.from(names))];
}

const oidsOfUsages: ReadonlyMap<string, string> = new Map(
  Object.entries(extendedKeyUsageNames).map(([id, name]) => [name, id]),
);

/** A name of RFC 5280, or an OID taken as it is. */
function usageOid(usage: string): string {
  const id = oidsOfUsages.get(usage) ?? usage;
  if (!/^\d+(\.\d+)+$/.test(id)) throw new Error(`no extended key usage is called ${usage}`);
  return id;
}

const nameTags: Readonly<Record<string, number>> = { email: 1, DNS: 2, URI: 6 };

/** GeneralName (RFC 5280 section 4.2.1.6). */
function generalName({ type, value }: SubjectAltName): Uint8Array {
  const number = nameTags[type];
  if (number !== undefined) return encode(tag.context(number), Buffer.from(value));
  const address = type === 'IP' ? parseIp(value) : undefined;
  if (address === undefined) throw new Error(`no subject alternative name can be written of ${type}:${value}`);
  return encode(tag.context(7), isMapped(address) ? address.subarray(12) : address);
}

/** Whether 16 bytes are an IPv4 address, which Go writes in four (net.IP.To4). */
function isMapped(address: Uint8Array): boolean {
  return address.subarray(0, 10).every((byte) => byte === 0) && address[10] === 0xff && address[11] === 0xff;
}
