/** Checks whether two files are in each other's place: two certificates, two keys, two pairs, a certificate and its key. */
import type { Pem } from '../core/artifact.ts';
import type { PrivateKey } from '../core/certificate.ts';
import { inFolder } from '../core/paths.ts';
import { idOnNode } from '../model/handshake/ends.ts';
import { chainOf } from '../model/roles/authorities.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Authority, Role } from '../model/roles/role.ts';
import { authorityId, fileId, keyPairId, roleId } from '../model/roles/slots.ts';
import type { PemSource } from '../model/roles/source.ts';
import { loadKeyOnly, loadKeyPair, loadServiceAccountSigner, loadServiceAccountVerifiers } from '../x509/load.ts';
import { check, list, problem } from './check.ts';
import { hasKeyOf, otherRow } from './target.ts';

/** A certificate with its key, or a kubeconfig, and whose they are by what is in them. */
interface Place {
  readonly id: string;
  readonly certificate: string;
  readonly key: string | undefined;
  readonly certificateOf: string | undefined;
  readonly keyOf: string | undefined;
}

/** Two files that are in each other's place; with pairs also their keys. */
interface Swap {
  readonly files: readonly (readonly [string, string])[];
  /** Ids of what fails because of it. */
  readonly ids: readonly string[];
}

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
  const owners = [
    ...roles.map((role) => ({
      id: role.id,
      certificate: role.path,
      key: role.kind === 'certificate' ? role.key : undefined,
      certificates: role.leaf ? [role.leaf] : [],
      certificateOf: role.leaf && (otherRow(role, pki) ?? role.id),
    })),
    ...authorities.map((authority) => ({
      id: authority.id,
      certificate: authority.source.path,
      key: authority.key,
      certificates: authority.loaded?.ok ? authority.loaded.value : [],
      certificateOf: signerOf(authority, authorities),
    })),
  ];
  return owners.map((one) => {
    const secret = secretIn(one.key);
    const isOwner = ({ certificates }: (typeof owners)[number]) =>
      secret !== undefined && hasKeyOf(certificates, secret);
    const owner = isOwner(one) ? one : owners.find(isOwner);
    return { ...one, key: one.key?.path, keyOf: owner?.certificateOf };
  });
}

/** The authority whose certificates the file of this one verifies: itself, unless it is in the wrong place. */
function signerOf({ loaded, leaves, id }: Authority, all: readonly Authority[]): string | undefined {
  const pool = loaded?.ok ? loaded.value : [];
  const verifies = (roles: Authority['leaves']) => roles.some((role) => chainOf(role, pool) !== undefined);
  if (pool.length === 0 || verifies(leaves)) return pool.length === 0 ? undefined : id;
  return all.find((other) => verifies(other.leaves))?.id ?? id;
}

function secretIn(source: PemSource | undefined): PrivateKey | undefined {
  const key = source?.pem && loadKeyOnly(source.pem);
  return key?.ok ? key.value : undefined;
}

function swapsOf(pki: Pki): readonly Swap[] {
  const places = placesOf(pki);
  return places.flatMap((one, index) =>
    places.slice(index + 1).flatMap((other) => {
      const certificates = one.certificateOf === other.id && other.certificateOf === one.id;
      const keys = one.keyOf === other.id && other.keyOf === one.id;
      const files = [
        ...(certificates ? [[one.certificate, other.certificate] as const] : []),
        ...(keys && one.key && other.key ? [[one.key, other.key] as const] : []),
      ];
      return files.length === 0 ? [] : [{ files, ids: [one, other].flatMap(({ id }) => idsOf(id, pki)) }];
    }),
  );
}

/** The ids of a role or of an authority, and of what the authority signed, unless that has a fault of its own. */
const idsOf = (id: string, { roles }: Pki): readonly string[] => [
  roleId(id),
  authorityId(id),
  ...roles.filter(({ parent, pair }) => parent.id === id && pair?.ok !== false).map((role) => roleId(role.id)),
];

const has = ({ blocks }: Pem, type: string) => blocks.some((block) => block.type === type);

/** Certificates whose file has the key, and whose key file has the certificate. */
function reversedPairs(pki: Pki): readonly Swap[] {
  return pki.roles.flatMap((role) => {
    const { id, kind, certificate, key } = role;
    if (kind !== 'certificate' || !certificate?.pem || !key?.pem || !isInPlace(role, pki)) return [];
    const isReversed =
      has(certificate.pem, 'private-key') &&
      !has(certificate.pem, 'certificate') &&
      has(key.pem, 'certificate') &&
      !has(key.pem, 'private-key');
    // As they should be, the two must be a pair.
    return isReversed && loadKeyPair(key.pem, certificate.pem).ok
      ? [{ files: [[certificate.path, key.path]], ids: [roleId(id)] }]
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
  return signer && verifier && arePair(verifier, signer) ? [{ files: [[signing, verifying]], ids: [keyPairId] }] : [];
}

/** Whether a file with a private key and one with public keys belong together. */
function arePair(secret: Pem, shown: Pem): boolean {
  const [key, known] = [loadServiceAccountSigner(secret), loadServiceAccountVerifiers(shown)];
  return key.ok && known.ok && known.value.some(({ id }) => id === key.value.publicKey.id);
}

/** The components that read one of these files. */
function readersOf(files: readonly string[], { uses }: Pki): string {
  const names = files.flatMap((path) => uses.get(path) ?? []).flatMap(({ slot }) => slot?.component.name ?? []);
  return names.length === 0 ? 'what reads them' : list([...new Set(names)]);
}

/** The swaps of single files, or those of a certificate together with its key. */
function swapped(files: 1 | 2) {
  return check('node', function* (pki) {
    const swaps = [...swapsOf(pki), ...reversedPairs(pki), ...reversedTokenKeys(pki)];
    for (const swap of swaps.filter((one) => one.files.length === files)) {
      const [[first, second] = ['', ''], [key, otherKey] = ['', '']] = swap.files;
      const ids = [...swap.ids, ...swap.files.flat().map(fileId)];
      const data = { first, second, key, otherKey, readers: readersOf(swap.files.flat(), pki) };
      yield problem({ path: first }, data, {
        key: swap.files.flat().join(' '),
        affects: ids.map((id) => idOnNode(pki, id)),
      });
    }
  });
}

export const swappedFileChecks = {
  'node/swapped': swapped(1),
  'node/swapped-pairs': swapped(2),
};
