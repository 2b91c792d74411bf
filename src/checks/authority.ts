/** What an authority's own certificate must be. */
import type { Certificate } from '../core/certificate.ts';
import { sharesKey } from '../model/authorities.ts';
import { check, notApplicable, problem } from './check.ts';
import { certificatesOf } from './judged.ts';

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
export const authorityMaySign = check('authority', function* (authority) {
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
export const authorityName = check('authority', function* (authority, pki) {
  const [certificate] = (yield* certificatesOf(authority)) ?? [];
  if (certificate === undefined) return;
  if (authority.id === 'etcd-ca' && pki.facts.etcd?.value === 'external')
    return yield notApplicable('etcd runs elsewhere');
  const names = [authority.row.cn, ...(pki.judging.profile === 'kubeadm' ? authority.row.accepts : [])];
  if (names.includes(certificate.subject.commonName)) return;
  const found = certificate.subject.commonName || 'no common name';
  yield problem({ path: authority.source.path }, { role: authority.id, found, wanted: names.join(' or ') });
});

/**
 * Two authorities that trust a common key: whoever has a certificate from one is let in by the other. For etcd that is
 * everything (CIS 2.7), for the front proxy the right to speak in anybody's name.
 */
export const authorityDistinct = check('authority', function* (authority, pki) {
  if (authority.id === 'kubernetes-ca') return yield notApplicable('the others are compared with it');
  const cluster = pki.authorities.find((one) => one.id === 'kubernetes-ca');
  if (!(yield* certificatesOf(authority)) || !cluster) return;
  if (!sharesKey(authority.certificates, cluster.certificates)) return;
  const keys = new Set(cluster.certificates.map((certificate) => certificate.publicKey.id));
  const common = authority.certificates.find((certificate) => keys.has(certificate.publicKey.id));
  const data = { role: authority.id, path: authority.source.path, subject: common?.subject.text ?? '' };
  yield problem({ path: authority.source.path }, data);
});
