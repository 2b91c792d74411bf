/** Reading back what was made: it says what was asked for, or is none. */
import { isDeepStrictEqual } from 'node:util';
import type { Certificate, SubjectAltName } from '../../core/certificate.ts';
import type { CertificateSpec } from '../../core/plan.ts';
import { issues } from '../../x509/chain.ts';
import { hex } from '../../x509/der.ts';
import { formatIp, parseIp } from '../../x509/ip-address.ts';
import { keyUsages, oid } from '../../x509/oids.ts';
import { readPem } from '../../x509/pem.ts';
import { parsePkixPublicKey } from '../../x509/public-key.ts';
import { nameDer } from './peculiar.ts';

/** What a certificate says beside its spec. */
export interface Identity {
  /** Hex. */
  readonly serial: string;
  /** DER. */
  readonly subject: Uint8Array;
  readonly issuer: Uint8Array;
  readonly spki: Uint8Array;
  /** Hex; undefined: no such extension. */
  readonly subjectKeyId: string | undefined;
  readonly authorityKeyId: string | undefined;
}

/** What a certificate or a request says, as far as a spec can ask for it. */
type Fields = Readonly<Record<string, unknown>>;

/** What our reader must find of a spec in extensions. */
export function wantedExtensions(spec: CertificateSpec): Fields {
  const { extendedKeyUsage, sans } = spec;
  const keyUsage = keyUsages.filter((usage) => spec.keyUsage.includes(usage));
  return {
    keyUsage: keyUsage.length > 0 ? keyUsage : undefined,
    extendedKeyUsage: extendedKeyUsage.length > 0 ? extendedKeyUsage : undefined,
    sans: sans.length > 0 ? sans.map(canonicalSan) : undefined,
  };
}

/** As our reader prints it: `2001:DB8::0:7` as `2001:db8::7`. */
function canonicalSan({ type, value }: SubjectAltName): SubjectAltName {
  const address = type === 'IP' ? parseIp(value) : undefined;
  return { type, value: address === undefined ? value : formatIp(address) };
}

/** An error of the program: what was written does not say what was asked for. */
export function compare(what: string, wanted: Fields, found: Fields): void {
  const wrong = Object.keys(wanted).filter((field) => !isDeepStrictEqual(wanted[field], found[field]));
  if (wrong.length > 0) throw new Error(`${what} was not written as wanted: its ${wrong.join(', ')}`);
}

/** Reads a certificate as components will, and throws where it is another than that of the spec. */
export function checkCertificate(
  pem: string,
  spec: CertificateSpec,
  identity: Identity,
  parent: Certificate | undefined,
): void {
  const what = `the certificate of ${spec.commonName || spec.organizations.join()}`;
  const [block, ...more] = readPem(Buffer.from(pem)).blocks;
  if (block?.type !== 'certificate' || more.length > 0) throw new Error(`${what} cannot be read back`);
  const found = block.certificate;
  compare(what, wantedFields(spec, identity), { ...found, ...flatten(found) });
  if (!issues(parent ?? found, found)) throw new Error(`${what} does not verify with the key of its issuer`);
}

function wantedFields(spec: CertificateSpec, identity: Identity): Fields {
  const subjectDer = hex(identity.subject);
  return {
    ...wantedExtensions(spec),
    version: 3,
    serial: identity.serial,
    subjectDer,
    issuerDer: hex(identity.issuer),
    notBefore: Date.parse(spec.notBefore),
    notAfter: Date.parse(spec.notAfter),
    keyId: parsePkixPublicKey(identity.spki).id,
    basicConstraints: { ca: spec.ca },
    subjectKeyId: identity.subjectKeyId,
    authorityKeyId: identity.authorityKeyId,
    critical: [
      ...(spec.keyUsage.length > 0 ? [oid.keyUsage] : []),
      oid.basicConstraints,
      ...(spec.sans.length > 0 && subjectDer === hex(nobody) ? [oid.subjectAltName] : []),
    ],
  };
}

/** The name without attributes. */
const nobody = nameDer({ organizations: [], commonName: '' });

function flatten({ subject, issuer, publicKey, extensions }: Certificate): Fields {
  return {
    subjectDer: subject.der,
    issuerDer: issuer.der,
    keyId: publicKey.id,
    critical: extensions.filter((extension) => extension.critical).map((extension) => extension.oid),
  };
}
