/** Algorithms of keys and signatures, as CycloneDX describes them. */
import type { InventoryKey } from '../../results/inventory.ts';

/** A cryptographic algorithm. */
export interface CryptoAlgorithm {
  /** `RSA-2048`, `ECDSA-P-256`; of signatures the name that Go gives it. */
  readonly name: string;
  readonly oid?: string;
  /** `algorithmProperties` of CycloneDX. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Shor's algorithm breaks RSA, DSA and all elliptic curves: none of these has one of the levels 1 to 6 of NIST. */
const broken = { nistQuantumSecurityLevel: 0 };

/** Security in bits of RSA keys by their size (NIST SP 800-57 part 1, revision 5, table 2), the largest first. */
const rsaLevels = [
  [15360, 256],
  [7680, 192],
  [3072, 128],
  [2048, 112],
  [1024, 80],
  [0, 0],
] as const;

const signing = { primitive: 'signature', cryptoFunctions: ['sign', 'verify'] };

/** ML-DSA by its parameter set, with NIST's level of security (FIPS 204, table 1). */
const mlDsa = (set: string, level: number, bits: number) => (): CryptoAlgorithm => ({
  name: `ML-DSA-${set}`,
  oid: `2.16.840.1.101.3.4.3.${{ 44: 17, 65: 18, 87: 19 }[set]}`,
  properties: {
    ...signing,
    parameterSetIdentifier: set,
    classicalSecurityLevel: bits,
    nistQuantumSecurityLevel: level,
  },
});

/** Algorithms of keys, by their type (RFC 3279, 5480, 8410, 9881). One that Go does not know has no known level. */
const keyAlgorithms: Readonly<Record<string, (key: InventoryKey) => CryptoAlgorithm>> = {
  RSA: ({ bits }) => ({
    name: `RSA-${bits}`,
    oid: '1.2.840.113549.1.1.1',
    properties: {
      primitive: 'pke',
      parameterSetIdentifier: `${bits}`,
      cryptoFunctions: ['encrypt', 'decrypt', 'sign', 'verify'],
      classicalSecurityLevel: rsaLevels.find(([size]) => bits >= size)?.[1] ?? 0,
      ...broken,
    },
  }),
  ECDSA: ({ bits, curve }) => ({
    name: `ECDSA-${curve ?? bits}`,
    oid: '1.2.840.10045.2.1',
    properties: {
      ...signing,
      parameterSetIdentifier: `${bits}`,
      ...(curve === null ? {} : { curve }),
      // Half of the size (the same table), which is 256 for the 521 bits of P-521.
      classicalSecurityLevel: Math.min(256, Math.floor(bits / 2)),
      ...broken,
    },
  }),
  Ed25519: () => ({
    name: 'Ed25519',
    oid: '1.3.101.112',
    properties: {
      ...signing,
      parameterSetIdentifier: '256',
      curve: 'Curve25519',
      classicalSecurityLevel: 128,
      ...broken,
    },
  }),
  'ML-DSA-44': mlDsa('44', 2, 128),
  'ML-DSA-65': mlDsa('65', 3, 192),
  'ML-DSA-87': mlDsa('87', 5, 256),
};

/** Returns the algorithm of a key; undefined if it is not known. */
export const algorithmOfKey = (key: InventoryKey): CryptoAlgorithm | undefined => keyAlgorithms[key.type]?.(key);

const rsa = { ...signing, padding: 'pkcs1v15', ...broken };
const pss = { ...signing, padding: 'other', ...broken };
const plain = { ...signing, ...broken };

/** Signature algorithms by the names that Go gives them, with the bits of their hash (RFC 4055, RFC 5758, RFC 8410). */
const signatures: Readonly<Record<string, readonly [oid: string, hash: string, properties: object]>> = {
  'MD5-RSA': ['1.2.840.113549.1.1.4', '128', rsa],
  'SHA1-RSA': ['1.2.840.113549.1.1.5', '160', rsa],
  'SHA256-RSA': ['1.2.840.113549.1.1.11', '256', rsa],
  'SHA384-RSA': ['1.2.840.113549.1.1.12', '384', rsa],
  'SHA512-RSA': ['1.2.840.113549.1.1.13', '512', rsa],
  'SHA256-RSAPSS': ['1.2.840.113549.1.1.10', '256', pss],
  'SHA384-RSAPSS': ['1.2.840.113549.1.1.10', '384', pss],
  'SHA512-RSAPSS': ['1.2.840.113549.1.1.10', '512', pss],
  'DSA-SHA1': ['1.2.840.10040.4.3', '160', plain],
  'DSA-SHA256': ['2.16.840.1.101.3.4.3.2', '256', plain],
  'ECDSA-SHA1': ['1.2.840.10045.4.1', '160', plain],
  'ECDSA-SHA256': ['1.2.840.10045.4.3.2', '256', plain],
  'ECDSA-SHA384': ['1.2.840.10045.4.3.3', '384', plain],
  'ECDSA-SHA512': ['1.2.840.10045.4.3.4', '512', plain],
};

/** Returns a signature algorithm; undefined if it is not known. One without a hash is that of its keys. */
export function algorithmOfSignature(name: string | null): CryptoAlgorithm | undefined {
  if (name === 'Ed25519' || name?.startsWith('ML-DSA-')) {
    return keyAlgorithms[name]?.({ type: name, bits: 0, curve: null, id: '' });
  }
  const row = signatures[name ?? ''];
  if (name === null || row === undefined) return undefined;
  const [oid, hash, properties] = row;
  return { name, oid, properties: { ...properties, parameterSetIdentifier: hash } };
}
