/** kube-proxy's kubeconfig, where it has one on the node: kubeadm gives it a token in the cluster instead. */
import { type KubeconfigRow, kubeconfigDirectory } from '../../spec/tables.ts';
import { heldKubeconfig } from '../held.ts';
import { authorityOf, type Pki, type Role } from '../pki.ts';

/** No table of the page has it; the name is the user that kube-proxy's default binding names (facts section E, row 13). */
const row: KubeconfigRow = {
  role: 'kube-proxy.conf',
  credential: '',
  cn: 'system:kube-proxy',
  o: [],
  usedBy: 'kube-proxy',
  on: 'any',
  optional: true,
  without: 'degraded',
  authorizedBy: 'user',
  anyGroup: false,
  renewed: false,
  kubeadm: [],
};

/** What plays the part of a role; undefined where there is no such kubeconfig. */
export function kubeProxy({ node, authorities }: Pki): Role | undefined {
  if (node.files.get(`${kubeconfigDirectory}/${row.role}`)?.state !== 'file') return undefined;
  return {
    ...heldKubeconfig(node, [], row),
    applies: { answer: 'yes' },
    inUse: true,
    parent: authorityOf(authorities, 'kubernetes-ca'),
    verified: undefined,
    signedBy: undefined,
  };
}
