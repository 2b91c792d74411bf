/** What shows that a node belongs to a cluster already, so that new CAs and token keys would be foreign to it. */

import { posix } from 'node:path';
import { kubeletCertificates } from '../../core/arguments.ts';
import type { NodeFile } from '../../core/artifact.ts';
import { inFolder, isAtOrBelow } from '../../core/paths.ts';
import { signsAt } from '../../model/roles/applicability.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { datedCredential, filesOfRole } from '../../model/roles/signing.ts';
import { isTemporary } from '../write/journal.ts';

/**
 * Returns a path that shows it; undefined if nothing does: the node may become the first of a new cluster. Manifests,
 * kubeconfigs, etcd's data, a credential of the kubelet, what kubeadm tells the kubelet, and the PKI itself.
 */
export function signOfCluster(pki: Pki): string | undefined {
  const { node } = pki;
  const [manifest] = node.manifestFiles;
  const present = [...node.files.values()].filter(({ state }) => state !== 'absent' && state !== 'outside');
  const config = node.kubeadmConfig?.joins ? node.kubeadmConfig.at.path : undefined;
  return (
    manifest ??
    present.find((file) => isKubeconfig(file, pki))?.path ??
    node.etcdData ??
    present.find(({ path }) => isOfKubelet(path, pki))?.path ??
    config ??
    node.pkiFiles.find((path) => isOfPki(path, pki))
  );
}

function isKubeconfig({ path, content }: NodeFile, { node: { layout } }: Pki): boolean {
  if (layout.knownKubeconfigs.includes(path) || path === layout.administratorsCopy) return true;
  return posix.dirname(path) === layout.kubeconfigFolder && content?.type === 'kubeconfig';
}

/** kubeadm writes the file of flags when it initialises or joins a node (kubeadm phases/kubelet/flags.go). */
function isOfKubelet(path: string, { node }: Pki): boolean {
  if (path.endsWith(`/${node.layout.kubelet.flags.file}`)) return true;
  return path.startsWith(`${kubeletCertificates(node)}/${datedCredential(node)}`);
}

/**
 * Whether a file is part of a PKI. The pair for tokens is not: it is made with requests for another CA, before anything
 * else. Nor is what an external etcd gives to its clients; and a run that was killed leaves temporary files.
 */
function isOfPki(path: string, pki: Pki): boolean {
  const { node, authorities, roles, serviceAccount } = pki;
  const { row } = serviceAccount;
  const elsewhere = authorities.filter((one) => signsAt(one, pki) === 'elsewhere');
  const others = [
    ...[row.private, row.public].map((name) => inFolder(node.pki, name)),
    ...elsewhere.map(({ source }) => source.path),
    ...roles.filter(({ parent }) => elsewhere.includes(parent)).flatMap(filesOfRole),
  ];
  return isAtOrBelow(path, node.pki) && !isTemporary(posix.basename(path)) && !others.includes(path);
}
