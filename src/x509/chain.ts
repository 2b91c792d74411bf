import type { Certificate } from '../core/certificate.ts';
import { checkSignatureFrom } from './signature.ts';

/** Whether `parent` issued `child` for Go: the names are equal in DER, parent may sign, and the signature is good. */
export function issues(parent: Certificate, child: Certificate): boolean {
  return parent.subject.der === child.issuer.der && checkSignatureFrom(child, parent) === undefined;
}

/** crypto/x509/verify.go, maxChainSignatureChecks. */
const maxSignatureChecks = 100;

/** Deeper than any chain that a component could present. */
const maxDepth = 32;

interface Search {
  readonly intermediates: readonly Certificate[];
  readonly anchors: readonly Certificate[];
  checks: number;
}

/**
 * The first chain leaf…anchor that Go would find (crypto/x509/verify.go, buildChains), looking at names, signatures and
 * path lengths only: not at dates, usages or hosts. Any certificate of the pool is an anchor; a leaf in it is its own
 * chain. undefined: signed by an unknown authority.
 */
export function buildChain(
  leaf: Certificate,
  intermediates: readonly Certificate[],
  anchors: readonly Certificate[],
): readonly Certificate[] | undefined {
  if (anchors.some((anchor) => anchor.fingerprint256 === leaf.fingerprint256)) return [leaf];
  return extend([leaf], { intermediates, anchors, checks: 0 });
}

function extend(chain: readonly Certificate[], search: Search): readonly Certificate[] | undefined {
  const last = chain.at(-1);
  if (last === undefined || chain.length > maxDepth) return undefined;
  for (const anchor of candidates(last, search.anchors)) {
    if (accepts(anchor, last, chain, search)) return [...chain, anchor];
  }
  for (const candidate of candidates(last, search.intermediates)) {
    // An intermediate must be a CA even in version 1 (crypto/x509 isValid).
    if (candidate.basicConstraints?.ca !== true || !accepts(candidate, last, chain, search)) continue;
    const found = extend([...chain, candidate], search);
    if (found) return found;
  }
  return undefined;
}

/** Certificates that bear the issuer's name, those with a matching key identifier first (CertPool.findPotentialParents). */
function candidates(child: Certificate, pool: readonly Certificate[]): readonly Certificate[] {
  const named = pool.filter((parent) => parent.subject.der === child.issuer.der);
  return named.length < 2 ? named : named.toSorted((a, b) => keyIdRank(a, child) - keyIdRank(b, child));
}

function keyIdRank(parent: Certificate, child: Certificate): number {
  const own = parent.subjectKeyId ?? '';
  const wanted = child.authorityKeyId ?? '';
  return own === wanted ? 0 : own === '' || wanted === '' ? 1 : 2;
}

function accepts(candidate: Certificate, child: Certificate, chain: readonly Certificate[], search: Search): boolean {
  if (chain.some((member) => sameEntity(member, candidate)) || ++search.checks > maxSignatureChecks) return false;
  const pathLength = candidate.basicConstraints?.pathLength;
  if (pathLength !== undefined && chain.length - 1 > pathLength) return false;
  return issues(candidate, child);
}

/** Equal name, key and SANs: following it again would be a loop (crypto/x509/verify.go, alreadyInChain). */
function sameEntity(a: Certificate, b: Certificate): boolean {
  if (a.subject.der !== b.subject.der || a.publicKey.id !== b.publicKey.id) return false;
  const sans = ({ sans }: Certificate): string | undefined => sans && JSON.stringify(sans);
  return sans(a) === sans(b);
}
