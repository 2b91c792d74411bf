/** Checks that the right CA signed each certificate. Signatures count, names do not. */
import type { Certificate } from '../core/certificate.ts';
import type { Strictness } from '../core/strictness.ts';
import { unknownAuthority } from '../model/handshake/steps.ts';
import { isTrustedAnyway } from '../model/handshake/trust-all.ts';
import { signsAt } from '../model/roles/applicability.ts';
import { chainOf, sharesKey } from '../model/roles/authorities.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Authority, Role } from '../model/roles/role.ts';
import type { RoleFiles } from '../model/roles/role-files.ts';
import { sourceOf } from '../model/roles/source.ts';
import { firstWithout } from '../tables/go-releases.ts';
import { loadGoPool } from '../x509/load.ts';
import { checkSignatureFrom } from '../x509/signature.ts';
import { isUnfit } from './authority.ts';
import { authorityProblem, notApplicable, roleProblem, skip } from './check.ts';
import { authorityCheck, certificateCheck } from './guards.ts';
import { keyName } from './keys.ts';

/** Whether an authority issued none of several leaves, or not the only one, whose issuer its kubeconfig trusts. */
export function isForeignAuthority(authority: Authority, pki: Pki): boolean {
  if (authority.leaves.length === 0 || authority.issued.length > 0 || authority.certificates.length === 0) return false;
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

export const issuerChecks = {
  'cert/issuer': certificateCheck(function* (role, pki) {
    const { leaf } = role;
    if (role.parent.certificates.length === 0) return yield skip(`the certificate of ${role.parent.id} was not seen`);
    if (role.verified) return;
    if (role.signedBy === role.parent.id) return yield notApplicable('reported by cert/signature');
    // An authority that issued nothing here is itself at fault, which authority/issued reports once.
    if (role.parent.certificates.some((one) => isUnfit(one, leaf))) {
      return yield notApplicable('reported by authority/may-sign');
    }
    if (isForeignAuthority(role.parent, pki)) return yield notApplicable('reported by authority/issued');
    if (signsAt(role.parent, pki) === 'elsewhere') {
      return yield skip('the CA with which the external etcd verifies its clients is not known here');
    }
    if (isTrustedAnyway(pki, role.id)) return yield notApplicable('every component that verifies it trusts its issuer');
    const found = role.signedBy ?? `"${leaf.issuer.text}", which is not a CA of this node`;
    const error = goError(leaf, role.parent.certificates, pki.strictness);
    yield roleProblem(
      role,
      { parent: role.parent.id, authority: role.parent.source.path, found, error },
      {
        shared: `${role.parent.id} ${found}`,
      },
    );
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
    const [only, ...more] = authority.leaves;
    // On a worker only the kubelet uses this file, to verify its clients.
    const related = [
      { path, subject: 'kube-apiserver → kubelet', message: 'kubectl logs, exec and port-forward fail' },
    ];
    const count =
      more.length > 0 ? `it signed none of the ${authority.leaves.length} certificates` : `it did not sign ${only?.id}`;
    const own = pki.authorities.find((one) => one !== authority && sharesKey(one.certificates, authority.certificates));
    const claim = own ? `is the certificate of ${own.id}, not that of ${authority.id}` : 'is not the CA of this node';
    const subject = authority.certificates[0]?.subject.text;
    const found = own ? `the certificate of ${own.id}` : `the certificate of "${subject}", with a different key`;
    const recreated = own ? '' : ' A recreated CA has the same name as the old one, but a different key.';
    const other = holderOfIssuer(authority, cluster);
    const wantsKey = pki.kind === 'control-plane' && other !== undefined && lacksKey(authority, other.authority);
    const { key } = authority;
    const data = {
      key: key.path,
      found,
      recreated,
      other: other?.name ?? '',
      otherPath: other?.authority.source.path ?? '',
      otherKey: other?.authority.key.path ?? '',
    };
    yield authorityProblem(
      authority,
      { count, claim, ...data },
      {
        lists: { files: [path, ...(key.seen === 'present' ? [key.path] : [])] },
        ...(pki.kind === 'worker' && { related }),
        ...(other && { fix: wantsKey ? 'pair-of-other' : 'certificate-of-other' }),
      },
    );
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
