/** Plans the kubeconfigs that embed a renewed CA: they get its new certificate, and keep their credential. */

import { sharesKey } from '../../model/roles/authorities.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { KubeconfigRole, Role } from '../../model/roles/role.ts';
import type { EmbedCa } from '../../results/issue/action.ts';
import type { Refusal } from '../../results/issue/plan.ts';
import { loadGoPool } from '../../x509/load.ts';
import { actionDefaults, onNode, targetProblem } from './action.ts';
import type { Signers } from './signers.ts';

/** Whether a kubeconfig embeds the certificate of a CA that the plan renews, and no other CA. */
export function embedsRenewed(role: Role, { renewed }: Signers): role is KubeconfigRole {
  if (role.kind !== 'kubeconfig' || !renewed.has(role.servingCa.id)) return false;
  const pem = role.kubeconfig?.cluster?.certificateAuthority?.embedded;
  const pool = pem && loadGoPool(pem);
  if (!pool?.ok || pool.value.length === 0) return false;
  return pool.value.every((one) => sharesKey([one], role.servingCa.certificates));
}

/** The action for such a kubeconfig, or why its file cannot be written. */
export function planEmbedding(role: KubeconfigRole, pki: Pki): EmbedCa | Refusal {
  const { id, path, recommended, servingCa, kubeconfig } = role;
  const problem = targetProblem(id, [path], recommended, pki);
  if (problem) return problem;
  const { cluster, user, currentContext } = kubeconfig ?? {};
  return {
    ...actionDefaults('embed', id, pki),
    why: [`it embeds the certificate of ${servingCa.id}, which is renewed`],
    target: onNode(path),
    kubeconfig: {
      server: cluster?.server?.value ?? '',
      cluster: cluster?.name ?? '',
      user: user?.name ?? '',
      context: currentContext?.value ?? '',
      keeps: true,
    },
    replaces: [path],
  };
}
