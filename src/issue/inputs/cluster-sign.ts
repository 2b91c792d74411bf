/** What shows that a node belongs to a cluster already, so that new CAs and token keys would be foreign to it. */

import { posix } from 'node:path';
import type { NodeFile } from '../../artifact/file.ts';
import { isInPkiFolder } from '../../artifact/node.ts';
import { inFolder } from '../../artifact/paths.ts';
import { signsAt } from '../../model/roles/applicability.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { filesOfRole } from '../../model/trust/signing.ts';
import type { FileTree } from '../../scan/fs/tree.ts';
import { isTemporary } from '../write/journal.ts';
import { leftoverIn } from './cluster-leftovers.ts';

/**
 * Returns a path that shows it; undefined if nothing does: the node may become the first of a new cluster. Manifests,
 * kubeconfigs, etcd's data, what else a cluster leaves, and the PKI itself.
 *
 * @param trees the files of the node, with the folders that options name and without
 */
export function signOfCluster(pki: Pki, trees: readonly FileTree[]): string | undefined {
  const { node } = pki;
  const [manifest] = node.manifestFiles;
  const config = node.installerConfig?.joins ? node.installerConfig.at.path : undefined;
  return (
    manifest ??
    [...node.files.values()].find((file) => isKubeconfig(file, pki))?.path ??
    node.etcdData ??
    leftoverIn(node, trees) ??
    config ??
    node.pkiFiles.find((path) => isOfPki(path, pki))
  );
}

function isKubeconfig({ path, content }: NodeFile, { node: { layout } }: Pki): boolean {
  const isIn = layout.kubeconfigFolders.some(({ folder }) => folder === posix.dirname(path));
  return isIn && content?.type === 'kubeconfig';
}

/**
 * Whether a file is part of a PKI. The pair for tokens is not: it is made with requests for another CA, before anything
 * else. Nor is what an external etcd gives to its clients; and a run that was killed leaves temporary files.
 */
function isOfPki(path: string, pki: Pki): boolean {
  const { node, authorities, roles, layout } = pki;
  const elsewhere = authorities.filter((one) => signsAt(one, pki) === 'elsewhere');
  const others = [
    ...layout.keyPairs.flatMap((pair) => [pair.private, pair.public]).map((name) => inFolder(node.pki, name)),
    ...elsewhere.map(({ source }) => source.path),
    ...roles.filter(({ parent }) => elsewhere.includes(parent)).flatMap(filesOfRole),
  ];
  return isInPkiFolder(node, path) && !isTemporary(posix.basename(path)) && !others.includes(path);
}
