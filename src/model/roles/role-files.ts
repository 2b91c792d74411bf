/** Finds the certificate, key and kubeconfig of each row of the tables: by argument, else at the recommended path. */

import type { Certificate } from '../../artifact/certificate.ts';
import type { NodeFile } from '../../artifact/file.ts';
import type { Kubeconfig } from '../../artifact/kubeconfig.ts';
import { inFolder, normalizePath } from '../../artifact/paths.ts';
import type { Place } from '../../artifact/place.ts';
import type { AcceptingKubeconfigRow, LaidOutNode, PlacedCertificateRow } from '../../tables/layouts/layout.ts';
import type { Holds } from '../../tables/tables.ts';
import { type LeafChain, type Loaded, loadKeyPair, loadLeafChain } from '../../x509/load.ts';
import type { Slot } from './slots.ts';
import { type PemSource, type Seen, seenOfFile, sourceAt, sourceOf, unseenReason } from './source.ts';

/** A role of the tables with its files on this node. */
export interface RoleFiles {
  readonly id: string;
  /** The path of the certificate or the kubeconfig. */
  readonly path: string;
  readonly recommended: string;
  readonly file: NodeFile | undefined;
  readonly seen: Seen;
  /** Why it is unseen or irregular. */
  readonly reason: string | undefined;
  /** The slot with the argument that names it, if any. */
  readonly slot: Slot | undefined;
  readonly keySlot: Slot | undefined;
  /** The place of its certificate: a file, or an entry of the kubeconfig. */
  readonly at: Place;
  readonly kubeconfig: Kubeconfig | undefined;
  /** undefined for a kubeconfig without a client certificate. */
  readonly certificate: PemSource | undefined;
  readonly key: PemSource | undefined;
  /** The certificate as its component reads it; undefined if there is none to read. */
  readonly chain: Loaded<LeafChain> | undefined;
  /** Certificate and key together, as `tls.X509KeyPair` loads them; undefined unless both exist. */
  readonly pair: Loaded<LeafChain> | undefined;
  readonly leaf: Certificate | undefined;
}

export type CertificateFiles = RoleFiles & { readonly kind: 'certificate'; readonly row: PlacedCertificateRow };
export type KubeconfigFiles = RoleFiles & { readonly kind: 'kubeconfig'; readonly row: AcceptingKubeconfigRow };
export type AnyRoleFiles = CertificateFiles | KubeconfigFiles;

/** Finds the files of every row of the tables on this node. */
export function findRoleFiles(node: LaidOutNode, slots: readonly Slot[]): readonly AnyRoleFiles[] {
  return [
    ...node.layout.certificates.map((row) => certificateFiles(node, slots, row)),
    ...node.layout.kubeconfigs.map((row) => kubeconfigFiles(node, slots, row)),
  ];
}

/** The first slot with an argument for that kind of file of a role. */
function slotOf(slots: readonly Slot[], role: string, holds: Holds): Slot | undefined {
  return slots.find((slot) => slot.row.role === role && slot.row.holds === holds && slot.argument !== undefined);
}

function certificateFiles(node: LaidOutNode, slots: readonly Slot[], row: PlacedCertificateRow): CertificateFiles {
  const slot = slotOf(slots, row.role, 'certificate');
  const keySlot = slotOf(slots, row.role, 'key');
  const recommended = inFolder(node.pki, row.certificate);
  const certificate = sourceFor(node, slot, recommended);
  const key = sourceFor(node, keySlot, inFolder(node.pki, row.key));
  const { path, file, seen, reason } = certificate;
  const names = { kind: 'certificate', row, id: row.role, path, recommended, at: { path } } as const;
  return { ...names, file, seen, reason, slot, keySlot, kubeconfig: undefined, ...loadPair(certificate, key) };
}

/** Finds the files of a row of the kubeconfigs table on this node. */
export function kubeconfigFiles(
  node: LaidOutNode,
  slots: readonly Slot[],
  row: AcceptingKubeconfigRow,
): KubeconfigFiles {
  const slot = slotOf(slots, row.role, 'kubeconfig');
  const path = slot?.path ?? row.path;
  const file = slot?.problem ? undefined : node.files.get(path);
  const kubeconfig = file?.content?.type === 'kubeconfig' ? file.content.kubeconfig : undefined;
  const user = kubeconfig?.user;
  const certificate = user?.certificate && sourceOf(node, user.certificate);
  const key = user?.key && sourceOf(node, user.key);
  const seen = seenOfFile(file);
  const reason = seen === 'unseen' ? (slot?.problem?.reason ?? unseenReason(file)) : undefined;
  const at = certificate?.at ?? { path };
  const names = { kind: 'kubeconfig', row, id: row.role, path, recommended: row.path, at } as const;
  return { ...names, file, seen, reason, slot, keySlot: undefined, kubeconfig, ...loadPair(certificate, key) };
}

function sourceFor(node: LaidOutNode, slot: Slot | undefined, recommended: string): PemSource {
  if (slot?.problem) {
    return { seen: 'unseen', path: recommended, at: { path: recommended }, reason: slot.problem.reason };
  }
  return sourceAt(node, normalizePath(slot?.path ?? recommended));
}

function loadPair(certificate: PemSource | undefined, key: PemSource | undefined) {
  const chain = certificate?.pem && loadLeafChain(certificate.pem);
  const pair = certificate?.pem && key?.pem && loadKeyPair(certificate.pem, key.pem);
  return { certificate, key, chain, pair, leaf: chain?.ok ? chain.value.leaf : undefined };
}
