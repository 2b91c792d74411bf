import type { Certificate } from '../core/certificate.ts';

/** A set of certificates, as crypto/x509 CertPool keeps it. */
export interface Pool {
  has(certificate: Certificate): boolean;
  /** Those that bear the issuer's name, in the order in which Go tries them. */
  parentsOf(child: Certificate): readonly Certificate[];
}

/** A pool of these certificates, each once (crypto/x509/cert_pool.go). */
export function poolOf(certificates: readonly Certificate[]): Pool {
  const seen = new Set<string>();
  const bySubject = new Map<string, Certificate[]>();
  for (const certificate of certificates) {
    if (seen.has(certificate.fingerprint256)) continue;
    seen.add(certificate.fingerprint256);
    const named = bySubject.get(certificate.subject.der);
    if (named) named.push(certificate);
    else bySubject.set(certificate.subject.der, [certificate]);
  }
  return {
    has: (certificate) => seen.has(certificate.fingerprint256),
    parentsOf(child) {
      const named = bySubject.get(child.issuer.der) ?? [];
      return named.length < 2 ? named : named.toSorted((a, b) => keyIdRank(a, child) - keyIdRank(b, child));
    },
  };
}

/** crypto/x509/cert_pool.go, findPotentialParents: an equal key identifier, then a missing one, then another. */
function keyIdRank(parent: Certificate, child: Certificate): number {
  const own = parent.subjectKeyId ?? '';
  const wanted = child.authorityKeyId ?? '';
  return own === wanted ? 0 : own === '' || wanted === '' ? 1 : 2;
}
