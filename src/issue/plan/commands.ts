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

/** The commands that a plan calls for, as kubectl with an administrator's rights takes them. */
export function commandsFor(actions: readonly Action[], { roles }: Pki): readonly ClusterCommand[] {
  const superAdmin = actions.some(({ role }) => role === 'super-admin.conf');
  const kubectl = superAdmin ? 'kubectl --kubeconfig /etc/kubernetes/super-admin.conf' : 'kubectl';
  return bindings.flatMap(({ role, group, binding, clusterRole }): ClusterCommand[] => {
    const certificate = actions.find((action) => action.role === role)?.certificate;
    if (!certificate) return [];
    const { organizations, commonName } = certificate;
    const needsIt = (groups: readonly string[]) => (group === undefined ? groups.length === 0 : groups.includes(group));
    // Whoever had the same identity before has been bound.
    const old = roles.find(({ id }) => id === role)?.leaf?.subject.organizations;
    if (!needsIt(organizations) || (old !== undefined && needsIt(old))) return [];
    const subject = group === undefined ? `--user=${commonName}` : `--group=${group}`;
    const why = `${role}: ${group ?? commonName} may do nothing until it is bound, once for the cluster`;
    return [
      { why, command: `${kubectl} create clusterrolebinding ${binding} --clusterrole=${clusterRole} ${subject}` },
    ];
  });
}
