import { type KeyObject, webcrypto } from 'node:crypto';
import type { CertificateSpec } from '../../results/issue/plan.ts';
import { encode, tag } from '../../x509/der.ts';
import { mlDsaOid } from '../../x509/ml-dsa.ts';
import { type AnyKey, isMlDsaKey, type MlDsaKey } from './ml-dsa-key.ts';

export type Peculiar = typeof import('@peculiar/x509');

/** @peculiar/x509, loaded only when something is issued: linting does not need it. */
export const loadPeculiar = async (): Promise<Peculiar> => (await import('./library-x509.ts')).peculiar;

/** Hashes by curve, as Go chooses them (crypto/x509/x509.go, signingParamsForKey); OpenSSL's names of the curves. */
const curves: Readonly<Record<string, { readonly namedCurve: string; readonly hash: string }>> = {
  prime256v1: { namedCurve: 'P-256', hash: 'SHA-256' },
  secp384r1: { namedCurve: 'P-384', hash: 'SHA-384' },
  secp521r1: { namedCurve: 'P-521', hash: 'SHA-512' },
};

/** The signature algorithm of a key. Throws for keys that `readPrivateKey` rejects. */
function signingAlgorithm({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject) {
  if (asymmetricKeyType === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const curve = curves[asymmetricKeyDetails?.namedCurve ?? ''];
  if (curve === undefined) throw new Error(`no signatures are made with keys of type ${asymmetricKeyType}`);
  return { name: 'ECDSA', ...curve };
}

/** What @peculiar/x509 signs with. */
interface LibrarySigner {
  readonly signingKey: webcrypto.CryptoKey;
  readonly signingAlgorithm: { readonly name: string };
  readonly engine: webcrypto.Crypto;
}

/** A private key for @peculiar/x509. */
export async function signer(key: AnyKey): Promise<LibrarySigner> {
  if (isMlDsaKey(key)) return mlDsaSigner(key);
  const algorithm = signingAlgorithm(key);
  const der = key.export({ format: 'der', type: 'pkcs8' });
  try {
    const signingKey = await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
    return { signingKey, signingAlgorithm: algorithm, engine: webcrypto as webcrypto.Crypto };
  } finally {
    der.fill(0);
  }
}

/**
 * In place of WebCrypto, which has no ML-DSA in Node 20 and 22, the two functions that the library calls. To the
 * library the algorithm is one that it does not know, by its OID, and without parameters.
 */
function mlDsaSigner(key: MlDsaKey): LibrarySigner {
  const signingAlgorithm = { name: mlDsaOid(key.set) };
  const subtle = {
    sign: async (_algorithm: unknown, _key: unknown, signed: ArrayBuffer) => key.sign(new Uint8Array(signed)),
    exportKey: async () => key.spki,
  };
  const signingKey = { algorithm: signingAlgorithm } as webcrypto.CryptoKey;
  return { signingKey, signingAlgorithm, engine: { subtle } as unknown as webcrypto.Crypto };
}

/** A public key for @peculiar/x509; `like`: the private key that it belongs to. */
export async function importPublicKey(der: Uint8Array, like: AnyKey): Promise<webcrypto.CryptoKey> {
  if (isMlDsaKey(like)) return mlDsaSigner(like).signingKey;
  return webcrypto.subtle.importKey('spki', der, signingAlgorithm(like), true, ['verify']);
}

/**
 * A subject in DER, as Go writes it (crypto/x509/pkix, ToRDNSequence): all organizations in one SET, then the common
 * name; an empty text has no attribute.
 */
export function nameDer({
  organizations,
  commonName,
}: Pick<CertificateSpec, 'organizations' | 'commonName'>): Uint8Array {
  const parts = [
    ...(organizations.length > 0 ? [relativeName(organization, organizations)] : []),
    ...(commonName === '' ? [] : [relativeName(common, [commonName])]),
  ];
  return encode(tag.sequence, ...parts);
}

/** OBJECT IDENTIFIERs in DER: 2.5.4.10 and 2.5.4.3. */
const organization = Uint8Array.of(0x06, 0x03, 0x55, 0x04, 0x0a);
const common = Uint8Array.of(0x06, 0x03, 0x55, 0x04, 0x03);

/** The values of a SET are sorted by their encoding (X.690 section 11.6). */
function relativeName(type: Uint8Array, values: readonly string[]): Uint8Array {
  const attributes = values.map((value) => encode(tag.sequence, type, directoryString(value)));
  return encode(tag.set, ...attributes.sort(Buffer.compare));
}

/**
 * PrintableString if its character set is sufficient, or else UTF8String (encoding/asn1 marshal.go, makeField; no `*`
 * and no `&`).
 */
function directoryString(value: string): Uint8Array {
  const isPrintable = /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value);
  return encode(isPrintable ? tag.printableString : tag.utf8String, Buffer.from(value));
}
