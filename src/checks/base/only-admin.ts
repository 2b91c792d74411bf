/** The kubeconfig that only the first control plane has. */

import type { Pki } from '../../model/roles/pki.ts';
import { seenAt } from '../../model/roles/source.ts';
import { kubeconfigPath } from '../../tables/layouts/layout.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { Problem } from './check.ts';

/**
 * Returns how a manifest gets admin.conf instead of super-admin.conf, which only kubeadm init writes (kubeadm
 * phases/kubeconfig, CreateJoinControlPlaneKubeConfigFiles), and joined nodes do not have (kube-vip/kube-vip#684).
 */
export function onlyAdmin(manifest: string, path: string, pki: Pki): Pick<Problem, 'edits' | 'fix'> {
  const [wrong, right] = [roleIds.superAdmin, roleIds.admin].map((role) => kubeconfigPath(pki.layout, role));
  if (path !== wrong || right === undefined || seenAt(pki.node, right) !== 'present') return {};
  // The path may be in quotes, or in a line with other fields.
  const script = `s|\\(\\<path"*: *[^ /]*\\)${wrong}\\([^[:alnum:]._/-].*\\)*$|\\1${right}\\2|`;
  return { fix: 'admin', edits: [{ manifest, script }] };
}
