/** Certificates, keys and algorithms as components of CycloneDX. */
import { groupBy } from '../../core/collections.ts';
import type { InventoryItem } from '../../results/inventory.ts';
import { algorithmOfKey, algorithmOfSignature, type CryptoAlgorithm } from './algorithms.ts';

/** A component of type `cryptographic-asset`. */
export interface Asset {
  readonly type: 'cryptographic-asset';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly [field: string]: unknown;
}

/** A certificate of the inventory. */
export type CertificateItem = InventoryItem & { readonly fingerprint256: string };

export const isCertificate = (item: InventoryItem): item is CertificateItem => item.fingerprint256 !== null;

export const certificateRef = (fingerprint: string) => `certificate/${fingerprint}`;
const algorithmRef = ({ name }: CryptoAlgorithm) => `algorithm/${name}`;

/**
 * Returns every certificate, public key, private key and algorithm of an inventory once, in the order of the inventory.
 * They have places and properties, and never the value of a key.
 *
 */
export function cryptoAssets(inventory: readonly InventoryItem[]): readonly Asset[] {
  const certificates = groupBy(inventory.filter(isCertificate), ({ fingerprint256 }) => fingerprint256);
  const privateKeys = inventory.filter(({ kind }) => kind === 'private-key');
  const others = inventory.filter(({ kind }) => kind !== 'private-key');
  return [
    ...[...certificates.values()].map((items) => certificateAsset(items)),
    ...[...groupBy(others, ({ key }) => key.id).values()].map((items) => keyAsset('public-key', items)),
    ...[...groupBy(privateKeys, ({ key }) => key.id).values()].map((items) => keyAsset('private-key', items)),
    ...algorithmsOf(inventory).map(algorithmAsset),
  ];
}

function certificateAsset(items: readonly CertificateItem[]): Asset {
  const [{ fingerprint256, subject, issuer, notBefore, notAfter, serial, signatureAlgorithm, key, sans, usages }] =
    items as readonly [CertificateItem];
  const algorithm = algorithmOfSignature(signatureAlgorithm);
  const effective = items.flatMap(({ effectiveNotAfter }) => effectiveNotAfter ?? []).toSorted()[0];
  return {
    type: 'cryptographic-asset',
    'bom-ref': certificateRef(fingerprint256),
    name: subject === null || subject === '' ? fingerprint256 : subject,
    hashes: [{ alg: 'SHA-256', content: fingerprint256 }],
    cryptoProperties: {
      assetType: 'certificate',
      certificateProperties: {
        subjectName: subject ?? '',
        issuerName: issuer ?? '',
        ...(isDate(notBefore) ? { notValidBefore: notBefore } : {}),
        ...(isDate(notAfter) ? { notValidAfter: notAfter } : {}),
        ...(algorithm === undefined ? {} : { signatureAlgorithmRef: algorithmRef(algorithm) }),
        subjectPublicKeyRef: `public-key/${key.id}`,
        certificateFormat: 'X.509',
      },
    },
    evidence: { occurrences: occurrences(items) },
    properties: properties({
      ...uses(items),
      kind: [items.some(({ kind }) => kind === 'authority') ? 'CA' : 'certificate'],
      inUse: [`${items.some(({ judged }) => judged)}`],
      serialNumber: serial === null ? [] : [serial],
      effectiveNotAfter: effective === undefined ? [] : [effective],
      subjectAltName: sans.map(({ type, value }) => `${type}:${value}`),
      usage: usages,
    }),
  };
}

/** A year beyond 9999 is not a date of RFC 3339. */
const isDate = (time: string | null) => time !== null && /^\d{4}-/.test(time);

function keyAsset(type: 'public-key' | 'private-key', items: readonly InventoryItem[]): Asset {
  const [{ key }] = items as readonly [InventoryItem];
  const algorithm = algorithmOfKey(key);
  const { role, usedBy } = uses(items);
  // The places of certificates are with these.
  const own = items.filter((item) => !isCertificate(item));
  return {
    type: 'cryptographic-asset',
    'bom-ref': `${type}/${key.id}`,
    name: `${algorithm?.name ?? key.type} ${type === 'public-key' ? 'public key' : 'private key'}`,
    cryptoProperties: {
      assetType: 'related-crypto-material',
      relatedCryptoMaterialProperties: {
        type,
        id: key.id,
        ...(role.length + usedBy.length === 0 ? {} : { state: 'active' }),
        ...(key.bits === 0 ? {} : { size: key.bits }),
        ...(algorithm === undefined ? {} : { algorithmRef: algorithmRef(algorithm) }),
        ...(own.length === 0 ? {} : { format: 'PEM' }),
      },
    },
    ...(own.length === 0 ? {} : { evidence: { occurrences: occurrences(own) } }),
    properties: properties({ role, usedBy }),
  };
}

function algorithmsOf(inventory: readonly InventoryItem[]): readonly CryptoAlgorithm[] {
  const all = inventory.flatMap(({ key, signatureAlgorithm }) => [
    algorithmOfKey(key) ?? [],
    algorithmOfSignature(signatureAlgorithm) ?? [],
  ]);
  return [...new Map(all.flat().map((one) => [one.name, one])).values()];
}

const algorithmAsset = (algorithm: CryptoAlgorithm): Asset => ({
  type: 'cryptographic-asset',
  'bom-ref': algorithmRef(algorithm),
  name: algorithm.name,
  cryptoProperties: {
    assetType: 'algorithm',
    algorithmProperties: algorithm.properties,
    ...(algorithm.oid === undefined ? {} : { oid: algorithm.oid }),
  },
});

/** Where something is: a path on a node, and its entry or its position in the file. */
function occurrences(items: readonly InventoryItem[]): readonly object[] {
  return items.map(({ node, path, entry, index }) => {
    const details = [`node ${node}`, ...(entry === null ? [] : [entry]), ...(index === 0 ? [] : [`#${index + 1}`])];
    return { location: path, additionalContext: details.join(', ') };
  });
}

function uses(items: readonly InventoryItem[]): {
  readonly role: readonly string[];
  readonly usedBy: readonly string[];
} {
  return {
    role: [...new Set(items.flatMap(({ role }) => role ?? []))],
    usedBy: [...new Set(items.flatMap(({ usedBy }) => usedBy))],
  };
}

/** Properties of a component, with the prefix of this program. A name may occur several times. */
export function properties(values: Readonly<Record<string, readonly string[]>>): readonly object[] {
  return Object.entries(values).flatMap(([name, all]) => all.map((value) => ({ name: `pki-lint:${name}`, value })));
}
