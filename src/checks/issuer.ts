/** Checks that the right CA signed each certificate. Signatures count, names do not. */
import type { Certificate } from '../artifact/certificate.ts';
import type { Strictness } from '../artifact/strictness.ts';
import { unknownAuthority } from '../model/handshake/steps.ts';
import { isTrustedAnyway } from '../model/handshake/trust-all.ts';
import { signsAt } from '../model/roles/applicability.ts';
import { chainOf, pathLimitOf, sharesKey } from '../model/roles/authorities.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Authority, Role } from '../model/roles/role.ts';
import type { RoleFiles } from '../model/roles/role-files.ts';
import { sourceOf } from '../model/roles/source.ts';
import { isAcceptedElsewhere } from '../model/trust/client-trust.ts';
import { serverCaOf } from '../model/trust/server-ca.ts';
import { filesOfRole } from '../model/trust/signing.ts';
import { firstWithout } from '../tables/go-releases.ts';
import { roleIds } from '../tables/role-ids.ts';
import { loadGoPool } from '../x509/load.ts';
import { checkSignatureFrom } from '../x509/signature.ts';
import { isUnfit } from './authority.ts';
import { authorityProblem, notApplicable, roleProblem, skip } from './check.ts';
import { authorityCheck, certificateCheck } from './guards.ts';
import { keyName } from './keys.ts';
import { longChain } from './path-length.ts';
import { isReissueDue, renamedIssuer, renaming } from './renamed-authority.ts';

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

/** The node of a cluster that has the CA which signed what this authority should have signed. */
function holderOfIssuer({ id, leaves }: Authority, cluster: readonly Pki[]) {
  for (const { name, authorities } of cluster) {
    const authority = authorities.find((one) => one.id === id);
    const certificates = authority?.certificates ?? [];
    if (authority && leaves.every((role) => chainOf(role, certificates) !== undefined)) return { name, authority };
  }
  return undefined;
}

/** Whether the key of an authority that was replaced has to be copied with the certificate: not if it is the right one. */
function lacksKey({ key }: Authority, issuer: Authority): boolean {
  if (key.seen === 'unseen' || issuer.key.seen !== 'present') return false;
  const ids = new Set(issuer.certificates.map((one) => one.publicKey.id));
  return !(key.pem?.blocks ?? []).some((one) => one.type === 'private-key' && ids.has(one.key.publicKey.id ?? ''));
}

/** Go's error. For an anchor of the same name it says why that one failed (crypto/x509 verify.go). */
function goError(leaf: Certificate, anchors: readonly Certificate[], strictness: Strictness): string {
  const namesake = anchors.find((anchor) => anchor.subject.der === leaf.issuer.der);
  const reason = namesake && checkSignatureFrom(leaf, namesake, strictness);
  if (!namesake || reason === undefined) return unknownAuthority;
  const name = namesake.subject.commonName || namesake.subject.organizations[0] || `serial:${namesake.serial}`;
  return `${unknownAuthority} (possibly because of "${reason}" while trying to verify candidate authority certificate "${name}")`;
}

/** The first link of a chain whose signature is correct, but refused. */
interface Refused {
  readonly child: Certificate;
  readonly parent: Certificate;
  readonly error: string;
  /** Whether an authority's own key is at fault. It signed everything else too. */
  readonly byAuthority: boolean;
}

function refusedLink(role: Role, { strictness }: Pki): Refused | undefined {
  if (role.verified) return undefined;
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

/** What is wrong with the certificate of a CA that issued nothing here. */
function foreignWords({ id, certificates, leaves }: Authority, own: Authority | undefined) {
  const [only, ...more] = leaves;
  const count = more.length > 0 ? `it signed none of the ${leaves.length} certificates` : `it did not sign ${only?.id}`;
  if (own) {
    const found = `the certificate of ${own.id}`;
    return { count, claim: `is the certificate of ${own.id}, not that of ${id}`, found, recreated: '' };
  }
  const [renamed] = leaves.flatMap(({ leaf }) => {
    const issuer = leaf && renamedIssuer(leaf, certificates);
    return issuer ? [renaming(leaf.issuer, issuer.subject)] : [];
  });
  if (renamed === undefined) {
    const found = `the certificate of "${certificates[0]?.subject.text}", with a different key`;
    const recreated = ' A recreated CA has the same name as the old one, but a different key.';
    return { count, claim: 'is not the CA of this node', found, recreated };
  }
  return {
    count: count.replace('did not sign', 'does not verify').replace('signed', 'verifies'),
    claim: `was made again with the right key and ${renamed.how}`,
    found: `${renamed.after}, where the certificates have ${renamed.before}`,
    recreated:
      ' Go compares names byte by byte: a CA that is made again with its key must keep its name as it was encoded.',
  };
}

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

export const issuerChecks = {
  'cert/issuer': certificateCheck(function* (role, pki, cluster) {
    const { leaf } = role;
    if (role.parent.certificates.length === 0) return yield skip(`the certificate of ${role.parent.id} was not seen`);
    if (role.verified) return;
    if (role.signedBy === role.parent.id) return yield notApplicable('reported by cert/signature');
    // The ca.crt of a worker is that of the kubelet, for its own clients. In a rotation it may be older than its credential.
    if (isAcceptedElsewhere(role, pki, cluster)) return yield notApplicable('every API server accepts it');
    // An authority that issued nothing here is itself at fault, which authority/issued reports once.
    if (role.parent.certificates.some((one) => isUnfit(one, leaf))) {
      return yield notApplicable('reported by authority/may-sign');
    }
    const limit = pathLimitOf(role, role.parent, pki.strictness);
    if (limit?.isOwn) return yield notApplicable('reported by authority/limit');
    if (isForeignAuthority(role.parent, pki)) return yield notApplicable('reported by authority/issued');
    if (signsAt(role.parent, pki) === 'elsewhere') {
      return yield skip('the CA with which the external etcd verifies its clients is not known here');
    }
    if (isTrustedAnyway(pki, role.id)) return yield notApplicable('every component that verifies it trusts its issuer');
    if (role.id === roleIds.apiServer && serverCaOf(pki, cluster) !== undefined) {
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
   * The CA of an external etcd that signed its client's certificate is called like the one that kube-apiserver trusts, but
   * has a different key: one of the two files is probably from an earlier CA. etcd may trust both.
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

  /** An authority that did not issue the certificates of this node. */
  'authority/issued': authorityCheck(function* (authority, pki, cluster = []) {
    if (authority.leaves.length === 0) return yield notApplicable('no certificate to compare it with');
    if (!isForeignAuthority(authority, pki)) return;
    const { path } = authority.source;
    // On a worker only the kubelet uses this file, to verify its clients.
    const related = [
      { path, subject: 'kube-apiserver → kubelet', message: 'kubectl logs, exec and port-forward fail' },
    ];
    const own = pki.authorities.find((one) => one !== authority && sharesKey(one.certificates, authority.certificates));
    const other = holderOfIssuer(authority, cluster);
    const wantsKey = pki.kind === 'control-plane' && other !== undefined && lacksKey(authority, other.authority);
    const { key } = authority;
    const data = {
      key: key.path,
      ...foreignWords(authority, own),
      other: other?.name ?? '',
      otherPath: other?.authority.source.path ?? '',
      otherKey: other?.authority.key.path ?? '',
    };
    yield authorityProblem(authority, data, {
      lists: { files: [path, ...(key.seen === 'present' ? [key.path] : [])] },
      ...(pki.kind === 'worker' && { related }),
      ...(other && { fix: wantsKey ? 'pair-of-other' : 'certificate-of-other' }),
    });
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

  /** The same if an authority's key is too short, once for all that it signed. */
  'authority/key-usable': authorityCheck(function* (authority, pki) {
    const refused = pki.roles.flatMap((role) => {
      const link = role.parent === authority && role.applies.answer === 'yes' ? refusedLink(role, pki) : undefined;
      return link?.byAuthority ? [{ role, link }] : [];
    });
    const [first] = refused;
    if (first === undefined) return;
    const { parent, error } = first.link;
    const related = refused.map(({ role }) => ({ path: role.path, subject: role.id, message: 'was signed with it' }));
    yield authorityProblem(authority, { found: keyName(parent.publicKey), error }, { related });
  }),
};
