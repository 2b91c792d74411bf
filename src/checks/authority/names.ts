/** Checks of a CA's own certificate: its name, what it may sign, and whom it is mixed up with. */

import { isGiven } from '../../artifact/arguments.ts';
import type { Certificate } from '../../artifact/certificate.ts';
import { signsAt } from '../../model/roles/applicability.ts';
import { sharesKey } from '../../model/roles/authorities.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority, Role } from '../../model/roles/role.ts';
import { overlapError, overlapOf, refusedOverlap, refusesOverlap } from '../../model/trust/client-authorities.ts';
import { authorityFor, clientCa, frontProxyCa, verifiesClients } from '../../tables/layouts/authorities.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { buildChain } from '../../x509/verify/chain.ts';
import { limitSignatures, signaturesOfQuestion } from '../../x509/verify/signature-limit.ts';
import { authorityProblem, notApplicable, problem, releaseUnknown } from '../base/check.ts';
import { authorityCheck, type LoadedAuthority } from '../base/guards.ts';
import { separation } from '../credentials/shared-authority.ts';
import { isUnfit, lacksToSign } from '../credentials/unfit-authority.ts';

/** The certificate by which a pool trusts clients of another CA: one with the same key, or one above it. */
function commonAnchor(pool: readonly Certificate[], other: readonly Certificate[]): Certificate | undefined {
  const keys = new Set(other.map((certificate) => certificate.publicKey.id));
  const common = pool.find((certificate) => keys.has(certificate.publicKey.id));
  if (common !== undefined || pool.length === 0) return common;
  return limitSignatures(signaturesOfQuestion, () => {
    for (const certificate of other) {
      const anchor = buildChain(certificate, other, pool)?.at(-1);
      if (anchor !== undefined) return anchor;
    }
    return undefined;
  });
}

/** The certificates that should be of one CA only. */
const distinguishing = ({ row, certificates, loaded }: Authority): readonly Certificate[] =>
  row.chained && loaded?.ok ? loaded.value.slice(0, 1) : certificates;

/** Whether a CA is that of front proxies, as the layout says. */
const verifiesFrontProxies = ({ id }: LoadedAuthority, { layout }: Pki): boolean => frontProxyCa(layout) === id;

/** The flag by which clients with a certificate of the cluster's CA can set the user in a request header. */
function impersonates(authority: LoadedAuthority, pki: Pki) {
  const cluster = authorityFor(clientCa, pki)?.certificates ?? [];
  for (const { slot, loaded } of verifiesFrontProxies(authority, pki) ? authority.trust : []) {
    const { component, row } = slot;
    if (row.flag !== 'requestheader-client-ca-file') continue;
    if (component.name !== 'kube-apiserver' || component.unknown !== undefined || !loaded?.ok) continue;
    // A file of a different CA is reported by argument/target.
    if (!sharesKey(loaded.value, authority.loaded.value)) continue;
    // No user can be set without a header to read the name from, or with a list of those who may set it.
    if (isGiven(component, 'requestheader-allowed-names') || !isGiven(component, 'requestheader-username-headers'))
      continue;
    const anchor = commonAnchor(loaded.value, cluster);
    if (anchor !== undefined) return { slot, anchor };
  }
  return undefined;
}

const overlapSpeaks = notApplicable('reported by authority/overlap');

/** The common name of the front proxy's certificate, which the allowed names must contain. */
function proxyName(authority: LoadedAuthority, pki: Pki): string {
  const isProxy = (role: Role) => role.parent === authority && role.row.role === roleIds.frontProxyClient;
  return pki.roles.find(isProxy)?.leaf?.subject.commonName || roleIds.frontProxyClient;
}

export const authorityNamesChecks = {
  /** CA:TRUE, and keyCertSign where key usages are listed at all (RFC 5280 sections 4.2.1.3 and 4.2.1.9). */
  'authority/may-sign': authorityCheck(function* (authority) {
    if (authority.row.presented) return yield notApplicable('it is presented, and signs nothing');
    const certificates = authority.loaded.value;
    const orphans = authority.leaves
      .filter((role) => !authority.issued.includes(role))
      .flatMap(({ leaf }) => leaf ?? []);
    const idle = authority.leaves.length === 0 && certificates.every((one) => lacksToSign(one).length > 0);
    for (const certificate of certificates) {
      if (!idle && !orphans.some((leaf) => isUnfit(certificate, leaf))) continue;
      const subject = certificate.subject.text;
      const lacks = lacksToSign(certificate).join(' and ');
      yield authorityProblem(authority, { subject, lacks }, { key: subject, certificate });
    }
  }),
  /** The default common names. Never an error: only the key counts. */
  'authority/name': authorityCheck(function* (authority, pki) {
    const [certificate] = authority.loaded.value;
    if (signsAt(authority, pki) === 'elsewhere') return yield notApplicable('etcd runs elsewhere');
    const { cn, accepts, accepted, anyName } = authority.row;
    if (anyName) return yield notApplicable('nothing reads its name');
    const names = [cn, ...(pki.judging.documentedOnly ? [] : accepts), ...(accepted?.commonNames ?? [])];
    if (names.includes(certificate.subject.commonName)) return;
    const found = certificate.subject.commonName || 'no common name';
    yield authorityProblem(authority, { found, wanted: names.join(' or ') }, { certificate });
  }),
  /**
   * Two CAs that trust a common key: clients with a certificate of one are accepted by the other. For etcd that is full
   * access (CIS 2.7), for the front proxy the right to impersonate any user, if the allowed names grant it.
   */
  'authority/distinct': authorityCheck(function* (authority, pki) {
    const cluster = authorityFor(clientCa, pki);
    if (authority === cluster) return yield notApplicable('the others are compared with it');
    if (!verifiesClients(authority.id, pki.layout)) return yield notApplicable('no server verifies clients with it');
    const anchor = cluster && commonAnchor(distinguishing(authority), distinguishing(cluster));
    if (!cluster || !anchor) return;
    if (impersonates(authority, pki)) return yield notApplicable('reported by authority/impersonation');
    if (verifiesFrontProxies(authority, pki) && refusedOverlap(pki)) return yield overlapSpeaks;
    const { text } = anchor.subject;
    const claim = sharesKey([anchor], cluster.certificates)
      ? `${authority.id} and ${cluster.id} both trust the CA "${text}"`
      : `${authority.id} trusts the CA "${text}", an issuer of ${cluster.id}`;
    yield authorityProblem(authority, { subject: text, claim, cluster: cluster.id }, { certificate: anchor });
  }),
  /**
   * kube-apiserver accepts X-Remote-User from a client whose certificate the request header CA verifies. If no names
   * are listed, it accepts any name (k8s.io/apiserver pkg/authentication/request/x509/x509.go, Verifier).
   */
  'authority/impersonation': authorityCheck(function* (authority, pki) {
    if (!verifiesFrontProxies(authority, pki)) return yield notApplicable('not the CA of the front proxy');
    const found = impersonates(authority, pki);
    if (found === undefined) return;
    if (refusedOverlap(pki)) return yield overlapSpeaks;
    const { slot, anchor } = found;
    const { data, more } = separation(authority, pki);
    const own = { component: slot.component.name, path: authority.source.path, subject: anchor.subject.text };
    yield problem(slot.argument?.at ?? slot.component.at, { ...data, ...own, name: proxyName(authority, pki) }, more);
  }),
  /** The same certificate in both files, without allowed names: newer releases do not start with it. */
  'authority/overlap': authorityCheck(function* (authority, pki) {
    if (!verifiesFrontProxies(authority, pki)) return yield notApplicable('not the CA of the front proxy');
    const found = overlapOf(pki);
    if (found === undefined) return;
    if (pki.facts.kubernetesVersion === undefined) return yield releaseUnknown;
    if (refusedOverlap(pki) === undefined) return yield notApplicable(`refused since ${refusesOverlap}`);
    const { slot, certificate } = found;
    const { data, more } = separation(authority, pki);
    const own = { component: slot.component.name, path: slot.path ?? '', subject: certificate.subject.text };
    const name = proxyName(authority, pki);
    const stops = [slot.component.name];
    const at = slot.argument?.at ?? slot.component.at;
    yield problem(at, { ...data, ...own, name, error: overlapError }, { ...more, stops });
  }),
};
