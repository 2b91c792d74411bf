/** What an authority's own certificate must be. */

import { isGiven } from '../core/arguments.ts';
import type { Certificate } from '../core/certificate.ts';
import { signsAt } from '../model/roles/applicability.ts';
import { sharesKey } from '../model/roles/authorities.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Authority } from '../model/roles/role.ts';
import type { Slot } from '../model/roles/slots.ts';
import { roleIds } from '../tables/role-ids.ts';
import { buildChain } from '../x509/chain.ts';
import { certificatesOf, check, notApplicable, problem } from './check.ts';

/** What Go misses in an issuer: crypto/x509 CheckSignatureFrom; a root of version 1 has nothing to say. */
function lacksToSign({ version, basicConstraints, keyUsage }: Certificate): readonly string[] {
  const isCa = basicConstraints ? basicConstraints.ca : version !== 3;
  return [
    ...(isCa ? [] : ['CA:TRUE in its basic constraints']),
    ...(keyUsage?.length && !keyUsage.includes('keyCertSign') ? ['key usage keyCertSign'] : []),
  ];
}

/** Whether a certificate bears the issuer's name of a leaf, and may not sign it. What signs nothing may lie beside a CA. */
export function isUnfit(authority: Certificate, leaf: Certificate): boolean {
  return authority.subject.der === leaf.issuer.der && lacksToSign(authority).length > 0;
}

/** CA:TRUE, and keyCertSign where key usages are listed at all (RFC 5280 sections 4.2.1.3 and 4.2.1.9). */
const authorityMaySign = check('authority', function* (authority) {
  const certificates = (yield* certificatesOf(authority)) ?? [];
  const orphans = authority.leaves.filter((role) => !authority.issued.includes(role)).flatMap(({ leaf }) => leaf ?? []);
  const idle = authority.leaves.length === 0 && certificates.every((one) => lacksToSign(one).length > 0);
  for (const certificate of certificates) {
    if (!idle && !orphans.some((leaf) => isUnfit(certificate, leaf))) continue;
    const { path } = authority.source;
    const data = { role: authority.id, path, subject: certificate.subject.text };
    yield problem({ path }, { ...data, lacks: lacksToSign(certificate).join(' and ') }, { key: data.subject });
  }
});

/** The default common names; never an error: what counts is the key. */
const authorityName = check('authority', function* (authority, pki) {
  const [certificate] = (yield* certificatesOf(authority)) ?? [];
  if (certificate === undefined) return;
  if (signsAt(authority, pki) === 'elsewhere') return yield notApplicable('etcd runs elsewhere');
  const names = [authority.row.cn, ...(pki.judging.profile === 'kubeadm' ? authority.row.accepts : [])];
  if (names.includes(certificate.subject.commonName)) return;
  const found = certificate.subject.commonName || 'no common name';
  yield problem({ path: authority.source.path }, { role: authority.id, found, wanted: names.join(' or ') });
});

/** The certificate by which a pool lets in whoever has one of another authority: a common key, or one above it. */
function commonAnchor(pool: readonly Certificate[], other: readonly Certificate[]): Certificate | undefined {
  const keys = new Set(other.map((certificate) => certificate.publicKey.id));
  const common = pool.find((certificate) => keys.has(certificate.publicKey.id));
  if (common !== undefined || pool.length === 0) return common;
  return other
    .map((certificate) => buildChain(certificate, other, pool)?.at(-1))
    .find((anchor) => anchor !== undefined);
}

/**
 * Two authorities that trust a common key: whoever has a certificate from one is let in by the other. For etcd that is
 * everything (CIS 2.7), for the front proxy the right to speak in anybody's name, if the allowed names grant it.
 */
const authorityDistinct = check('authority', function* (authority, pki) {
  if (authority.id === roleIds.clusterCa) return yield notApplicable('the others are compared with it');
  const cluster = pki.authorities.find((one) => one.id === roleIds.clusterCa);
  if (!(yield* certificatesOf(authority)) || !cluster) return;
  const anchor = commonAnchor(authority.certificates, cluster.certificates);
  if (anchor === undefined) return;
  if (impersonates(authority, pki)) return yield notApplicable('authority/impersonation speaks of it');
  const { path } = authority.source;
  const { text } = anchor.subject;
  const claim = sharesKey([anchor], cluster.certificates)
    ? `${authority.id} and ${cluster.id} trust a common key, that of "${text}"`
    : `${authority.id} trusts "${text}", which vouches for ${cluster.id}`;
  yield problem({ path }, { role: authority.id, path, subject: text, claim });
});

/** The argument by which a request header is believed of whoever has a certificate of the cluster's CA. */
function impersonates(
  authority: Authority,
  pki: Pki,
): { readonly slot: Slot; readonly anchor: Certificate } | undefined {
  const cluster = pki.authorities.find((one) => one.id === roleIds.clusterCa)?.certificates ?? [];
  const own = authority.loaded?.ok ? authority.loaded.value : [];
  for (const { slot, loaded } of authority.id === roleIds.frontProxyCa ? authority.trust : []) {
    const { component } = slot;
    if (component.name !== 'kube-apiserver' || component.unknown !== undefined || !loaded?.ok) continue;
    // A file that is not of this authority at all is argument/target's to tell.
    if (!sharesKey(loaded.value, own)) continue;
    // Without a header to read a name from, or with a list of those who may say it, nobody is impersonated.
    if (isGiven(component, 'requestheader-allowed-names') || !isGiven(component, 'requestheader-username-headers'))
      continue;
    const anchor = commonAnchor(loaded.value, cluster);
    if (anchor !== undefined) return { slot, anchor };
  }
  return undefined;
}

/**
 * kube-apiserver believes X-Remote-User of a client whose certificate the request header CA verifies, whatever its name
 * where no names are listed (k8s.io/apiserver pkg/authentication/request/x509/x509.go, Verifier).
 */
const authorityImpersonation = check('authority', function* (authority, pki) {
  if (authority.id !== roleIds.frontProxyCa) return yield notApplicable('not the CA of the front proxy');
  if (!(yield* certificatesOf(authority))) return;
  const found = impersonates(authority, pki);
  if (found === undefined) return;
  const { slot, anchor } = found;
  const client = pki.roles.find((role) => role.parent === authority)?.leaf?.subject.commonName;
  const data = { component: slot.component.name, path: authority.source.path, subject: anchor.subject.text };
  yield problem(slot.argument?.at ?? slot.component.at, { ...data, name: client || roleIds.frontProxyClient });
});

export const authorityChecks = {
  'authority/may-sign': authorityMaySign,
  'authority/name': authorityName,
  'authority/distinct': authorityDistinct,
  'authority/impersonation': authorityImpersonation,
};
