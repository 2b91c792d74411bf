/** What a new identity needs that only a running cluster can give: bindings that `kubeadm init` makes itself. */
import type { Pki } from '../../model/pki.ts';
import type { Action, ClusterCommand } from '../types.ts';

interface Binding {
  readonly role: string;
  /** The group that is bound; none: the user is, where the certificate names no group. */
  readonly group: string | undefined;
  readonly binding: string;
  readonly clusterRole: string;
}

/** kubeadm's bootstrap phases (KEP-4214; kubernetes/kubernetes#138957). */
const bindings: readonly Binding[] = [
  {
    role: 'admin.conf',
    group: 'kubeadm:cluster-admins',
    binding: 'kubeadm:cluster-admins',
    clusterRole: 'cluster-admin',
  },
  {
    role: 'kube-apiserver-kubelet-client',
    group: undefined,
    binding: 'kubeadm:apiserver-kubelet-client',
    clusterRole: 'system:kubelet-api-admin',
  },
];

/**
 * The commands that a plan calls for, as kubectl with an administrator's rights takes them. Who had that identity before is
 * bound already.
 */
export function commandsFor(actions: readonly Action[], { roles }: Pick<Pki, 'roles'>): readonly ClusterCommand[] {
  const superAdmin = actions.some(({ role }) => role === 'super-admin.conf');
  const kubectl = superAdmin ? 'kubectl --kubeconfig /etc/kubernetes/super-admin.conf' : 'kubectl';
  return bindings.flatMap(({ role, group, binding, clusterRole }): ClusterCommand[] => {
    const certificate = actions.find((action) => action.role === role)?.certificate;
    if (!certificate) return [];
    const { organizations, commonName } = certificate;
    const applies = group === undefined ? organizations.length === 0 : organizations.includes(group);
    const old = roles.find((one) => one.id === role)?.leaf?.subject;
    const isKnown = old?.commonName === commonName && old.organizations.join() === organizations.join();
    if (!applies || isKnown) return [];
    const subject = group === undefined ? `--user=${commonName}` : `--group=${group}`;
    const why = `${role}: ${group ?? commonName} may do nothing until it is bound, once for the cluster`;
    return [
      { why, command: `${kubectl} create clusterrolebinding ${binding} --clusterrole=${clusterRole} ${subject}` },
    ];
  });
}
