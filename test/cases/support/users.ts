import type { NodeTree } from '../../support/node-tree.ts';

export const pki = '/etc/kubernetes/pki';

export const uid = 998;

/** Lets a component run as a user. */
export const runsAs = (node: NodeTree, component: string, settings: readonly string[]): NodeTree =>
  node.edit(`manifests/${component}.yaml`, (text) => {
    const context = settings.map((line) => `    ${line}\n`).join('');
    return text
      .replace(/ {2}securityContext:\n(?: {4}.*\n)+/, '')
      .replace('  hostNetwork: true\n', `  hostNetwork: true\n  securityContext:\n${context}`);
  });

export const etcdAs = (node: NodeTree, ...more: readonly string[]) =>
  runsAs(node, 'etcd', [`runAsUser: ${uid}`, ...more]);

export const etcdKeys = ['etcd/server.key', 'etcd/peer.key'].map((path) => `${pki}/${path}`);

export function own(node: NodeTree, paths: readonly string[], owner: number, group = owner, mode = 0o600): NodeTree {
  for (const path of paths) node.chown(path, owner, group).chmod(path, mode);
  return node;
}

export const program = ['file/owner-program@cp-1'];

export const folder = '/etc/etcd/pki';
