/** The kubeconfigs that embed the certificate of a CA, and the steps that replace it in them. */
import type { Certificate } from '../../artifact/certificate.ts';
import { sharesKey } from '../../model/roles/authorities.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority, KubeconfigRole, Role } from '../../model/roles/role.ts';
import type { FixStep } from '../../results/finding.ts';
import { stepsOf } from '../../tables/layouts/steps.ts';
import { loadGoPool } from '../../x509/load.ts';
import { stepTarget } from './restarts.ts';

/** Returns the steps that put the certificate of a CA into the kubeconfigs of a node that embed an older one. */
export function embeddingSteps({ source, certificates }: Authority, pki: Pki): readonly FixStep[] {
  return pki.roles
    .filter((role) => embeds(role, certificates))
    .flatMap((role) => {
      const cluster = role.kubeconfig?.cluster?.name ?? '';
      const values = { cluster, path: role.path, certificate: source.path };
      return stepsOf(pki.layout.remedies.embedding, values, stepTarget(pki));
    });
}

/** Whether a kubeconfig embeds a certificate with the key of a CA. */
export function embeds(role: Role, certificates: readonly Certificate[]): role is KubeconfigRole {
  const pem = role.kind === 'kubeconfig' ? role.kubeconfig?.cluster?.certificateAuthority?.embedded : undefined;
  const pool = pem && loadGoPool(pem);
  return pool?.ok === true && sharesKey(pool.value, certificates);
}
