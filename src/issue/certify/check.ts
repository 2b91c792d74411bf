/** Reads certificates back, and checks that they match their spec. */
import { isDeepStrictEqual } from 'node:util';
import type { Certificate, SubjectAltName } from '../../artifact/certificate.ts';
import type { CertificateSpec } from '../../results/issue/plan.ts';
import { hex } from '../../x509/der.ts';
import { formatIp, parseIp } from '../../x509/ip-address.ts';
import { keyUsages, oid } from '../../x509/oids.ts';
import { readPem } from '../../x509/pem.ts';
import { parsePkixPublicKey } from '../../x509/public-key.ts';
import { issues } from '../../x509/verify/chain.ts';
import { nameDer } from './peculiar.ts';

/** The content of a certificate in addition to its spec. */
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

/** The content of a certificate or a request, as far as a spec defines it. */
type Fields = Readonly<Record<string, unknown>>;

/** The extensions of a spec, as the parser must find them. */
export function wantedExtensions(spec: CertificateSpec): Fields {
  const { extendedKeyUsage, sans } = spec;
  const keyUsage = keyUsages.filter((usage) => spec.keyUsage.includes(usage));
  return {
    keyUsage: keyUsage.length > 0 ? keyUsage : undefined,
    extendedKeyUsage: extendedKeyUsage.length > 0 ? extendedKeyUsage : undefined,
    sans: sans.length > 0 ? sans.map(canonicalSan) : undefined,
  };
}

/** As the parser prints it: `2001:DB8::0:7` as `2001:db8::7`. */
function canonicalSan({ type, value }: SubjectAltName): SubjectAltName {
  const address = type === 'IP' ? parseIp(value) : undefined;
  return { type, value: address === undefined ? value : formatIp(address) };
}

/** Throws an error of the program if what was written differs from what was wanted. */
export function compare(what: string, wanted: Fields, found: Fields): void {
  const wrong = Object.keys(wanted).filter((field) => !isDeepStrictEqual(wanted[field], found[field]));
  if (wrong.length > 0) throw new Error(`${what} was not written as wanted: its ${wrong.join(', ')}`);
}

/** Reads a certificate as components will, and throws if it differs from its spec. */
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
      ...(spec.sans.length > 0 && subjectDer === hex(emptyName) ? [oid.subjectAltName] : []),
    ],
  };
}

/** The name without attributes. */
const emptyName = nameDer({ organizations: [], commonName: '' });

function flatten({ subject, issuer, publicKey, extensions }: Certificate): Fields {
  return {
    subjectDer: subject.der,
    issuerDer: issuer.der,
    keyId: publicKey.id,
    critical: extensions.filter((extension) => extension.critical).map((extension) => extension.oid),
  };
}
