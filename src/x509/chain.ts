import type { Certificate } from '../core/certificate.ts';
import { type Strictness, strictest } from '../core/strictness.ts';
import type { Chain } from '../core/verification.ts';
import { oid } from './oids.ts';
import { checkSignatureFrom } from './signature.ts';
import { quoteText } from './text.ts';

/** What a certificate is to the chain that it is to join. */
export type Part = 'leaf' | 'intermediate' | 'root';

/** Why a certificate cannot join a chain, in Go's words; undefined where it can. */
export type Refuse = (candidate: Certificate, part: Part, chain: Chain) => string | undefined;

/** Whether `parent` issued `child` for Go: the names are equal in DER, parent may sign, and the signature is good. */
export function issues(parent: Certificate, child: Certificate, strictness: Strictness = strictest): boolean {
  return parent.subject.der === child.issuer.der && checkSignatureFrom(child, parent, strictness) === undefined;
}

/** crypto/x509/verify.go, maxChainSignatureChecks. */
const maxSignatureChecks = 100;

interface Search {
  readonly roots: Pool;
  readonly intermediates: Pool;
  readonly refuse: Refuse;
  readonly strictness: Strictness;
  checks: number;
}

export interface Found {
  readonly chains: readonly Chain[];
  /** Why there is no chain. */
  readonly error: string | undefined;
}

/**
 * Every chain from a leaf to a root that Go finds, in its order, with at most 100 signatures looked at (crypto/x509/verify.go,
 * buildChains). Any certificate of `roots` is an anchor.
 */
export function buildChains(leaf: Certificate, search: Omit<Search, 'checks'>): Found {
  return climb([leaf], { ...search, checks: 0 });
}

/** The error is that of the candidate that was last judged, however strange: so it is in Go. */
function climb(chain: Chain, search: Search): Found {
  const child = chain.at(-1) as Certificate;
  const chains: Chain[] = [];
  let hint = '';
  let error: string | undefined;
  const candidates = (['root', 'intermediate'] as const).flatMap((part) =>
    search[`${part}s`].parentsOf(child).map((candidate) => ({ part, candidate })),
  );
  for (const { part, candidate } of candidates) {
    if (!hasKey(candidate) || isInChain(candidate, chain)) continue;
    if (++search.checks > maxSignatureChecks) {
      error = 'x509: signature check attempts limit reached while verifying certificate chain';
      break;
    }
    const unsigned = checkSignatureFrom(child, candidate, search.strictness);
    const refused = unsigned === undefined ? search.refuse(candidate, part, chain) : undefined;
    if (unsigned === undefined) error = refused;
    if (unsigned !== undefined || refused !== undefined) {
      hint ||= explain(unsigned ?? refused ?? '', candidate);
      continue;
    }
    if (part === 'root') {
      chains.push([...chain, candidate]);
      continue;
    }
    const found = climb([...chain, candidate], search);
    chains.push(...found.chains);
    error = found.error;
  }
  if (chains.length > 0) return { chains, error: undefined };
  return { chains, error: error ?? `x509: certificate signed by unknown authority${hint}` };
}

/** crypto/x509/verify.go, UnknownAuthorityError. */
function explain(error: string, { subject, serial }: Certificate): string {
  const decimal = serial.startsWith('-') ? `-${BigInt(`0x${serial.slice(1)}`)}` : BigInt(`0x${serial}`);
  const name = subject.commonName || subject.organizations[0] || `serial:${decimal}`;
  return ` (possibly because of ${quoteText(error)} while trying to verify candidate authority certificate ${quoteText(name)})`;
}

/** Whether Go has a key to verify with: none of an algorithm that it does not know. */
const hasKey = ({ publicKey }: Certificate): boolean => publicKey.type !== 'other' || publicKey.bits > 0;

/** Equal name, key and SANs: following it again would be a loop (crypto/x509/verify.go, alreadyInChain). */
function isInChain(candidate: Certificate, chain: Chain): boolean {
  const sans = sansOf(candidate);
  for (const member of chain) {
    if (member.subject.der !== candidate.subject.der || member.publicKey.id !== candidate.publicKey.id) continue;
    const others = sansOf(member);
    if (sans === undefined || others === undefined) return sans === others;
    if (Buffer.compare(sans, others) === 0) return true;
  }
  return false;
}

function sansOf({ extensions }: Certificate): Uint8Array | undefined {
  return extensions.find((extension) => extension.oid === oid.subjectAltName)?.value;
}

/**
 * The first chain leaf…anchor that Go would find, looking at names, signatures and path lengths only: not at dates,
 * usages or hosts. A leaf among the anchors is its own chain. undefined: signed by an unknown authority.
 */
export function buildChain(
  leaf: Certificate,
  intermediates: readonly Certificate[],
  anchors: readonly Certificate[],
  strictness: Strictness = strictest,
): Chain | undefined {
  const roots = poolOf(anchors);
  if (roots.has(leaf)) return [leaf];
  const refuse: Refuse = refuseAuthority;
  const search = { roots, intermediates: poolOf(intermediates), refuse, strictness };
  return buildChains(leaf, search).chains[0];
}

/** Whether a candidate may stand above this chain: its right to sign, and how long a path it allows (isValid). */
export function refuseAuthority(candidate: Certificate, part: Part, chain: Chain): string | undefined {
  const { basicConstraints } = candidate;
  // An intermediate must be a CA even in version 1.
  if (part === 'intermediate' && basicConstraints?.ca !== true) {
    return 'x509: certificate is not authorized to sign other certificates';
  }
  // A leaf has no certificate below it: whatever its path length, it is long enough.
  const pathLength = basicConstraints?.pathLength ?? Number.POSITIVE_INFINITY;
  return chain.length - 1 > pathLength ? 'x509: too many intermediates for path length constraint' : undefined;
}

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
