/** The kubeconfigs that embed the certificate of a CA, and the steps that replace it in them. */
import type { Certificate } from '../core/certificate.ts';
import type { FixStep } from '../core/report.ts';
import { shellWord } from '../core/text.ts';
import { sharesKey } from '../model/roles/authorities.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Authority, KubeconfigRole, Role } from '../model/roles/role.ts';
import { stepsOf } from '../tables/steps.ts';
import { loadGoPool } from '../x509/load.ts';
import { stepTarget } from './restarts.ts';

/** Returns the steps that put the certificate of a CA into the kubeconfigs of a node that embed an older one. */
export function embeddingSteps({ source, certificates }: Authority, pki: Pki): readonly FixStep[] {
  return pki.roles
    .filter((role) => embeds(role, certificates))
    .flatMap((role) => {
      const cluster = role.kubeconfig?.cluster?.name ?? '';
      const values = { cluster: shellWord(cluster), path: shellWord(role.path), certificate: shellWord(source.path) };
      return stepsOf(pki.layout.remedies.embedding, values, stepTarget(pki));
    });
}

/** Whether a kubeconfig embeds a certificate with the key of a CA. */
export function embeds(role: Role, certificates: readonly Certificate[]): role is KubeconfigRole {
  const pem = role.kind === 'kubeconfig' ? role.kubeconfig?.cluster?.certificateAuthority?.embedded : undefined;
  const pool = pem && loadGoPool(pem);
  return pool?.ok === true && sharesKey(pool.value, certificates);
}

/** Returns the steps that restore the certificate of a CA from a kubeconfig that embeds it; undefined if none does. */
export function restoringSteps(authority: Authority, pki: Pki): readonly FixStep[] | undefined {
  const source = pki.roles.find((role) => isCopyOf(role, authority, pki));
  if (source === undefined) return undefined;
  const values = { path: shellWord(source.path), certificate: shellWord(authority.source.path) };
  return stepsOf(pki.layout.remedies.restoring, values, stepTarget(pki));
}

/** Whether a kubeconfig embeds a valid certificate of a CA, and that alone: its key is that of the key file. */
function isCopyOf({ parent, kubeconfig }: Role, { id, key }: Authority, { judging: { at } }: Pki): boolean {
  const pem = parent.id === id ? kubeconfig?.cluster?.certificateAuthority?.embedded : undefined;
  const pool = pem && loadGoPool(pem);
  const [copy, ...others] = pool?.ok ? pool.value : [];
  const isOwn = (key.pem?.blocks ?? []).some(
    (block) => block.type === 'private-key' && block.key.publicKey.id === copy?.publicKey.id,
  );
  return others.length === 0 && isOwn && copy?.basicConstraints?.ca === true && at <= copy.notAfter;
}
