/** Was it signed by the right authority? By signature, whatever the names say. */
import type { Certificate } from '../core/certificate.ts';
import type { Strictness } from '../core/strictness.ts';
import { isTrustedAnyway } from '../model/handshake/trust-all.ts';
import { signsAt } from '../model/roles/applicability.ts';
import { chainOf } from '../model/roles/authorities.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Authority, Role } from '../model/roles/role.ts';
import type { RoleFiles } from '../model/roles/role-files.ts';
import { sourceOf } from '../model/roles/source.ts';
import { loadGoPool } from '../x509/load.ts';
import { checkSignatureFrom } from '../x509/signature.ts';
import { isUnfit } from './authority.ts';
import { certificatesOf, check, leafOf, notApplicable, problem, skip } from './check.ts';
import { keyName } from './keys.ts';

const certIssuer = check('role', function* (role, pki) {
  const leaf = yield* leafOf(role);
  if (!leaf) return;
  if (role.parent.certificates.length === 0) return yield skip(`the certificate of ${role.parent.id} was not seen`);
  if (role.verified) return;
  if (role.signedBy === role.parent.id) return yield notApplicable('cert/signature speaks of it');
  // An authority that issued nothing here is itself at fault: authority/issued tells it once.
  if (role.parent.certificates.some((one) => isUnfit(one, leaf))) {
    return yield notApplicable('authority/may-sign speaks of it');
  }
  if (isForeignAuthority(role.parent, pki)) return yield notApplicable('authority/issued speaks of it');
  if (signsAt(role.parent, pki) === 'elsewhere') {
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
export function isForeignAuthority(authority: Authority, pki: Pki): boolean {
  if (authority.leaves.length === 0 || authority.issued.length > 0 || authority.certificates.length === 0) return false;
  return authority.leaves.length > 1 || authority.leaves.every((role) => isVouchedFor(role, pki));
}

/** Whether the CA that a kubeconfig trusts its server by has issued its credential too. */
function isVouchedFor(role: RoleFiles, pki: Pki): boolean {
  const reference = role.kubeconfig?.cluster?.certificateAuthority;
  const pem = reference && sourceOf(pki.node, reference).pem;
  const pool = pem && loadGoPool(pem);
  return pool?.ok === true && chainOf(role, pool.value) !== undefined;
}

const unknownAuthority = 'x509: certificate signed by unknown authority';

/** Go's words: with a namesake among the anchors it tells why that one did not do (crypto/x509 verify.go). */
function goError(leaf: Certificate, anchors: readonly Certificate[], strictness: Strictness): string {
  const namesake = anchors.find((anchor) => anchor.subject.der === leaf.issuer.der);
  const reason = namesake && checkSignatureFrom(leaf, namesake, strictness);
  if (!namesake || reason === undefined) return unknownAuthority;
  const name = namesake.subject.commonName || namesake.subject.organizations[0] || `serial:${namesake.serial}`;
  return `${unknownAuthority} (possibly because of "${reason}" while trying to verify candidate authority certificate "${name}")`;
}

/** The authority is another one than that which issued this node's certificates. */
const authorityIssued = check('authority', function* (authority, pki) {
  if (!(yield* certificatesOf(authority))) return;
  if (authority.leaves.length === 0) return yield notApplicable('no certificate to tell by');
  if (!isForeignAuthority(authority, pki)) return;
  const { path } = authority.source;
  const [only, ...more] = authority.leaves;
  // A worker has nothing but its kubelet, which verifies by this file who calls it.
  const related = [{ path, subject: 'kube-apiserver → kubelet', message: 'no kubectl logs, exec, port-forward' }];
  const count = more.length > 0 ? `none of its ${authority.leaves.length} certificates` : `not even ${only?.id}`;
  yield problem({ path }, { role: authority.id, path, count }, pki.kind === 'worker' ? { related } : {});
});

/** The first link of a chain that is signed as it should be, and not taken. */
interface Refused {
  readonly child: Certificate;
  readonly parent: Certificate;
  readonly error: string;
  /** Whether an authority's own key is at fault, which signed everything else too. */
  readonly byAuthority: boolean;
}

function refusedLink(role: Role, { strictness }: Pki): Refused | undefined {
  if (role.verified || role.signedBy !== role.parent.id) return undefined;
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

/** Signatures over SHA-1 since Go 1.18, and of RSA keys below 1024 bits since Go 1.24 (crypto/x509 checkSignature). */
const certSignature = check('role', function* (role, pki) {
  if (!(yield* leafOf(role))) return;
  const refused = refusedLink(role, pki);
  if (refused?.byAuthority) return yield notApplicable('authority/key-usable speaks of it');
  if (refused === undefined) return;
  const { child, error } = refused;
  const whose = child === role.leaf ? role.id : `the intermediate "${child.subject.text}" of ${role.id}`;
  yield problem(role.at, { role: whose, path: role.path, found: child.signatureAlgorithm, error });
});

/** The same where an authority's key is too short: once for all that it signed. */
const authorityKeyUsable = check('authority', function* (authority, pki) {
  if (!(yield* certificatesOf(authority))) return;
  const refused = pki.roles.flatMap((role) => {
    const link = role.parent === authority && role.applies.answer === 'yes' ? refusedLink(role, pki) : undefined;
    return link?.byAuthority ? [{ role, link }] : [];
  });
  const [first] = refused;
  if (first === undefined) return;
  const { parent, error } = first.link;
  const related = refused.map(({ role }) => ({ path: role.path, subject: role.id, message: 'was signed with it' }));
  const data = { role: authority.id, found: keyName(parent.publicKey), error };
  yield problem({ path: authority.source.path }, data, { related });
});

export const issuerChecks = {
  'cert/issuer': certIssuer,
  'authority/issued': authorityIssued,
  'cert/signature': certSignature,
  'authority/key-usable': authorityKeyUsable,
};
