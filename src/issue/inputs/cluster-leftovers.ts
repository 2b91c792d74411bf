/** What a cluster leaves on a node besides its PKI, found by names only: nothing here is read. */
import { posix } from 'node:path';
import { kubeletCertificates, kubeletFolder } from '../../artifact/arguments.ts';
import { inFolder } from '../../artifact/paths.ts';
import { datedCredential } from '../../model/trust/signing.ts';
import { isVacant, type Resolve, resolver } from '../../scan/fs/resolve.ts';
import { type FileTree, isMiss, join } from '../../scan/fs/tree.ts';
import type { LaidOutNode } from '../../tables/layouts/layout.ts';

/**
 * A folder, and how names in it begin that show a cluster: a backup of a file has a name that begins with that of the
 * file.
 */
interface Leftovers {
  readonly folder: string;
  readonly begins: readonly string[];
}

/**
 * Returns the first path in one of the trees that a cluster left. A link counts, wherever it leads; so does a folder
 * that may not be looked into, because it is not known that nothing is there.
 *
 * @param trees the files of the node with the folders that options name, and without: an option does not hide the usual
 *   places
 */
export function leftoverIn(node: LaidOutNode, trees: readonly FileTree[]): string | undefined {
  const rows = leftoversOf(node);
  const { administratorsCopy } = node.layout;
  for (const tree of new Set(trees)) {
    const resolve = resolver(tree);
    for (const row of rows) {
      const found = firstIn(tree, resolve, row);
      if (found !== undefined) return found;
    }
    // Only root may look into the folder of this one, so that it counts only if it is known to be there.
    const isHidden = administratorsCopy === undefined || resolve(administratorsCopy).state === 'unreadable';
    if (!isHidden && !isVacant(resolve, administratorsCopy)) return administratorsCopy;
  }
  return undefined;
}

/** The usual places of the layout, and those that arguments of the kubelet name. */
function leftoversOf(node: LaidOutNode): readonly Leftovers[] {
  const { manifests, knownKubeconfigs, backups, kubelet } = node.layout;
  const { settings, flags, pods, client, server, selfSigned } = kubelet;
  const inKubelet = [...settings, ...(flags === undefined ? [] : [flags.file]), pods];
  const credentials = [client, server, datedCredential(node), selfSigned.certificate, selfSigned.key];
  const manifestFolders = [manifests, node.manifestFolder].filter((folder) => folder !== undefined);
  const kubeletFolders = [kubelet.folder, kubeletFolder(node)];
  return [
    ...manifestFolders.map((folder) => ({ folder, begins: [''] })),
    ...knownKubeconfigs.map((path) => ({ folder: posix.dirname(path), begins: [posix.basename(path)] })),
    ...kubeletFolders.map((folder) => ({ folder: inFolder('/', folder), begins: inKubelet })),
    ...[kubelet.certificates, kubeletCertificates(node)].map((folder) => ({
      folder: inFolder('/', folder),
      begins: credentials,
    })),
    ...(backups === undefined ? [] : [backups]),
  ];
}

function firstIn(tree: FileTree, resolve: Resolve, { folder, begins }: Leftovers): string | undefined {
  if (isVacant(resolve, folder)) return undefined;
  const { state, realPath } = resolve(folder);
  if (state !== 'directory' || realPath === undefined) return folder;
  const names = tree.list(realPath);
  if (isMiss(names)) return ['absent', 'outside'].includes(names.state) ? undefined : folder;
  // The kubelet ignores manifests whose names start with a dot (k8s.io/kubernetes pkg/kubelet/config/file_linux.go).
  const name = names.find((one) => !one.startsWith('.') && begins.some((begin) => one.startsWith(begin)));
  return name === undefined ? undefined : join(folder, name);
}
