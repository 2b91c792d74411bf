import { configure } from '../../support/configurations.ts';
import type { NodeTree } from '../../support/node-tree.ts';

const file = '/etc/kubernetes/pki/configuration.yaml';

export const apiServer = (flag: string, text: string) => (node: NodeTree) => configure(node, flag, file, text);

export const encrypts = (text: string) => apiServer('encryption-provider-config', text);

export const revoked =
  (list: Uint8Array | string, flag = 'client-crl-file') =>
  (node: NodeTree) =>
    node.write('pki/etcd/list.crl', list).replaceFlag('etcd', flag, '/etc/kubernetes/pki/etcd/list.crl');
