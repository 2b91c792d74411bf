/** How strictly releases of Go judge certificates: older ones accept what the newest rejects. */

/**
 * What some release of Go accepts, and the newest one in the tables rejects. `rules/tables/go-strictness.json` lists
 * the releases.
 */
export type Leniency =
  /** Signatures over SHA-1. */
  | 'sha1-signatures'
  /** Two extensions of one kind. */
  | 'duplicate-extensions'
  | 'negative-serials'
  /** RSA keys of less than 1024 bits. */
  | 'short-rsa-keys'
  /** RSA private keys whose CRT values (RFC 8017, A.1.2) are wrong: they are calculated again. */
  | 'odd-crt-values'
  /** Policies are not verified, and critical policy constraints are unhandled extensions. */
  | 'unread-policies'
  /** A negative path length means that there is none. */
  | 'negative-path-lengths'
  /** Surrogates and noncharacters in a BMPString. */
  | 'bmp-surrogates'
  /** A wildcard name that covers an excluded name. */
  | 'excluded-wildcards'
  /** IPv4 addresses that are written as IPv6 ones, such as ::ffff:192.0.2.1. */
  | 'mapped-addresses';

/** What only some releases of Go reject, but not the newest one. */
export type Rejection =
  /** DNS names that are empty, begin or end with a dot, or are longer than RFC 1034 permits. */
  | 'odd-dns-names'
  /** ML-DSA: its keys are unknown, so that they are not read either, and no signature is verified with them. */
  | 'ml-dsa';

/** How a release of Go judges certificates. */
export interface Strictness {
  /**
   * What it accepts although the newest release rejects it.
   *
   * @uniqueItems true
   */
  readonly takes: readonly Leniency[];
  /**
   * What it rejects although the newest release accepts it.
   *
   * @uniqueItems true
   */
  readonly refuses?: readonly Rejection[];
}

/**
 * Accepts every signature that can be verified: to find out who signed a certificate, weak algorithms do not matter.
 */
export const anySignature: Strictness = { takes: ['sha1-signatures', 'short-rsa-keys'] };

/** The newest release of Go in the tables. */
export const strictest: Strictness = { takes: [] };
