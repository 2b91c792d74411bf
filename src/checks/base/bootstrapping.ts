/** The kubeconfig with which a kubelet requests its first certificate. */
import { flagValue } from '../../artifact/arguments.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { KubeconfigRole, Role } from '../../model/roles/role.ts';
import { kubeconfigFiles } from '../../model/roles/role-files.ts';
import { seenAt } from '../../model/roles/source.ts';
import { roleIds } from '../../tables/role-ids.ts';

/**
 * Returns the kubeconfig of `--bootstrap-kubeconfig`, if the kubelet reads it: it has no kubelet.conf, or the
 * certificate of that has expired (k8s.io/kubernetes pkg/kubelet/certificate/bootstrap, LoadClientConfig and
 * isClientConfigStillValid). It is judged like kubelet.conf, which gets its server and its CA.
 */
export function bootstrapping(role: Role, { node, judging }: Pki): KubeconfigRole | undefined {
  if (role.kind !== 'kubeconfig' || role.row.role !== roleIds.kubelet) return undefined;
  const path = flagValue(node, 'kubelet', 'bootstrap-kubeconfig') ?? '';
  if (node.files.get(path)?.content?.type !== 'kubeconfig') return undefined;
  const isMissing = seenAt(node, flagValue(node, 'kubelet', 'kubeconfig') ?? '') === 'absent';
  const hasExpired = role.leaf !== undefined && role.leaf.notAfter < judging.at;
  if (!isMissing && !hasExpired) return undefined;
  return { ...role, ...kubeconfigFiles(node, { ...role.row, path }) };
}
