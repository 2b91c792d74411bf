/** Checks of files with certificates of several CAs: their order, and what is left over from a rotation. */

import type { Certificate } from '../../artifact/certificate.ts';
import { inFolder } from '../../artifact/paths.ts';
import { dateOf } from '../../core/time.ts';
import { signsAt } from '../../model/roles/applicability.ts';
import { chainOf, sharesKey } from '../../model/roles/authorities.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority } from '../../model/roles/role.ts';
import { sourceAt } from '../../model/roles/source.ts';
import { currentCredential } from '../../model/trust/signing.ts';
import { bringsBack } from '../../tables/layouts/owner.ts';
import { loadGoPool, loadKeyOnly, loadLeafChain } from '../../x509/load.ts';
import { issues } from '../../x509/verify/chain.ts';
import { notApplicable, problem } from '../base/check.ts';
import { authorityCheck } from '../base/guards.ts';
import { subjects, trustFiles } from '../credentials/file-contents.ts';
import { hasKeyOf } from '../credentials/wrong-key.ts';

/** The certificates of a file; none if it was not read. */
function certificatesAt(path: string, { node }: Pki): readonly Certificate[] {
  const { pem } = sourceAt(node, path);
  const pool = pem && loadGoPool(pem);
  return pool?.ok ? pool.value : [];
}

/** Whether a CA signed a certificate or a CA of a node, or the first certificate that the next renewal signs. */
function isUsedOn(pki: Pki, { id }: Authority, ca: Certificate): boolean {
  const { node, roles, others, authorities } = pki;
  const stored = sourceAt(node, currentCredential(node)).pem;
  const credential = stored && loadLeafChain(stored);
  const own = authorities.find((one) => one.id === id);
  const key = own?.key.pem && loadKeyOnly(own.key.pem);
  if (key?.ok && hasKeyOf([ca], key.value)) return true;
  const signed = [
    ...others.flatMap(({ leaf }) => leaf ?? []),
    ...(credential?.ok ? [credential.value.leaf] : []),
    // An intermediate, or a CA that both signed while one replaced the other.
    ...(own?.certificates ?? []).filter((one) => one.fingerprint256 !== ca.fingerprint256),
  ];
  return roles.some((role) => chainOf(role, [ca]) !== undefined) || signed.some((one) => issues(ca, one));
}

/** Older CAs of the same name in a file, with a different key, that verify nothing on these nodes. */
function leftovers(certificates: readonly Certificate[], authority: Authority, pki: Pki, cluster: readonly Pki[]) {
  const isOlder = (one: Certificate) => (other: Certificate) =>
    other.subject.text === one.subject.text && other.notBefore > one.notBefore;
  // The nodes are asked only where there can be one: all of them have such a file.
  if (!certificates.some((one) => certificates.some(isOlder(one)))) return [];
  const isUsed = (one: Certificate) => [pki, ...cluster].some((node) => isUsedOn(node, authority, one));
  const used = certificates.filter(isUsed);
  return certificates.filter((one) => !sharesKey([one], used) && used.some(isOlder(one)));
}

export const authorityTrustBundlesChecks = {
  /**
   * kubeadm signs with the key and the first certificate of the file (cmd/kubeadm/app/util/pkiutil/pki_helpers.go,
   * TryLoadCertFromDisk). Go refuses to sign if they do not belong together (crypto/x509 x509.go, CreateCertificate).
   */
  'authority/order': authorityCheck(function* ({ id, recommended, row }, pki) {
    if (bringsBack(recommended, pki.layout.remedies.owner)) return yield notApplicable('nothing signs with the first');
    const key = inFolder(pki.node.pki, row.key);
    const secret = sourceAt(pki.node, key).pem;
    const loaded = secret && loadKeyOnly(secret);
    if (!loaded?.ok) return yield notApplicable('no private key that can be read on this node');
    const [first, ...rest] = certificatesAt(recommended, pki);
    if (first === undefined || hasKeyOf([first], loaded.value)) return;
    const certificate = rest.find((one) => hasKeyOf([one], loaded.value));
    // A key of none of them is reported by authority/pair and authority/stray-key.
    if (certificate === undefined) return yield notApplicable('reported by a different rule');
    // A file that replaces a link would not be what others read by a different name.
    const to = pki.node.files.get(recommended)?.realPath ?? recommended;
    const data = { role: id, key, path: recommended, to, subject: first.subject.text };
    const more = rest.length === 1 ? { certificate, fix: 'second' } : { certificate };
    yield problem({ path: recommended }, data, more);
  }),

  /**
   * What a rotation leaves behind. A new CA in the same file, which signs nothing yet, is not older than the one in
   * use.
   */
  'authority/unused': authorityCheck(function* (authority, pki, cluster = []) {
    if (signsAt(authority, pki) === 'elsewhere') return yield notApplicable('etcd runs elsewhere');
    for (const [path, certificates] of trustFiles(authority)) {
      // Those that have expired are reported by authority/leftover.
      const left = leftovers(certificates, authority, pki, cluster).filter(
        ({ notAfter }) => pki.judging.at <= notAfter,
      );
      const [certificate] = left;
      if (certificate === undefined) continue;
      const data = { role: authority.id, path, subjects: subjects(left), end: dateOf(certificate.notAfter) };
      yield problem({ path }, data, { key: path, certificate });
    }
  }),
};
