/** Keys: generates new ones, reads existing ones, and writes them in the format that components expect. */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { PrivateKey, PublicKey } from '../../artifact/certificate.ts';
import type { Pem, PemBlock } from '../../artifact/pem-blocks.ts';
import { UserError } from '../../core/errors.ts';
import { type KeyAlgorithm, noEd25519 } from '../../results/issue/plan.ts';
import { readArmor } from '../../x509/armor.ts';
import { mlDsaNamed } from '../../x509/ml-dsa.ts';
import { isPrivateKeyLabel, readPem } from '../../x509/pem.ts';
import { type AnyKey, isMlDsaKey, newMlDsaKey, readMlDsaKey } from './ml-dsa-key.ts';

const generate = promisify(generateKeyPair);

const rsa = (modulusLength: number) => async () => (await generate('rsa', { modulusLength })).privateKey;
const ecdsa = (namedCurve: string) => async () => (await generate('ec', { namedCurve })).privateKey;

const generators: Readonly<Record<KeyAlgorithm, () => Promise<AnyKey>>> = {
  'rsa-2048': rsa(2048),
  'rsa-3072': rsa(3072),
  'rsa-4096': rsa(4096),
  'ecdsa-p256': ecdsa('P-256'),
  'ecdsa-p384': ecdsa('P-384'),
  'ml-dsa-44': async () => newMlDsaKey('ML-DSA-44'),
  'ml-dsa-65': async () => newMlDsaKey('ML-DSA-65'),
  'ml-dsa-87': async () => newMlDsaKey('ML-DSA-87'),
};

/** A new private key. It is generated on another thread: RSA may take seconds. */
export function generateKey(algorithm: KeyAlgorithm): Promise<AnyKey> {
  return generators[algorithm]();
}

/**
 * The first private key of a PEM file, in PKCS#1, SEC1 or PKCS#8; other content is ignored. Errors call the key `name`.
 *
 * @throws UserError, without any content of the key, if Kubernetes and pki-lint could not sign with the key
 */
export function readPrivateKey(pem: Uint8Array | string, name = 'the private key'): AnyKey {
  const bytes = typeof pem === 'string' ? Buffer.from(pem) : pem;
  const { blocks } = readPem(bytes);
  const index = blocks.findIndex(({ label }) => isPrivateKeyLabel(label));
  const read = acceptKey(blocks[index], name);
  const secrets = readArmor(bytes).blocks.map(({ der }) => der);
  try {
    return canonical(secrets[index] ?? new Uint8Array(), read);
  } catch {
    // The message of OpenSSL is left out: callers print what they get.
    throw new UserError(`${name} cannot be used: OpenSSL refuses it`);
  } finally {
    for (const secret of secrets) secret.fill(0);
  }
}

const forms = { 'PKCS#1': 'pkcs1', SEC1: 'sec1', 'PKCS#8': 'pkcs8' } as const;

/** Throws if a different key is read from the bytes than Go reads. */
function canonical(der: Uint8Array, read: PrivateKey): AnyKey {
  const { publicKey } = read;
  const key = mlDsaNamed(publicKey.type) ? readMlDsaKey(der) : readByOpenssl(der, read);
  if (!publicKeyDer(key).equals(publicKey.spki)) throw new Error('the public half belongs to another key');
  return key;
}

function readByOpenssl(der: Uint8Array, { encoding, publicKey }: PrivateKey): KeyObject {
  const own = createPrivateKey({
    key: Buffer.from(der.buffer, der.byteOffset, der.length),
    format: 'der',
    type: forms[encoding],
  });
  // A compressed point would be kept, and written into certificates that Go rejects.
  return publicKey.type === 'ECDSA' ? createPrivateKey({ key: own.export({ format: 'jwk' }), format: 'jwk' }) : own;
}

/**
 * A private key as kubeadm writes it (client-go util/keyutil/key.go, MarshalPrivateKeyToPEM): PKCS#1 for RSA, SEC1 for
 * ECDSA. PKCS#8 is the only form for ML-DSA.
 */
export function privateKeyPem(key: AnyKey): string {
  if (isMlDsaKey(key)) return pemOf('PRIVATE KEY', key.pkcs8());
  const type = key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1';
  return key.export({ format: 'pem', type }) as string;
}

/** A public key, or a private key's public half, as kubeadm writes it to sa.pub: PKIX. */
export function publicKeyPem(key: AnyKey): string {
  if (isMlDsaKey(key)) return pemOf('PUBLIC KEY', Buffer.from(key.spki));
  return publicHalf(key).export({ format: 'pem', type: 'spki' }) as string;
}

/** The same in DER: a SubjectPublicKeyInfo. */
export function publicKeyDer(key: AnyKey): Buffer {
  return isMlDsaKey(key) ? key.spki : publicHalf(key).export({ format: 'der', type: 'spki' });
}

/** Writes DER as PEM, and overwrites it. */
function pemOf(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  der.fill(0);
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

const publicHalf = (key: KeyObject): KeyObject => (key.type === 'private' ? createPublicKey(key) : key);

/** Curves that service account tokens (pkg/serviceaccount/jwt.go) and WebCrypto support. */
const curves: readonly (string | undefined)[] = ['P-256', 'P-384', 'P-521'];

/** The key of a block; undefined: no block has such a label. Errors call the key `name`. Throws a UserError. */
function acceptKey(block: PemBlock | undefined, name: string): PrivateKey {
  if (block === undefined) throw new UserError(`${name} was not found: no PEM block is labelled PRIVATE KEY`);
  if (block.type === 'encrypted-key') {
    const hint = 'decrypt it: openssl pkey -in ENCRYPTED -out KEY';
    throw new UserError(`${name} is encrypted: no component of Kubernetes can read it`, hint);
  }
  if (block.type !== 'private-key') {
    throw new UserError(`${name} cannot be read${block.type === 'malformed' ? `: ${block.error}` : ''}`);
  }
  const { type, curve } = block.key.publicKey;
  if (type === 'Ed25519') throw new UserError(`${name} is an ed25519 key: ${noEd25519}`);
  if (type === 'ECDSA' && !curves.includes(curve)) {
    throw new UserError(`${name} is on the curve ${curve}: only P-256, P-384 and P-521 can be used`);
  }
  return block.key;
}

/** Why the first private key of a file cannot be used; undefined if it can. */
export function problemOfKey(pem: Pem, name: string): string | undefined {
  try {
    acceptKey(firstKey(pem), name);
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** The public half of the first private key of a file; undefined if it cannot be read. */
export function publicHalfOf(pem: Pem): PublicKey | undefined {
  const block = firstKey(pem);
  return block?.type === 'private-key' ? block.key.publicKey : undefined;
}

const firstKey = ({ blocks }: Pem): PemBlock | undefined => blocks.find(({ label }) => isPrivateKeyLabel(label));
