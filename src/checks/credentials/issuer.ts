/** Whether an authority signed what its node presents, and what Go says if not. */

import type { Certificate } from '../../artifact/certificate.ts';
import type { Strictness } from '../../artifact/strictness.ts';
import { hasMlDsaKey, knowsMlDsa } from '../../model/facts/ml-dsa.ts';
import { unknownAuthority } from '../../model/handshake/steps.ts';
import { chainOf, pathLimitOf } from '../../model/roles/authorities.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority, Role } from '../../model/roles/role.ts';
import type { RoleFiles } from '../../model/roles/role-files.ts';
import { sourceOf } from '../../model/roles/source.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { loadGoPool } from '../../x509/load.ts';
import { checkSignatureFrom } from '../../x509/verify/signature.ts';
import { isReissueDue } from './renamed-authority.ts';

/** Whether an authority issued none of several leaves, or not the only one, whose issuer its kubeconfig trusts. */
export function isForeignAuthority(authority: Authority, pki: Pki): boolean {
  if (authority.leaves.length === 0 || authority.issued.length > 0 || authority.certificates.length === 0) return false;
  if (isReissueDue(authority, pki)) return false;
  // It did sign them: what refuses them is reported by authority/limit.
  if (authority.leaves.some((role) => pathLimitOf(role, authority) !== undefined)) return false;
  return authority.leaves.length > 1 || authority.leaves.every((role) => isVouchedFor(role, pki));
}

/** Whether the CA that a kubeconfig trusts issued its client certificate too. */
function isVouchedFor(role: RoleFiles, pki: Pki): boolean {
  const reference = role.kubeconfig?.cluster?.certificateAuthority;
  const pem = reference && sourceOf(pki.node, reference).pem;
  const pool = pem && loadGoPool(pem);
  return pool?.ok === true && chainOf(role, pool.value) !== undefined;
}

/** Go's error. For an anchor of the same name it says why that one failed (crypto/x509 verify.go). */
export function goError(leaf: Certificate, anchors: readonly Certificate[], strictness: Strictness): string {
  const namesake = anchors.find((anchor) => anchor.subject.der === leaf.issuer.der);
  const reason = namesake && checkSignatureFrom(leaf, namesake, strictness);
  if (!namesake || reason === undefined) return unknownAuthority;
  const name = namesake.subject.commonName || namesake.subject.organizations[0] || `serial:${namesake.serial}`;
  return `${unknownAuthority} (possibly because of "${reason}" while trying to verify candidate authority certificate "${name}")`;
}

/** The first link of a chain whose signature is correct, but refused. */
export interface Refused {
  readonly child: Certificate;
  readonly parent: Certificate;
  readonly error: string;
  /** Whether an authority's own key is at fault. It signed everything else too. */
  readonly byAuthority: boolean;
}

export function refusedLink(role: Role, pki: Pki): Refused | undefined {
  const { strictness } = pki;
  const unknown = unknownLink(role, pki);
  if (unknown !== undefined || role.verified) return unknown;
  const chain = chainOf(role, role.parent.certificates) ?? [];
  for (const [index, parent] of chain.slice(1).entries()) {
    const child = chain[index];
    const reason = child && checkSignatureFrom(child, parent, strictness);
    if (child === undefined || reason === undefined) continue;
    const byAuthority = parent === chain.at(-1) && reason.startsWith('crypto/rsa: ');
    return { child, parent, error: goError(child, [parent], strictness), byAuthority };
  }
  return undefined;
}

/** The components that verify what an authority signed. */
export const verifyingComponents = (authority: string): readonly string[] =>
  authority === roleIds.etcdCa ? ['etcd', 'kube-apiserver'] : ['kube-apiserver'];

/** The first link that one of the components that verify it cannot verify, because it does not know ML-DSA. */
function unknownLink(role: Role, pki: Pki): Refused | undefined {
  const chain = [...(role.chain?.ok ? role.chain.value.intermediates : []), ...role.parent.certificates];
  if (!chain.some(hasMlDsaKey)) return undefined;
  const built = unknowing(role.parent.id, pki);
  const links = built === undefined ? [] : (chainOf(role, role.parent.certificates) ?? []);
  const at = links.findIndex((one, index) => index > 0 && hasMlDsaKey(one));
  const [child, parent] = [links[at - 1], links[at]];
  if (child === undefined || parent === undefined) return undefined;
  const error = `${built} cannot verify ${parent.publicKey.type}: ${unknownAuthority}`;
  return { child, parent, error, byAuthority: parent === links.at(-1) };
}

/** Of the components that verify what an authority signed, the first that does not know ML-DSA. */
export function unknowing(authority: string, pki: Pki): string | undefined {
  const known = verifyingComponents(authority).map((component) => knowsMlDsa(component, pki));
  return known.flatMap((one) => (one.answer === 'no' ? [one.built] : []))[0];
}
