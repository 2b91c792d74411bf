/** Was it signed by the right authority? By signature, whatever the names say. */
import type { Certificate } from '../core/certificate.ts';
import type { Authority, Role } from '../model/pki.ts';
import { checkSignatureFrom } from '../x509/signature.ts';
import { check, notApplicable, problem, skip } from './check.ts';
import { certificatesOf, leafOf } from './judged.ts';

export const roleIssuer = check('role', function* (role) {
  const leaf = yield* leafOf(role);
  if (!leaf) return;
  if (role.parent.certificates.length === 0) return yield skip(`the certificate of ${role.parent.id} was not seen`);
  if (role.verified) return;
  // An authority that issued nothing here is itself at fault: authority/issued tells it once.
  if (isStranger(role.parent)) return yield skip(`see authority/issued@${role.parent.id}`);
  const found = role.signedBy ?? `"${leaf.issuer.text}", which is no authority of this node`;
  yield problem(role.at, {
    role: role.id,
    path: role.path,
    parent: role.parent.id,
    authority: role.parent.source.path,
    found,
    error: goError(leaf, role.parent.certificates),
  });
});

/** An authority from which none of several leaves comes. */
export function isStranger(authority: Authority): boolean {
  return authority.leaves.length > 1 && authority.issued.length === 0 && authority.certificates.length > 0;
}

/** Go's words: with a namesake among the anchors it tells why that one did not do (crypto/x509 verify.go). */
function goError(leaf: Certificate, anchors: readonly Certificate[]): string {
  const unknown = 'x509: certificate signed by unknown authority';
  const namesake = anchors.find((anchor) => anchor.subject.der === leaf.issuer.der);
  const reason = namesake && checkSignatureFrom(leaf, namesake);
  if (!namesake || reason === undefined) return unknown;
  const name = namesake.subject.commonName || namesake.subject.organizations[0] || `serial:${namesake.serial}`;
  return `${unknown} (possibly because of "${reason}" while trying to verify candidate authority certificate "${name}")`;
}

/** The authority is another one than that which issued this node's certificates. */
export const authorityIssued = check('authority', function* (authority) {
  if (!(yield* certificatesOf(authority))) return;
  if (authority.leaves.length < 2) return yield notApplicable('too few certificates to tell');
  if (!isStranger(authority)) return;
  const related = authority.leaves.map((role: Pick<Role, 'path' | 'id'>) => ({
    path: role.path,
    subject: role.id,
    message: 'x509: certificate signed by unknown authority',
  }));
  const data = { role: authority.id, path: authority.source.path, count: String(authority.leaves.length) };
  yield problem({ path: authority.source.path }, data, { related });
});
