import { createHash, type KeyObject, sign } from 'node:crypto';
import { remember } from '../../src/core/collections.ts';
import {
  bits,
  boolean,
  explicit,
  implicit,
  integer,
  namedBits,
  nothing,
  octets,
  oid,
  pem,
  sequence,
  set,
  text,
  time,
} from './der.ts';
import type { Key } from './keys.ts';
import { mlDsaAlgorithm, mlDsaSign, mlDsaTypeOf } from './ml-dsa.ts';

/** Pairs of `[type or dotted OID, value]` in the order of the encoding. */
export type Subject = readonly (readonly [string, string])[];

/** `DNS:cp-1`, `IP:192.0.2.10`, `email:…`, `URI:…`. Bytes are a GeneralName in DER and used as they are. */
export type San = string | Uint8Array;

export interface Extension {
  readonly oid: string;
  readonly critical?: boolean;
  /** The content of the OCTET STRING. */
  readonly value: Uint8Array;
}

export interface CertificateFields {
  /** Bytes are a Name in DER and used as they are. */
  readonly subject: Subject | Uint8Array;
  readonly issuer: Subject | Uint8Array;
  /** The subject's key. */
  readonly key: Key;
  /** The issuer's key. */
  readonly signer: Key;
  readonly serial: bigint;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Names from RFC 5280, or a dotted OID for extended usages. null: no such extension. */
  readonly keyUsage: readonly string[] | null;
  readonly usages: readonly string[] | null;
  readonly sans: readonly San[] | null;
  /** null: no basicConstraints. */
  readonly ca: boolean | null;
  readonly pathLength?: number;
  /** false: basicConstraints are not critical, as in many configurations of OpenSSL. */
  readonly criticalConstraints?: false;
  /**
   * null: none. By default a CA has a subject key identifier, and a certificate signed with a different key has the
   * authority key identifier of its issuer.
   */
  readonly subjectKeyId?: Uint8Array | null;
  readonly authorityKeyId?: Uint8Array | null;
  /** Written after the usual ones. */
  readonly extensions?: readonly Extension[];
  /** The hash of the signature, where the key allows a choice: SHA-256 by default (P-384: SHA-384, P-521: SHA-512). */
  readonly hash?: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  /** 1 or 3 (default). */
  readonly version?: number;
}

const attributeOids: Record<string, string> = {
  CN: '2.5.4.3',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
};

const usageOids: Record<string, string> = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  OCSPSigning: '1.3.6.1.5.5.7.3.9',
  anyExtendedKeyUsage: '2.5.29.37.0',
};

const keyUsageBits = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];

function name(subject: Subject | Uint8Array): Uint8Array {
  if (subject instanceof Uint8Array) return subject;
  return sequence(...subject.map(([type, value]) => set(sequence(oid(attributeOids[type] ?? type), text(value)))));
}

/** The bytes of an address: 4 for IPv4, 16 for IPv6. */
function addressBytes(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const words = (part: string) => (part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16)));
  const after = tail === undefined ? [] : words(tail);
  const before = words(head);
  const all = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 0xff]));
}

function generalName(san: San): Uint8Array {
  if (typeof san !== 'string') return san;
  const colon = san.indexOf(':');
  const [type, value] = [san.slice(0, colon), san.slice(colon + 1)];
  if (type === 'IP') return implicit(7, addressBytes(value));
  const tag = { email: 1, DNS: 2, URI: 6 }[type];
  if (tag === undefined) throw new Error(`not a subject alternative name: ${san}`);
  return implicit(tag, Buffer.from(value));
}

/** A public key as certificates contain it. */
const spki = remember(({ publicKey }: Key): Buffer => publicKey.export({ type: 'spki', format: 'der' }));

/** Any stable value can be an identifier (RFC 5280 section 4.2.1.2). */
export const keyId = remember((key: Key): Buffer => createHash('sha1').update(spki(key)).digest());

/** In the same order as Go's `x509.CreateCertificate`. */
function usualExtensions(fields: CertificateFields): Extension[] {
  const { keyUsage, usages, ca, pathLength, sans } = fields;
  const list: Extension[] = [];
  if (keyUsage) {
    const value = namedBits(keyUsage.map((usage) => keyUsageBits.indexOf(usage)));
    list.push({ oid: '2.5.29.15', critical: true, value });
  }
  if (usages)
    list.push({ oid: '2.5.29.37', value: sequence(...usages.map((usage) => oid(usageOids[usage] ?? usage))) });
  if (ca !== null) {
    const limit = pathLength === undefined ? [] : [integer(BigInt(pathLength))];
    const value = sequence(...(ca ? [boolean(true)] : []), ...limit);
    list.push({ oid: '2.5.29.19', critical: fields.criticalConstraints ?? true, value });
  }
  const ownId = fields.subjectKeyId === undefined && ca ? keyId(fields.key) : fields.subjectKeyId;
  if (ownId) list.push({ oid: '2.5.29.14', value: octets(ownId) });
  const usualId = keyId(fields.signer).equals(keyId(fields.key)) ? null : keyId(fields.signer);
  const signerId = fields.authorityKeyId === undefined ? usualId : fields.authorityKeyId;
  if (signerId) list.push({ oid: '2.5.29.35', value: sequence(implicit(0, signerId)) });
  if (sans) list.push({ oid: '2.5.29.17', value: sequence(...sans.map(generalName)) });
  return list;
}

function signatureAlgorithm(key: KeyObject, wanted: CertificateFields['hash']): { hash: string | null; der: Buffer } {
  const mlDsa = mlDsaTypeOf(key);
  if (mlDsa) return { hash: null, der: mlDsaAlgorithm(mlDsa) };
  if (key.asymmetricKeyType === 'ed25519') return { hash: null, der: sequence(oid('1.3.101.112')) };
  if (key.asymmetricKeyType === 'rsa') {
    const hash = wanted ?? 'sha256';
    const last = { sha1: 5, sha256: 11, sha384: 12, sha512: 13 }[hash];
    return { hash, der: sequence(oid(`1.2.840.113549.1.1.${last}`), nothing()) };
  }
  const usual = { secp384r1: 'sha384', secp521r1: 'sha512' }[key.asymmetricKeyDetails?.namedCurve ?? ''] as 'sha384';
  const hash = wanted ?? usual ?? 'sha256';
  const last = { sha1: '1', sha256: '3.2', sha384: '3.3', sha512: '3.4' }[hash];
  return { hash, der: sequence(oid(`1.2.840.10045.4.${last}`)) };
}

/** A certificate in DER (RFC 5280 section 4.1) with these fields, valid or not. */
export function makeCertificate(fields: CertificateFields): Buffer {
  const { hash, der: algorithm } = signatureAlgorithm(fields.signer.privateKey, fields.hash);
  const version = fields.version ?? 3;
  const extensions = [...usualExtensions(fields), ...(fields.extensions ?? [])].map((extension) =>
    sequence(oid(extension.oid), ...(extension.critical ? [boolean(true)] : []), octets(extension.value)),
  );
  const tbs = sequence(
    ...(version === 1 ? [] : [explicit(0, integer(BigInt(version - 1)))]),
    integer(fields.serial),
    algorithm,
    name(fields.issuer),
    sequence(time(fields.notBefore), time(fields.notAfter)),
    name(fields.subject),
    spki(fields.key),
    ...(version === 3 && extensions.length > 0 ? [explicit(3, sequence(...extensions))] : []),
  );
  const { signer } = fields;
  const signature = mlDsaTypeOf(signer.privateKey) ? mlDsaSign(signer, tbs) : sign(hash, tbs, signer.privateKey);
  return sequence(tbs, algorithm, bits(signature));
}

export function certificatePem(...certificates: Uint8Array[]): string {
  return certificates.map((der) => pem('CERTIFICATE', der)).join('');
}
