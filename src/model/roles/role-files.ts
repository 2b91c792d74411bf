/** Which certificate, key and kubeconfig each row of the tables holds on this node: by argument, else by recommended path. */
import type { Kubeconfig, NodeFile, Place } from '../../core/artifact.ts';
import type { Certificate } from '../../core/certificate.ts';
import { inFolder, normalizePath } from '../../core/paths.ts';
import type { LaidOutNode, PlacedKubeconfigRow } from '../../tables/layouts.ts';
import type { CertificateRow, Holds, KubeconfigRow } from '../../tables/tables.ts';
import { type LeafChain, type Loaded, loadKeyPair, loadLeafChain } from '../../x509/load.ts';
import type { Slot } from './slots.ts';
import { type PemSource, type Seen, seenOfFile, sourceAt, sourceOf, unseenReason } from './source.ts';

/** A role of the tables with what plays it. */
export interface RoleFiles {
  readonly id: string;
  /** The file: the certificate, or the kubeconfig. */
  readonly path: string;
  readonly recommended: string;
  readonly file: NodeFile | undefined;
  readonly seen: Seen;
  /** Why it is unseen. */
  readonly reason: string | undefined;
  /** The argument that names it, where one does. */
  readonly slot: Slot | undefined;
  readonly keySlot: Slot | undefined;
  /** Where its certificate is to be found: the file, or the entry of the kubeconfig. */
  readonly at: Place;
  readonly kubeconfig: Kubeconfig | undefined;
  /** undefined: a kubeconfig without a client certificate. */
  readonly certificate: PemSource | undefined;
  readonly key: PemSource | undefined;
  /** The certificate as its component reads it; undefined where there is none to read. */
  readonly chain: Loaded<LeafChain> | undefined;
  /** Certificate and key together, as `tls.X509KeyPair` takes them; undefined unless both are there. */
  readonly pair: Loaded<LeafChain> | undefined;
  readonly leaf: Certificate | undefined;
}

export type CertificateFiles = RoleFiles & { readonly kind: 'certificate'; readonly row: CertificateRow };
export type KubeconfigFiles = RoleFiles & { readonly kind: 'kubeconfig'; readonly row: KubeconfigRow };

/** What every row of the tables holds on this node. */
export function findRoleFiles(
  node: LaidOutNode,
  slots: readonly Slot[],
): readonly (CertificateFiles | KubeconfigFiles)[] {
  return [
    ...node.layout.certificates.map((row) => certificateFiles(node, slots, row)),
    ...node.layout.kubeconfigs.map((row) => kubeconfigFiles(node, slots, row)),
  ];
}

/** The first slot of a role that holds that kind of file and is given. */
function slotOf(slots: readonly Slot[], role: string, holds: Holds): Slot | undefined {
  return slots.find((slot) => slot.row.role === role && slot.row.holds === holds && slot.argument !== undefined);
}

function certificateFiles(node: LaidOutNode, slots: readonly Slot[], row: CertificateRow): CertificateFiles {
  const slot = slotOf(slots, row.role, 'certificate');
  const keySlot = slotOf(slots, row.role, 'key');
  const recommended = inFolder(node.pki, row.certificate);
  const certificate = sourceFor(node, slot, recommended);
  const key = sourceFor(node, keySlot, inFolder(node.pki, row.key));
  return {
    kind: 'certificate',
    row,
    id: row.role,
    path: certificate.path,
    recommended,
    file: certificate.file,
    seen: certificate.seen,
    reason: certificate.reason,
    slot,
    keySlot,
    at: { path: certificate.path },
    kubeconfig: undefined,
    certificate,
    key,
    ...read(certificate, key),
  };
}

/** What a row of kubeconfigs holds on this node. */
export function kubeconfigFiles(node: LaidOutNode, slots: readonly Slot[], row: PlacedKubeconfigRow): KubeconfigFiles {
  const slot = slotOf(slots, row.role, 'kubeconfig');
  const recommended = row.path;
  const path = slot?.path ?? recommended;
  const file = slot?.problem ? undefined : node.files.get(path);
  const kubeconfig = file?.content?.type === 'kubeconfig' ? file.content.kubeconfig : undefined;
  const user = kubeconfig?.user;
  const certificate = user?.certificate && sourceOf(node, user.certificate);
  const key = user?.key && sourceOf(node, user.key);
  const seen = seenOfFile(file);
  return {
    kind: 'kubeconfig',
    row,
    id: row.role,
    path,
    recommended,
    file,
    seen,
    reason: seen === 'unseen' ? (slot?.problem?.reason ?? unseenReason(file)) : undefined,
    slot,
    keySlot: undefined,
    at: certificate?.at ?? { path },
    kubeconfig,
    certificate,
    key,
    ...read(certificate, key),
  };
}

function sourceFor(node: LaidOutNode, slot: Slot | undefined, recommended: string): PemSource {
  if (slot?.problem) {
    return { seen: 'unseen', path: recommended, at: { path: recommended }, reason: slot.problem.reason };
  }
  return sourceAt(node, normalizePath(slot?.path ?? recommended));
}

function read(
  certificate: PemSource | undefined,
  key: PemSource | undefined,
): Pick<RoleFiles, 'chain' | 'pair' | 'leaf'> {
  const chain = certificate?.pem && loadLeafChain(certificate.pem);
  const pair = certificate?.pem && key?.pem && loadKeyPair(certificate.pem, key.pem);
  return { chain, pair, leaf: chain?.ok ? chain.value.leaf : undefined };
}
