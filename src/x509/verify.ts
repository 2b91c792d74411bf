import type { Certificate } from '../core/certificate.ts';
import { type Strictness, strictest } from '../core/strictness.ts';
import type { Chain, Verdict } from '../core/verification.ts';
import { buildChains, poolOf, type Refuse, refuseAuthority } from './chain.ts';
import { refuseNames } from './constrained-names.ts';
import { verifyHostname } from './host-name.ts';
import { extendedKeyUsageNames } from './oids.ts';
import { policiesValid } from './policies.ts';

export interface VerifyOptions {
  /** What is trusted: any certificate is an anchor, whatever it is. */
  readonly roots: readonly Certificate[];
  /** What may lie between. */
  readonly intermediates?: readonly Certificate[];
  /** A host name or IP address that the leaf must have. */
  readonly host?: string;
  /** Extended key usages, one of which every certificate must allow: RFC 5280 names, dotted OIDs or `any`. */
  readonly usages?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly strictness?: Strictness;
}

/**
 * What Go's Certificate.Verify answers (crypto/x509/verify.go; RFC 5280 section 6): the chains from `leaf` to a root, or
 * why there is none. Work is bounded: 100 signatures, and 250000 comparisons of names for each authority.
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

/** crypto/x509/verify.go, isValid: in its order, since the first reason is the one that is told. */
function refuseAt(at: number, strictness: Strictness): Refuse {
  return (candidate, part, chain) => {
    if (candidate.unhandledCritical.length > 0) return 'x509: unhandled critical extension';
    const expired = 'x509: certificate has expired or is not yet valid: current time';
    if (at < candidate.notBefore) return `${expired} ${goTime(at)} is before ${goTime(candidate.notBefore)}`;
    if (at > candidate.notAfter) return `${expired} ${goTime(at)} is after ${goTime(candidate.notAfter)}`;
    const misnamed = part === 'leaf' ? undefined : refuseNames(candidate, chain, strictness);
    return misnamed ?? refuseAuthority(candidate, part, chain);
  };
}

/** RFC 3339 in UTC, as Go prints times: fractions of a second are cut off. */
function goTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, -5)}Z`;
}

const any = 'anyExtendedKeyUsage';

const usageName = (usage: string): string => (usage === 'any' ? any : (extendedKeyUsageNames[usage] ?? usage));

/** Whether one of these usages goes through a whole chain: a certificate that names some allows no others below it. */
function allowsUsage(chain: Chain, wanted: readonly string[]): boolean {
  const limits = chain.flatMap(({ extendedKeyUsage: usages = [] }) =>
    usages.length === 0 || usages.includes(any) ? [] : [usages],
  );
  return wanted.some((usage) => limits.every((usages) => usages.includes(usage)));
}
