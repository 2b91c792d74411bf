/**
 * Finds the certificates of each authority of a node. An authority is identified by what it signed: of the files in its
 * slots and the recommended file, it is the one that verifies most of its leaves. File names do not matter.
 */

import type { Certificate } from '../../artifact/certificate.ts';
import { inFolder } from '../../artifact/paths.ts';
import { anySignature } from '../../artifact/strictness.ts';
import type { LaidOutNode, PlacedAuthorityRow } from '../../tables/layouts/layout.ts';
import type { Loaded } from '../../x509/load.ts';
import { buildChain, limitOfPath } from '../../x509/verify/chain.ts';
import type { AnyRoleFiles, RoleFiles } from './role-files.ts';
import type { Slot } from './slots.ts';
import { holdsPool, type PemSource, poolOfAuthority, poolOfSlot, sourceAt } from './source.ts';

/** A slot for an authority's certificate, to trust it or to sign with it. */
export interface TrustSlot {
  readonly slot: Slot;
  readonly source: PemSource | undefined;
  readonly loaded: Loaded<readonly Certificate[]> | undefined;
}

export interface AuthorityFiles {
  readonly id: string;
  readonly row: PlacedAuthorityRow;
  /** The file that is this authority: the one that verifies its leaves, else the recommended one. */
  readonly source: PemSource;
  readonly recommended: string;
  readonly loaded: Loaded<readonly Certificate[]> | undefined;
  /** The certificates in its file, and all others in trust files that contain one of these. */
  readonly certificates: readonly Certificate[];
  readonly trust: readonly TrustSlot[];
  /** The private key that the signing argument names, else the one at the recommended path. */
  readonly key: PemSource;
  /** The leaves of this node that it should have signed, and those that it did sign. */
  readonly leaves: readonly RoleFiles[];
  readonly issued: readonly RoleFiles[];
}

/** Finds the authority of a row on this node. `roles` are all roles of the node. */
export function findAuthority(
  node: LaidOutNode,
  slots: readonly Slot[],
  roles: readonly AnyRoleFiles[],
  row: PlacedAuthorityRow,
): AuthorityFiles {
  const recommended = inFolder(node.pki, row.certificate);
  const leaves = roles.filter((role) => role.leaf !== undefined && role.row.parent === row.role);
  const own = slots.filter((slot) => slot.row.role === row.role);
  const trust = own.filter(isTrust).map((slot) => trustSlot(node, slot));
  const paths = new Set(trust.flatMap(({ slot }) => slot.path ?? []));
  const ranked = [...new Set([recommended, ...paths])]
    .map((path) => candidate(node, row.role, path, leaves, paths.has(path)))
    .sort((one, other) => other.issued.length - one.issued.length || other.rank - one.rank);
  const chosen = ranked[0] ?? candidate(node, row.role, recommended, leaves, false);
  const keySlot = own.find((slot) => slot.row.holds === 'signer-key' && slot.path);
  return {
    id: row.role,
    row,
    recommended,
    source: chosen.source,
    loaded: chosen.loaded,
    certificates: withBundled(chosen.loaded?.ok ? chosen.loaded.value : [], trust),
    trust,
    key: sourceAt(node, keySlot?.path ?? inFolder(node.pki, row.key)),
    leaves,
    issued: chosen.issued,
  };
}

const isTrust = ({ row, argument }: Slot): boolean => holdsPool(row.holds) && argument !== undefined;

function trustSlot(node: LaidOutNode, slot: Slot): TrustSlot {
  if (slot.path === undefined) return { slot, source: undefined, loaded: undefined };
  return { slot, ...poolOfSlot(node, slot, slot.path) };
}

function candidate(node: LaidOutNode, role: string, path: string, leaves: readonly RoleFiles[], used: boolean) {
  const source = sourceAt(node, path);
  const loaded = poolOfAuthority(node.layout, role, source);
  const certificates = loaded?.ok ? loaded.value : [];
  const issued = leaves.filter((role) => chainOf(role, certificates) !== undefined);
  // If two files verify the same number of leaves, prefer one with certificates, then one that a component uses.
  return { source, loaded, issued, rank: (certificates.length > 0 ? 2 : 0) + (used ? 1 : 0) };
}

/**
 * Builds the chain from a role's certificate to one of the anchors, through the intermediates in its file; undefined if
 * there is none. By default every valid signature counts; `strictness` limits this to what a Go release accepts.
 */
export function chainOf(
  role: RoleFiles,
  anchors: readonly Certificate[],
  strictness = anySignature,
): readonly Certificate[] | undefined {
  if (!role.chain?.ok || anchors.length === 0) return undefined;
  return buildChain(role.chain.value.leaf, role.chain.value.intermediates, anchors, strictness);
}

/** A CA whose path length is the only reason why the chain of a certificate is refused. */
export interface PathLimit {
  readonly ca: Certificate;
  /** How many intermediates are below it. */
  readonly below: number;
  /** Whether it is a certificate of the authority, and not one in the file of the certificate. */
  readonly isOwn: boolean;
}

/** Returns the CA whose path length refuses what an authority has signed; undefined if none does. */
export function pathLimitOf(
  role: RoleFiles,
  { certificates }: AuthorityFiles,
  strictness = anySignature,
): PathLimit | undefined {
  if (!role.chain?.ok || certificates.length === 0) return undefined;
  const { leaf, intermediates } = role.chain.value;
  const limit = limitOfPath(leaf, intermediates, certificates, strictness);
  if (limit === undefined) return undefined;
  return { ...limit, isOwn: certificates.some((one) => one.fingerprint256 === limit.ca.fingerprint256) };
}

/** Whether a certificate of `pool` has the key of one of `certificates`: it is the same certificate, or renewed. */
export function sharesKey(pool: readonly Certificate[], certificates: readonly Certificate[]): boolean {
  const keys = new Set(certificates.map((certificate) => certificate.publicKey.id));
  return pool.some((certificate) => keys.has(certificate.publicKey.id));
}

/** Adds the certificates that share a trust file with one of `own`, such as the other CA during a rotation. */
function withBundled(own: readonly Certificate[], trust: readonly TrustSlot[]): readonly Certificate[] {
  const all = new Map(own.map((certificate) => [certificate.fingerprint256, certificate]));
  for (const { loaded } of trust) {
    if (!loaded?.ok || !sharesKey(loaded.value, own)) continue;
    for (const certificate of loaded.value) all.set(certificate.fingerprint256, certificate);
  }
  return [...all.values()];
}

/** Returns the valid certificate that expires last; if none is valid, that which expires last. */
export function lastingCertificate(certificates: readonly Certificate[], now: number): Certificate | undefined {
  const isValid = (one: Certificate) => Number(one.notBefore <= now && now <= one.notAfter);
  return certificates.toSorted((one, other) => isValid(other) - isValid(one) || other.notAfter - one.notAfter)[0];
}
