/** Was it signed by the right authority? By signature, whatever the names say. */
import type { Certificate } from '../core/certificate.ts';
import type { Strictness } from '../core/strictness.ts';
import { chainOf } from '../model/authorities.ts';
import { isTrustedAnyway } from '../model/connections/trust.ts';
import type { Held } from '../model/held.ts';
import type { Authority, Pki } from '../model/pki.ts';
import { sourceOf } from '../model/source.ts';
import { loadGoPool } from '../x509/load.ts';
import { checkSignatureFrom } from '../x509/signature.ts';
import { isUnfit } from './authority.ts';
import { check, notApplicable, problem, skip } from './check.ts';
import { certificatesOf, leafOf } from './judged.ts';

export const roleIssuer = check('role', function* (role, pki) {
  const leaf = yield* leafOf(role);
  if (!leaf) return;
  if (role.parent.certificates.length === 0) return yield skip(`the certificate of ${role.parent.id} was not seen`);
  if (role.verified) return;
  if (role.signedBy === role.parent.id) return yield notApplicable('cert/signature speaks of it');
  // An authority that issued nothing here is itself at fault: authority/issued tells it once.
  if (role.parent.certificates.some((one) => isUnfit(one, leaf))) {
    return yield notApplicable('authority/may-sign speaks of it');
  }
  if (isStranger(role.parent, pki)) return yield notApplicable('authority/issued speaks of it');
  if (role.parent.id === 'etcd-ca' && pki.facts.etcd?.value === 'external') {
    return yield skip('by which CA the external etcd knows its clients cannot be seen from here');
  }
  if (isTrustedAnyway(pki, role.id)) return yield notApplicable('whoever is shown it trusts its issuer');
  const found = role.signedBy ?? `"${leaf.issuer.text}", which is no authority of this node`;
  yield problem(role.at, {
    role: role.id,
    path: role.path,
    parent: role.parent.id,
    authority: role.parent.source.path,
    found,
    error: goError(leaf, role.parent.certificates, pki.strictness),
  });
});

/** An authority from which none of several leaves comes, or not the one for which another CA vouches. */
export function isStranger(authority: Authority, pki: Pki): boolean {
  if (authority.leaves.length === 0 || authority.issued.length > 0 || authority.certificates.length === 0) return false;
  return authority.leaves.length > 1 || authority.leaves.every((role) => isVouchedFor(role, pki));
}

/** Whether the CA that a kubeconfig trusts its server by has issued its credential too. */
function isVouchedFor(role: Held, pki: Pki): boolean {
  const reference = role.kubeconfig?.cluster?.certificateAuthority;
  const pem = reference && sourceOf(pki.node, reference).pem;
  const pool = pem && loadGoPool(pem);
  return pool?.ok === true && chainOf(role, pool.value) !== undefined;
}

const unknownAuthority = 'x509: certificate signed by unknown authority';

/** Go's words: with a namesake among the anchors it tells why that one did not do (crypto/x509 verify.go). */
export function goError(leaf: Certificate, anchors: readonly Certificate[], strictness: Strictness): string {
  const namesake = anchors.find((anchor) => anchor.subject.der === leaf.issuer.der);
  const reason = namesake && checkSignatureFrom(leaf, namesake, strictness);
  if (!namesake || reason === undefined) return unknownAuthority;
  const name = namesake.subject.commonName || namesake.subject.organizations[0] || `serial:${namesake.serial}`;
  return `${unknownAuthority} (possibly because of "${reason}" while trying to verify candidate authority certificate "${name}")`;
}

/** The authority is another one than that which issued this node's certificates. */
export const authorityIssued = check('authority', function* (authority, pki) {
  if (!(yield* certificatesOf(authority))) return;
  if (authority.leaves.length === 0) return yield notApplicable('no certificate to tell by');
  if (!isStranger(authority, pki)) return;
  const { path } = authority.source;
  const [only, ...more] = authority.leaves;
  // A worker has nothing but its kubelet, which verifies by this file who calls it.
  const related = [{ path, subject: 'kube-apiserver → kubelet', message: 'no kubectl logs, exec, port-forward' }];
  const count = more.length > 0 ? `none of its ${authority.leaves.length} certificates` : `not even ${only?.id}`;
  yield problem({ path }, { role: authority.id, path, count }, pki.kind === 'worker' ? { related } : {});
});
