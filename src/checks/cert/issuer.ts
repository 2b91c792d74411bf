/** Checks that the right CA signed each certificate. Signatures count, names do not. */

import type { Certificate } from '../../artifact/certificate.ts';
import { isTrustedAnyway } from '../../model/handshake/trust-all.ts';
import { signsAt } from '../../model/roles/applicability.ts';
import { pathLimitOf } from '../../model/roles/authorities.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import { isAcceptedElsewhere } from '../../model/trust/client-trust.ts';
import { serverCaOf } from '../../model/trust/server-ca.ts';
import { filesOfRole } from '../../model/trust/signing.ts';
import { firstWithout } from '../../tables/go-releases.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { notApplicable, roleProblem, skip } from '../base/check.ts';
import { certificateCheck } from '../base/guards.ts';
import { goError, isForeignAuthority, refusedLink } from '../credentials/issuer.ts';
import { longChain } from '../credentials/path-length.ts';
import { renamedIssuer, renaming } from '../credentials/renamed-authority.ts';
import { isUnfit } from '../credentials/unfit-authority.ts';

/** What is wrong with the issuer of a certificate, for one certificate and for several. */
function wrongIssuer({ signedBy, parent }: Role, leaf: Certificate) {
  const renamed = renamedIssuer(leaf, parent.certificates);
  if (renamed === undefined) {
    const found = signedBy ?? `"${leaf.issuer.text}", which is not a CA of this node`;
    const claim = `is not signed by ${parent.id}`;
    return {
      found: `signed by ${found}`,
      claim,
      claims: `are not signed by ${parent.id}, but by ${found}`,
      shared: found,
      isRenamed: false,
    };
  }
  const { before, after, how } = renaming(leaf.issuer, renamed.subject);
  const found = `issued by ${before}, and the CA is now ${after}`;
  const claim = `does not chain to ${parent.id}, which was made again with its key and ${how}`;
  return { found, claim, claims: claim.replace('does', 'do'), shared: found, isRenamed: true };
}

/**
 * Whether it is shown to a datastore that a setting names: its CA for clients may be a different one than that of its
 * servers.
 */
const isOfDatastore = ({ row }: Role, { node }: Pki): boolean =>
  row.role === roleIds.etcdClient && node.supervisor?.datastore?.kind === 'etcd';

export const certIssuerChecks = {
  'cert/issuer': certificateCheck(function* (role, pki, cluster) {
    const { leaf } = role;
    if (role.parent.certificates.length === 0) return yield skip(`the certificate of ${role.parent.id} was not seen`);
    if (role.verified) return;
    if (role.signedBy === role.parent.id) return yield notApplicable('reported by cert/signature');
    // The ca.crt of a worker is that of the kubelet, for its own clients. In a rotation it may be older than its
    // credential.
    if (isAcceptedElsewhere(role, pki, cluster)) return yield notApplicable('every API server accepts it');
    // An authority that issued nothing here is itself at fault, which authority/issued reports once.
    if (role.parent.certificates.some((one) => isUnfit(one, leaf))) {
      return yield notApplicable('reported by authority/may-sign');
    }
    const limit = pathLimitOf(role, role.parent, pki.strictness);
    if (limit?.isOwn) return yield notApplicable('reported by authority/limit');
    if (isForeignAuthority(role.parent, pki)) return yield notApplicable('reported by authority/issued');
    if (signsAt(role.parent, pki) === 'elsewhere' || isOfDatastore(role, pki)) {
      return yield skip('the CA with which the external etcd verifies its clients is not known here');
    }
    if (isTrustedAnyway(pki, role.id)) return yield notApplicable('every component that verifies it trusts its issuer');
    if (role.row.role === roleIds.apiServer && serverCaOf(pki, cluster) !== undefined) {
      return yield notApplicable('reported by kubeconfig/authority');
    }
    const error = goError(leaf, role.parent.certificates, pki.strictness);
    const data = { parent: role.parent.id, authority: role.parent.source.path, error };
    const { shared, isRenamed, ...words } = limit ? longChain(limit) : wrongIssuer(role, leaf);
    // What runs may still have the CA of its start, with the old name.
    const moved = [role.parent.source.path, ...filesOfRole(role)];
    const more = { shared: `${role.parent.id} ${shared}`, ...(isRenamed && { moved }) };
    yield roleProblem(role, { ...data, ...words }, more);
  }),
  /**
   * The CA of an external etcd that signed its client's certificate is called like the one that kube-apiserver trusts,
   * but has a different key: one of the two files is probably from an earlier CA. etcd may trust both.
   */
  'cert/issuer-namesake': certificateCheck(function* (role, pki) {
    if (role.verified || role.signedBy === role.parent.id) return;
    if (signsAt(role.parent, pki) !== 'elsewhere') return yield notApplicable('reported by cert/issuer');
    const { leaf, parent } = role;
    const sent = [leaf, ...(role.chain?.ok ? role.chain.value.intermediates : [])];
    const namesake = parent.certificates.find(({ subject }) => sent.some((one) => one.issuer.der === subject.der));
    if (namesake === undefined) return;
    const error = goError(leaf, parent.certificates, pki.strictness);
    yield roleProblem(role, { name: namesake.subject.text, authority: parent.source.path, error });
  }),
  /**
   * Signatures over SHA-1 since Go 1.18, and of RSA keys below 1024 bits since Go 1.24 (crypto/x509 checkSignature).
   */
  'cert/signature': certificateCheck(function* (role, pki) {
    const refused = refusedLink(role, pki);
    if (refused?.byAuthority) return yield notApplicable('reported by authority/key-usable');
    if (refused === undefined) return;
    const { child, error } = refused;
    const whose = child === role.leaf ? role.id : `the intermediate "${child.subject.text}" of ${role.id}`;
    yield roleProblem(role, { role: whose, found: child.signatureAlgorithm, error });
  }),
  /** Signatures over SHA-1 that the Go of this release still accepts. An upgrade must not come before a new one. */
  'cert/hash': certificateCheck(function* (role, pki) {
    const release = pki.facts.kubernetesVersion?.value;
    const child = (role.verified ?? []).slice(0, -1).find((one) => one.signatureAlgorithm.includes('SHA1'));
    if (child === undefined || release === undefined) return;
    const refusing = firstWithout('sha1-signatures', release);
    const whose = child === role.leaf ? role.id : `the intermediate "${child.subject.text}" of ${role.id}`;
    const data = { release: `v${release}`, refusing: `v${refusing}`, found: child.signatureAlgorithm };
    yield roleProblem(role, { ...data, role: whose });
  }),
};
