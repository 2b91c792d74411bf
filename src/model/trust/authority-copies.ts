/** Copies of the certificates of CAs in kubeconfigs. */
import { loadGoPool } from '../../x509/load.ts';
import { chainOf } from '../roles/authorities.ts';
import type { Pki } from '../roles/pki.ts';
import type { Authority, Role } from '../roles/role.ts';

/** Returns a kubeconfig that embeds the right certificate of a CA, from which it can be restored. */
export function embeddedCopy(authority: Authority, pki: Pki): Role | undefined {
  return pki.roles.find((role) => isCopyOf(role, authority, pki));
}

/**
 * Whether a kubeconfig embeds a valid certificate of a CA, and only that: its key is that of the key file, and if the
 * CA's own file can be read, it signed what that file did not.
 */
function isCopyOf(role: Role, { id, key, loaded, leaves }: Authority, pki: Pki): boolean {
  const isNamed = role.kind === 'kubeconfig' && role.servingCa.id === id;
  const pem = isNamed ? role.kubeconfig?.cluster?.certificateAuthority?.embedded : undefined;
  const pool = pem && loadGoPool(pem);
  const [copy, ...others] = pool?.ok ? pool.value : [];
  if (copy === undefined || others.length > 0) return false;
  const isOwn = (key.pem?.blocks ?? []).some(
    (block) => block.type === 'private-key' && block.key.publicKey.id === copy.publicKey.id,
  );
  const isIssuer = !loaded?.ok || leaves.some((leaf) => chainOf(leaf, [copy]) !== undefined);
  return isOwn && isIssuer && copy.basicConstraints?.ca === true && pki.judging.at <= copy.notAfter;
}
