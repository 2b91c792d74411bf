import type { Certificate, Chain, Verdict } from '../../artifact/certificate.ts';
import { type Strictness, strictest } from '../../artifact/strictness.ts';
import { timeOf } from '../../core/time.ts';
import { extendedKeyUsageNames } from '../oids.ts';
import { buildChains, poolOf, type Refuse, refuseAuthority } from './chain.ts';
import { refuseNames } from './constrained-names.ts';
import { verifyHostname } from './host-name.ts';
import { policiesValid } from './policies.ts';

export interface VerifyOptions {
  /** Trusted certificates. Each is a trust anchor, even if it is not a CA. */
  readonly roots: readonly Certificate[];
  /** Intermediate certificates, which are not trusted by themselves. */
  readonly intermediates?: readonly Certificate[];
  /** A host name or IP address for which the leaf must be valid. */
  readonly host?: string;
  /** Extended key usages. Every certificate must permit one of them: RFC 5280 names, dotted OIDs or `any`. */
  readonly usages?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly strictness?: Strictness;
}

/**
 * Returns the result of Go's Certificate.Verify (crypto/x509/verify.go; RFC 5280 section 6): the chains from `leaf` to
 * a root, or the error. Work is limited to 100 signatures, and to 250000 comparisons of names for each CA.
 */
export function verify(leaf: Certificate, options: VerifyOptions): Verdict {
  const { intermediates = [], host = '', usages = [], at, strictness = strictest } = options;
  const failed = (error: string): Verdict => ({ ok: false, error });
  const refuse = refuseAt(at, strictness);
  const refused = refuse(leaf, 'leaf', []);
  if (refused !== undefined) return failed(refused);
  const mismatch = host === '' ? undefined : verifyHostname(leaf, host);
  if (mismatch !== undefined) return failed(mismatch);
  const roots = poolOf(options.roots);
  const found = roots.has(leaf)
    ? { chains: [[leaf]], error: undefined }
    : buildChains(leaf, { roots, intermediates: poolOf(intermediates), refuse, strictness });
  if (found.error !== undefined) return failed(found.error);
  const valid = strictness.takes.includes('unread-policies') ? found.chains : found.chains.filter(policiesValid);
  if (valid.length === 0) return failed('x509: no valid chains built: all candidate chains have invalid policies');
  const wanted = (usages.length === 0 ? ['serverAuth'] : usages).map(usageName);
  const chains = wanted.includes(any) ? valid : valid.filter((chain) => allowsUsage(chain, wanted));
  if (chains.length > 0) return { ok: true, chains };
  const invalid = found.chains.length - valid.length;
  if (invalid === 0) return failed('x509: certificate specifies an incompatible key usage');
  const counts = `${valid.length} chains with incompatible key usage, ${invalid} chains with invalid policies`;
  return failed(`x509: no valid chains built: ${counts}`);
}

/** Like isValid in crypto/x509/verify.go, in the same order, because the first error is the one that is reported. */
function refuseAt(at: number, strictness: Strictness): Refuse {
  return (candidate, part, chain) => {
    if (candidate.unhandledCritical.length > 0) return 'x509: unhandled critical extension';
    const dates = dateError(candidate, at);
    if (dates !== undefined) return dates;
    const misnamed = part === 'leaf' ? undefined : refuseNames(candidate, chain, strictness);
    return misnamed ?? refuseAuthority(candidate, part, chain);
  };
}

/** Returns the error of Go for a certificate that is not valid at a time; undefined if it is (verify.go, isValid). */
export function dateError({ notBefore, notAfter }: Certificate, at: number): string | undefined {
  const expired = 'x509: certificate has expired or is not yet valid: current time';
  if (at < notBefore) return `${expired} ${timeOf(at)} is before ${timeOf(notBefore)}`;
  return at > notAfter ? `${expired} ${timeOf(at)} is after ${timeOf(notAfter)}` : undefined;
}

const any = 'anyExtendedKeyUsage';

const usageName = (usage: string): string => (usage === 'any' ? any : (extendedKeyUsageNames[usage] ?? usage));

/** Whether a whole chain permits one of these usages. A certificate that lists usages permits no others below it. */
function allowsUsage(chain: Chain, wanted: readonly string[]): boolean {
  const limits = chain.flatMap(({ extendedKeyUsage: usages = [] }) =>
    usages.length === 0 || usages.includes(any) ? [] : [usages],
  );
  return wanted.some((usage) => limits.every((usages) => usages.includes(usage)));
}
