import type { Certificate, Chain } from '../../artifact/certificate.ts';
import { type Strictness, strictest } from '../../artifact/strictness.ts';
import { oid } from '../oids.ts';
import { isKnown } from '../public-key.ts';
import { quoteText } from '../text.ts';
import { checkSignatureFrom } from './signature.ts';

/** The position of a certificate in the chain to which it is added. */
export type Part = 'leaf' | 'intermediate' | 'root';

/** Returns Go's error for a certificate that cannot be added to a chain; undefined if it can. */
export type Refuse = (candidate: Certificate, part: Part, chain: Chain) => string | undefined;

/**
 * Whether Go considers `parent` the issuer of `child`: the names are equal in DER, and the parent can sign and has
 * signed it.
 */
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
 * Returns every chain from a leaf to a root that Go finds, in its order. At most 100 signatures are verified
 * (crypto/x509/verify.go, buildChains). Every certificate in `roots` is a trust anchor.
 */
export function buildChains(leaf: Certificate, search: Omit<Search, 'checks'>): Found {
  return climb([leaf], { ...search, checks: 0 });
}

/** As in Go, the error is that of the last candidate, even if an earlier one explains the failure better. */
function climb(chain: Chain, search: Search): Found {
  const child = chain.at(-1) as Certificate;
  const chains: Chain[] = [];
  let hint = '';
  let error: string | undefined;
  const candidates = (['root', 'intermediate'] as const).flatMap((part) =>
    search[`${part}s`].parentsOf(child).map((candidate) => ({ part, candidate })),
  );
  for (const { part, candidate } of candidates) {
    if (!hasKey(candidate, search.strictness) || isInChain(candidate, chain)) continue;
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

/** Whether Go has a key for verification. It has none for an algorithm that it does not know. */
const hasKey = ({ publicKey }: Certificate, strictness: Strictness): boolean =>
  publicKey.type === 'other' ? publicKey.bits > 0 : isKnown(publicKey, strictness);

/**
 * Whether a certificate with equal name, key and SANs is in the chain: adding it would be a loop
 * (crypto/x509/verify.go, alreadyInChain).
 */
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
 * Returns the first chain leaf…anchor that Go would find. Checks only names, signatures and path lengths: not dates,
 * usages or hosts. A leaf that is a trust anchor is its own chain. undefined: signed by an unknown authority.
 */
export function buildChain(
  leaf: Certificate,
  intermediates: readonly Certificate[],
  anchors: readonly Certificate[],
  strictness: Strictness = strictest,
): Chain | undefined {
  return firstChain(leaf, intermediates, anchors, strictness, refuseAuthority);
}

function firstChain(
  leaf: Certificate,
  intermediates: readonly Certificate[],
  anchors: readonly Certificate[],
  strictness: Strictness,
  refuse: Refuse,
): Chain | undefined {
  const roots = poolOf(anchors);
  if (roots.has(leaf)) return [leaf];
  return buildChains(leaf, { roots, intermediates: poolOf(intermediates), refuse, strictness }).chains[0];
}

/**
 * Returns the CA whose path length is the only reason that there is no chain, and how many intermediates are below it;
 * undefined if there is a chain, or a different reason.
 */
export function limitOfPath(
  leaf: Certificate,
  intermediates: readonly Certificate[],
  anchors: readonly Certificate[],
  strictness: Strictness = strictest,
): { readonly ca: Certificate; readonly below: number } | undefined {
  // Without intermediates no path is too long.
  if (intermediates.length === 0 || buildChain(leaf, intermediates, anchors, strictness) !== undefined)
    return undefined;
  const anyLength: Refuse = (candidate, part, chain) => refuseAuthority(candidate, part, chain.slice(0, 1));
  const chain = firstChain(leaf, intermediates, anchors, strictness, anyLength) ?? [];
  const index = chain.findIndex((one, place) => place > 0 && refuseAuthority(one, 'root', chain.slice(0, place)));
  const ca = chain[index];
  return ca && { ca, below: index - 1 };
}

/** Go's error for a chain with more intermediates below a CA than its path length. */
export const tooLong = 'x509: too many intermediates for path length constraint';

/** Returns Go's error for an issuer of this chain that cannot sign, or allows only shorter paths (isValid). */
export function refuseAuthority(candidate: Certificate, part: Part, chain: Chain): string | undefined {
  const { basicConstraints } = candidate;
  // An intermediate must be a CA even in version 1.
  if (part === 'intermediate' && basicConstraints?.ca !== true) {
    return 'x509: certificate is not authorized to sign other certificates';
  }
  // A leaf has no certificate below it, so every path length is sufficient.
  const pathLength = basicConstraints?.pathLength ?? Number.POSITIVE_INFINITY;
  return chain.length - 1 > pathLength ? tooLong : undefined;
}

/** A set of certificates, like CertPool of crypto/x509. */
export interface Pool {
  has(certificate: Certificate): boolean;
  /** Returns the certificates whose subject is the issuer's name, in the order in which Go tries them. */
  parentsOf(child: Certificate): readonly Certificate[];
}

const pools = new WeakMap<readonly Certificate[], Pool>();

/** Returns the pool of these certificates, without duplicates (crypto/x509/cert_pool.go). Each list gets one pool. */
export function poolOf(certificates: readonly Certificate[]): Pool {
  const pool = pools.get(certificates) ?? makePool(certificates);
  pools.set(certificates, pool);
  return pool;
}

function makePool(certificates: readonly Certificate[]): Pool {
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
      if (named.length < 2) return named;
      const ranked: Certificate[][] = [[], [], []];
      for (const one of named) ranked[keyIdRank(one, child)]?.push(one);
      return ranked.flat();
    },
  };
}

/**
 * crypto/x509/cert_pool.go, findPotentialParents: an equal key identifier, then a missing one, then a different one.
 */
function keyIdRank(parent: Certificate, child: Certificate): 0 | 1 | 2 {
  const own = parent.subjectKeyId ?? '';
  const wanted = child.authorityKeyId ?? '';
  return own === wanted ? 0 : own === '' || wanted === '' ? 1 : 2;
}
