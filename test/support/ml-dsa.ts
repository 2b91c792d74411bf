/** ML-DSA keys (FIPS 204, RFC 9881), made in JavaScript: not every Node has them. */
import { createHash, type KeyObject } from 'node:crypto';
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';
import type { MlDsaName } from '../../src/artifact/certificate.ts';
import { bits, implicit, integer, octets, oid, pem, sequence } from './der.ts';
import type { Key } from './keys.ts';

export const mlDsaNames = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const;

const sets = {
  'ML-DSA-44': { signer: ml_dsa44, oid: '2.16.840.1.101.3.4.3.17' },
  'ML-DSA-65': { signer: ml_dsa65, oid: '2.16.840.1.101.3.4.3.18' },
  'ML-DSA-87': { signer: ml_dsa87, oid: '2.16.840.1.101.3.4.3.19' },
} as const;

interface Secret {
  readonly name: MlDsaName;
  readonly seed: Uint8Array;
  readonly secretKey: Uint8Array;
}

const secrets = new WeakMap<KeyObject, Secret>();

/** The forms of a private key: only the first is one that Go reads. */
export type MlDsaForm = 'seed' | 'expanded' | 'both';

const contents: Readonly<Record<MlDsaForm, (secret: Secret) => Uint8Array>> = {
  seed: ({ seed }) => implicit(0, seed),
  expanded: ({ secretKey }) => octets(secretKey),
  both: ({ seed, secretKey }) => sequence(octets(seed), octets(secretKey)),
};

export const mlDsaAlgorithm = (name: MlDsaName): Buffer => sequence(oid(sets[name].oid));

/** A key with what the tests use of Node's. Keys of equal names are equal. */
export function mlDsaKey(type: MlDsaName, name: string): Key {
  const seed = createHash('sha256').update(`${type} ${name}`).digest();
  const { publicKey, secretKey } = sets[type].signer.keygen(seed);
  const secret = { name: type, seed, secretKey };
  const spki = sequence(mlDsaAlgorithm(type), bits(publicKey));
  const exported = (format: unknown, label: string, der: Buffer) => (format === 'pem' ? pem(label, der) : der);
  const half = (label: string, der: () => Buffer) =>
    ({
      asymmetricKeyType: type.toLowerCase(),
      export: ({ format }: { readonly format?: string }) => exported(format, label, der()),
    }) as unknown as KeyObject;
  const privateKey = half('PRIVATE KEY', () => pkcs8(secret, 'seed'));
  secrets.set(privateKey, secret);
  return { privateKey, publicKey: half('PUBLIC KEY', () => spki) };
}

const pkcs8 = (secret: Secret, form: MlDsaForm): Buffer =>
  sequence(integer(0n), mlDsaAlgorithm(secret.name), octets(contents[form](secret)));

const secretOf = ({ privateKey }: Key): Secret => {
  const secret = secrets.get(privateKey);
  if (secret === undefined) throw new Error('not an ML-DSA key');
  return secret;
};

/** The private key in one of its forms. */
export const mlDsaDer = (key: Key, form: MlDsaForm): Buffer => pkcs8(secretOf(key), form);
export const mlDsaPem = (key: Key, form: MlDsaForm): string => pem('PRIVATE KEY', mlDsaDer(key, form));

/** The type of an ML-DSA key; undefined for others. */
export const mlDsaTypeOf = (key: KeyObject): MlDsaName | undefined => secrets.get(key)?.name;

export function mlDsaSign(key: Key, signed: Uint8Array, context?: Uint8Array): Uint8Array {
  const { name, secretKey } = secretOf(key);
  return sets[name].signer.sign(signed, secretKey, context && { context });
}
