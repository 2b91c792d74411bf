/**
 * Which certificates are each authority of this node. An authority is known by what it signed: of the files in its
 * slots, and the recommended one, that which verifies the most of its leaves. Names decide nothing.
 */

import type { Certificate } from '../../core/certificate.ts';
import { inFolder } from '../../core/paths.ts';
import { anySignature } from '../../core/strictness.ts';
import type { LaidOutNode } from '../../tables/layouts.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { AuthorityRow } from '../../tables/tables.ts';
import { buildChain } from '../../x509/chain.ts';
import { type Loaded, loadKubePool } from '../../x509/load.ts';
import type { CertificateFiles, KubeconfigFiles, RoleFiles } from './role-files.ts';
import type { Slot } from './slots.ts';
import { holdsPool, type PemSource, poolOfSlot, sourceAt } from './source.ts';

/** A slot that wants an authority's certificate: to trust it, or to sign with it. */
export interface TrustSlot {
  readonly slot: Slot;
  readonly source: PemSource | undefined;
  readonly loaded: Loaded<readonly Certificate[]> | undefined;
}

export interface Authority {
  readonly id: string;
  readonly row: AuthorityRow;
  /** The file that is this authority: the one that verifies its leaves, else the recommended one. */
  readonly source: PemSource;
  readonly recommended: string;
  readonly loaded: Loaded<readonly Certificate[]> | undefined;
  /** What its file holds, and what else is trusted in the slots that hold one of these. */
  readonly certificates: readonly Certificate[];
  readonly trust: readonly TrustSlot[];
  /** The private key at the place of the signing argument, else at the recommended path. */
  readonly key: PemSource;
  /** Leaves of this node that ought to come from it, and those of them that do. */
  readonly leaves: readonly RoleFiles[];
  readonly issued: readonly RoleFiles[];
}

/** The authorities of the tables, on this node. */
export function findAuthorities(
  node: LaidOutNode,
  slots: readonly Slot[],
  found: readonly (CertificateFiles | KubeconfigFiles)[],
): readonly Authority[] {
  return node.layout.authorities.map((row) => findAuthority(node, slots, found, row));
}

/** The authority that a role's certificate must come from. */
export function parentOf(role: CertificateFiles | KubeconfigFiles): string {
  return role.kind === 'certificate' ? role.row.parent : roleIds.clusterCa;
}

function findAuthority(
  node: LaidOutNode,
  slots: readonly Slot[],
  found: readonly (CertificateFiles | KubeconfigFiles)[],
  row: AuthorityRow,
): Authority {
  const recommended = inFolder(node.pki, row.certificate);
  const leaves = found.filter((role) => role.leaf !== undefined && parentOf(role) === row.role);
  const trust = slots.filter((slot) => isTrust(slot, row.role)).map((slot) => trustSlot(node, slot));
  const paths = new Set(trust.flatMap((one) => one.slot.path ?? []));
  const ranked = [...new Set([recommended, ...paths])]
    .map((path) => candidate(sourceAt(node, path), leaves, paths.has(path)))
    .sort((one, other) => other.issued.length - one.issued.length || other.rank - one.rank);
  const chosen = ranked[0] ?? candidate(sourceAt(node, recommended), leaves, false);
  const keySlot = slots.find((slot) => slot.row.role === row.role && slot.row.holds === 'signer-key' && slot.path);
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

function isTrust(slot: Slot, role: string): boolean {
  return slot.row.role === role && holdsPool(slot.row.holds) && slot.argument !== undefined;
}

function trustSlot(node: LaidOutNode, slot: Slot): TrustSlot {
  if (slot.path === undefined) return { slot, source: undefined, loaded: undefined };
  return { slot, ...poolOfSlot(node, slot, slot.path) };
}

function candidate(source: PemSource, leaves: readonly RoleFiles[], used: boolean) {
  const loaded = source.pem && loadKubePool(source.pem);
  const certificates = loaded?.ok ? loaded.value : [];
  const issued = leaves.filter((role) => chainOf(role, certificates) !== undefined);
  // Of equals: what holds certificates, then what a component uses.
  return { source, loaded, issued, rank: (certificates.length > 0 ? 2 : 0) + (used ? 1 : 0) };
}

/**
 * The chain of a role's certificate to one of these, through the intermediates that its file carries: who signed it, or
 * what a Go of some strictness makes of that.
 */
export function chainOf(
  role: RoleFiles,
  anchors: readonly Certificate[],
  strictness = anySignature,
): readonly Certificate[] | undefined {
  if (!role.chain?.ok || anchors.length === 0) return undefined;
  return buildChain(role.chain.value.leaf, role.chain.value.intermediates, anchors, strictness);
}

/** Whether one of `pool` is, or vouches for, one of `certificates`. */
export function sharesKey(pool: readonly Certificate[], certificates: readonly Certificate[]): boolean {
  const keys = new Set(certificates.map((certificate) => certificate.publicKey.id));
  return pool.some((certificate) => keys.has(certificate.publicKey.id));
}

/** During a rotation a trust file holds the old and the new authority: what stands beside one of ours is ours too. */
function withBundled(own: readonly Certificate[], trust: readonly TrustSlot[]): readonly Certificate[] {
  const all = new Map(own.map((certificate) => [certificate.fingerprint256, certificate]));
  for (const { loaded } of trust) {
    if (!loaded?.ok || !sharesKey(loaded.value, own)) continue;
    for (const certificate of loaded.value) all.set(certificate.fingerprint256, certificate);
  }
  return [...all.values()];
}
