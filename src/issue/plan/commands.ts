/** What a new identity needs that only a running cluster can give: bindings that `kubeadm init` makes itself. */

import { shellWord } from '../../core/fill.ts';
import type { Pki } from '../../model/pki.ts';
import type { Action, CertificateSpec, ClusterCommand } from '../types.ts';

interface Binding {
  /** Who needs it: roles, by the group in their certificate, or by the user that they are without one. */
  readonly roles: readonly string[];
  readonly subject: (certificate: CertificateSpec) => string | undefined;
  readonly binding: string;
  readonly clusterRole: string;
}

const admins = 'kubeadm:cluster-admins';
const kubeletClient = 'kube-apiserver-kubelet-client';

/** kubeadm's bootstrap phases (KEP-4214; kubernetes/kubernetes#138957). Names of strangers, which another CA signed, are none of them. */
const bindings: readonly Binding[] = [
  {
    roles: ['admin.conf', kubeletClient],
    subject: ({ organizations }) => (organizations.includes(admins) ? `--group=${admins}` : undefined),
    binding: admins,
    clusterRole: 'cluster-admin',
  },
  {
    roles: [kubeletClient],
    subject: ({ organizations, commonName }) =>
      organizations.length === 0 && commonName === kubeletClient ? `--user=${kubeletClient}` : undefined,
    binding: 'kubeadm:apiserver-kubelet-client',
    clusterRole: 'system:kubelet-api-admin',
  },
];

/**
 * The commands that a plan calls for, as kubectl with an administrator's rights takes them. Who had that identity before is
 * bound already.
 */
export function commandsFor(actions: readonly Action[], pki: Pki): readonly ClusterCommand[] {
  return bindings.flatMap((one): ClusterCommand[] => {
    const needed = one.roles.flatMap((id) => {
      const certificate = actions.find(({ role, kind }) => role === id && kind !== 'request')?.certificate;
      const subject = certificate ? one.subject(certificate) : undefined;
      return certificate && subject && !isBound(id, certificate, pki) ? [{ id, subject }] : [];
    });
    const [first] = needed;
    if (first === undefined) return [];
    const words = `create clusterrolebinding ${one.binding} --clusterrole=${one.clusterRole} ${first.subject}`;
    const who = needed.map(({ id }) => id).join(', ');
    const why = `${who} may do nothing without this binding, which a cluster needs once (AlreadyExists: it has it)`;
    return [{ why, command: `kubectl${credentialFor(actions, pki)} ${words}` }];
  });
}

function isBound(id: string, { organizations, commonName }: CertificateSpec, { roles }: Pki): boolean {
  const old = roles.find((one) => one.id === id)?.leaf?.subject;
  return old?.commonName === commonName && old.organizations.join() === organizations.join();
}

/** super-admin.conf may bind whatever is bound. Else whoever reads has to say as whom: the new admin.conf may not yet. */
function credentialFor(actions: readonly Action[], { roles }: Pki): string {
  const id = 'super-admin.conf';
  const role = roles.find((one) => one.id === id);
  const isThere = role?.seen === 'present' || actions.some((one) => one.role === id);
  return isThere && role ? ` --kubeconfig ${shellWord(role.path)}` : '';
}
