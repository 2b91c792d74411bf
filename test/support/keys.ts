import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { MlDsaName } from '../../src/artifact/certificate.ts';
import { mlDsaKey } from './ml-dsa.ts';
import { rsaPems } from './rsa-pems.ts';

export interface Key {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export const keyTypes = ['P-256', 'P-384', 'P-521', 'RSA-2048', 'RSA-1024', 'Ed25519'] as const;
/** Some components reject those that are not in the list. */
export type KeyType =
  | (typeof keyTypes)[number]
  | 'RSA-3072'
  | 'RSA-4096'
  | 'P-224'
  | 'RSA-768'
  | 'RSA-8208'
  | MlDsaName;

/**
 * Each stored key is used once. How many a process needs depends on the test files that it runs: once they are used up,
 * it generates more.
 */
function rsaKeys(bits: number): () => Key {
  let left: string[] | undefined;
  return () => {
    left ??= rsaPems(`rsa-${bits}`);
    const next = left.pop();
    return next === undefined ? generateKeyPairSync('rsa', { modulusLength: bits }) : keyFromPem(next);
  };
}

const makers: Record<KeyType, (name: string) => Key> = {
  'P-256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'P-521': () => generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  'RSA-2048': rsaKeys(2048),
  'RSA-1024': rsaKeys(1024),
  'RSA-3072': rsaKeys(3072),
  'RSA-4096': rsaKeys(4096),
  'P-224': () => generateKeyPairSync('ec', { namedCurve: 'P-224' }),
  'RSA-768': () => generateKeyPairSync('rsa', { modulusLength: 768 }),
  'RSA-8208': rsaKeys(8208),
  Ed25519: () => generateKeyPairSync('ed25519'),
  'ML-DSA-44': (name) => mlDsaKey('ML-DSA-44', name),
  'ML-DSA-65': (name) => mlDsaKey('ML-DSA-65', name),
  'ML-DSA-87': (name) => mlDsaKey('ML-DSA-87', name),
};

const made = new Map<string, Key>();

/** The key with this name, generated at first use and kept until the process ends. */
export function keyNamed(name: string, type: KeyType = 'P-256'): Key {
  const id = `${type} ${name}`;
  const key = made.get(id) ?? makers[type](name);
  made.set(id, key);
  return key;
}

export const keyFromPrivate = (privateKey: KeyObject): Key => ({ privateKey, publicKey: createPublicKey(privateKey) });

const parsed = new Map<string, Key>();

/** The key in a PEM, which is parsed once. */
export function keyFromPem(pem: string | Buffer): Key {
  const text = String(pem);
  const key = parsed.get(text) ?? keyFromPrivate(createPrivateKey(pem));
  parsed.set(text, key);
  return key;
}

/**
 * A private key as kubeadm writes it: PKCS#1 for RSA, SEC1 for ECDSA. Ed25519 keys are always PKCS#8; `pkcs8` forces it
 * for any key.
 */
export function privateKeyPem({ privateKey }: Key, encoding?: 'pkcs8'): string {
  const traditional: Partial<Record<string, string>> = { rsa: 'pkcs1', ec: 'sec1' };
  const type = (encoding ?? traditional[privateKey.asymmetricKeyType ?? ''] ?? 'pkcs8') as 'pkcs8';
  return privateKey.export({ type, format: 'pem' }) as string;
}

export function publicKeyPem({ publicKey }: Key): string {
  return publicKey.export({ type: 'spki', format: 'pem' }) as string;
}
