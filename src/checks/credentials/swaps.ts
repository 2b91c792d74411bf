/** Finds files that are in each other's place: two certificates, two keys, two pairs, a certificate and its key. */

import type { PrivateKey } from '../../artifact/certificate.ts';
import { inFolder } from '../../artifact/paths.ts';
import type { Pem } from '../../artifact/pem-blocks.ts';
import { remember } from '../../core/collections.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import { authorityId, roleId } from '../../model/roles/slots.ts';
import type { PemSource } from '../../model/roles/source.ts';
import { loadKeyOnly, loadKeyPair, loadServiceAccountSigner, loadServiceAccountVerifiers } from '../../x509/load.ts';
import { limitSignatures, signaturesOfNode } from '../../x509/verify/signature-limit.ts';
import { fitsAuthority, fitsRole, lackingNames } from '../credentials/rightful-place.ts';
import { verifierIds } from '../credentials/token-keys.ts';
import { hasKeyOf } from '../credentials/wrong-key.ts';

/** A certificate with its key, a kubeconfig, or the pair of keys of tokens, where the tables have it. */
interface Place {
  readonly id: string;
  readonly certificate: string;
  readonly key: string | undefined;
  /** The id of the place where the key's certificate is. */
  readonly keyAt: string | undefined;
  /** Whether what is here is what should be in a place. */
  readonly fits: (id: string) => boolean;
  /** How many of the names that a place needs are missing from what is here. */
  readonly lacks: (id: string) => number;
}

/** A place before it is known whose key is in it. */
interface Owner extends Pick<Place, 'id' | 'certificate' | 'fits' | 'lacks'> {
  readonly key: PemSource | undefined;
  /** Whether a key belongs to what is here. */
  readonly owns: (secret: PrivateKey) => boolean;
}

/** Two files that are in each other's place; with pairs also their keys. */
interface Swap {
  readonly files: readonly (readonly [string, string])[];
  /** The file that gets a private key instead of something public: files keep their modes when they are moved. */
  readonly secret?: string;
  /** Ids of what fails because of it, in addition to what depends on the files. */
  readonly ids: readonly string[];
}

/** All swaps of a node. */
export const allSwaps = remember((pki: Pki): readonly Swap[] =>
  limitSignatures(signaturesOfNode, () => [...swapsOf(pki), ...reversedPairs(pki), ...reversedTokenKeys(pki)]),
);

/** The files, two by two, that are in each other's place if one of these paths is among them; empty if none is. */
export const swapWith = (paths: readonly string[], pki: Pki): Swap['files'] =>
  allSwaps(pki).find(({ files }) => files.flat().some((path) => paths.includes(path)))?.files ?? [];

/** Whether the files are where the tables have them. If an argument names others, the argument is at fault. */
function isInPlace(role: Role, { node }: Pki): boolean {
  const { path, recommended, keySlot } = role;
  const key = role.kind === 'certificate' ? inFolder(node.pki, role.row.key) : undefined;
  return path === recommended && (keySlot?.path === undefined || keySlot.path === key);
}

function placesOf(pki: Pki): readonly Place[] {
  const roles = pki.roles.filter((role) => role.applies.answer === 'yes' && isInPlace(role, pki));
  const authorities = pki.authorities.filter(
    ({ applies, source, recommended }) => applies.answer === 'yes' && source.path === recommended,
  );
  const all = { pki, roles, authorities };
  const owners: readonly Owner[] = [
    ...roles.map((role) => ({
      id: role.id,
      certificate: role.path,
      key: role.kind === 'certificate' ? role.key : undefined,
      owns: (secret: PrivateKey) => hasKeyOf(role.leaf ? [role.leaf] : [], secret),
      fits: (id: string) => fitsRole(role, id, all),
      lacks: (id: string) => lackingNames(role, id, all),
    })),
    ...authorities.map((authority) => ({
      id: authority.id,
      certificate: authority.source.path,
      key: authority.key,
      owns: (secret: PrivateKey) => hasKeyOf(authority.loaded?.ok ? authority.loaded.value : [], secret),
      fits: (id: string) => fitsAuthority(authority, id, all),
      lacks: () => 0,
    })),
    ...tokenKeys(pki),
  ];
  return owners.map((one) => {
    const secret = secretIn(one.key);
    const isOwner = ({ owns }: Owner) => secret !== undefined && owns(secret);
    const owner = isOwner(one) ? one : owners.find(isOwner);
    return { ...one, key: one.key?.path, keyAt: owner?.id };
  });
}

/** The place of the key that signs tokens: it is the owner of a key that the public keys on the node verify. */
function tokenKeys({ serviceAccount: pair, node }: Pki): readonly Owner[] {
  const { row, applies, external } = pair;
  const [signing, verifying] = [inFolder(node.pki, row.private), inFolder(node.pki, row.public)];
  const key = pair.signers.find(({ source }) => source.path === signing)?.source;
  if (key === undefined || applies.answer !== 'yes' || external) return [];
  const known = verifierIds(pair);
  return [
    {
      id: row.role,
      certificate: verifying,
      key,
      owns: ({ publicKey }) => known.has(publicKey.id),
      // Public keys have no names: nothing shows that they are in the wrong place.
      fits: (id) => id === row.role,
      lacks: () => 0,
    },
  ];
}

function secretIn(source: PemSource | undefined): PrivateKey | undefined {
  const key = source?.pem && loadKeyOnly(source.pem);
  return key?.ok ? key.value : undefined;
}

function swapsOf(pki: Pki): readonly Swap[] {
  const places = placesOf(pki);
  // Two that are alike, such as the server and the peer of etcd, are as well where they are.
  const strays = places.filter((one) => !one.fits(one.id));
  const partnerOf = (one: Place) => strays.find((other) => one.fits(other.id) && other.fits(one.id));
  const partners = new Map(strays.flatMap((one) => [[one.id, partnerOf(one)?.id ?? one.id]]));
  const keyOf = ({ keyAt = '' }: Place) => partners.get(keyAt) ?? keyAt;
  return places.flatMap((one, index) =>
    places.slice(index + 1).flatMap((other) => {
      const certificates = partners.get(one.id) === other.id && partners.get(other.id) === one.id;
      const keys = keyOf(one) === other.id && keyOf(other) === one.id;
      const isOfCertificates = certificates || (keys && mayBeExchanged(one, other));
      const isOfKeys = keys && isOfCertificates === certificates;
      const files = [
        ...(isOfCertificates ? [[one.certificate, other.certificate] as const] : []),
        ...(isOfKeys && one.key && other.key ? [[one.key, other.key] as const] : []),
      ];
      return files.length === 0 ? [] : [{ files, ids: [one, other].flatMap(({ id }) => idsOf(id, pki)) }];
    }),
  );
}

/**
 * Whether two certificates that have each other's key are alike, and no name is lost if they are exchanged. If names do
 * not tell either, it was the certificates: keys stay where they are made, certificates come from the CA and are put
 * there.
 */
function mayBeExchanged(one: Place, other: Place): boolean {
  const lost = one.lacks(other.id) + other.lacks(one.id) - one.lacks(one.id) - other.lacks(other.id);
  return one.fits(other.id) && other.fits(one.id) && lost <= 0;
}

/** The ids of what has a place, and of what an authority signed, unless that has a fault of its own. */
const idsOf = (id: string, { roles }: Pki): readonly string[] => [
  roleId(id),
  authorityId(id),
  ...roles.filter(({ parent, pair }) => parent.id === id && pair?.ok !== false).map((role) => roleId(role.id)),
];

const has = ({ blocks }: Pem, type: string) => blocks.some((block) => block.type === type);

/** Certificates whose file has the key, and whose key file has the certificate. */
function reversedPairs(pki: Pki): readonly Swap[] {
  const pairs = [
    ...pki.roles.filter((role) => role.kind === 'certificate' && isInPlace(role, pki)),
    ...pki.authorities.map(({ id, source, key }) => ({ id, certificate: source, key })),
  ];
  return pairs.flatMap(({ id, certificate, key }) => {
    if (!certificate?.pem || !key?.pem) return [];
    const isReversed =
      has(certificate.pem, 'private-key') &&
      !has(certificate.pem, 'certificate') &&
      has(key.pem, 'certificate') &&
      !has(key.pem, 'private-key');
    // As they should be, the two must be a pair.
    return isReversed && loadKeyPair(key.pem, certificate.pem).ok
      ? [{ files: [[certificate.path, key.path]], secret: key.path, ids: idsOf(id, pki) }]
      : [];
  });
}

/** The signing key of tokens in the file of the public one. kube-apiserver reads the public key of either. */
function reversedTokenKeys({ serviceAccount: { row, signers, verifiers }, node }: Pki): readonly Swap[] {
  const [signing, verifying] = [inFolder(node.pki, row.private), inFolder(node.pki, row.public)];
  const isSigner = ({ path, pem }: PemSource) =>
    path === signing && pem && !has(pem, 'private-key') && has(pem, 'public-key');
  const isVerifier = ({ path, pem }: PemSource) => path === verifying && pem && has(pem, 'private-key');
  const signer = signers.find(({ source }) => isSigner(source))?.source.pem;
  const verifier = verifiers.find(({ source }) => isVerifier(source))?.source.pem;
  if (!signer || !verifier || !arePair(verifier, signer)) return [];
  return [{ files: [[signing, verifying]], secret: signing, ids: [] }];
}

/** Whether a file with a private key and one with public keys belong together. */
function arePair(secret: Pem, shown: Pem): boolean {
  const [key, known] = [loadServiceAccountSigner(secret), loadServiceAccountVerifiers(shown)];
  return key.ok && known.ok && known.value.some(({ id }) => id === key.value.publicKey.id);
}
