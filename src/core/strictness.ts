/** How Go's certificate code changed: what a release still takes, and what the newest refuses. */

/** What some release of Go takes and the newest of the table refuses; `rules/tables/go-strictness.json` says until when. */
export type Leniency =
  /** Signatures over SHA-1. */
  | 'sha1-signatures'
  /** Two extensions of one kind. */
  | 'duplicate-extensions'
  | 'negative-serials'
  /** RSA keys of less than 1024 bits. */
  | 'short-rsa-keys'
  /** Policies are not judged, and critical constraints upon them are not understood. */
  | 'unread-policies'
  /** A negative path length stands for none. */
  | 'negative-path-lengths'
  /** Surrogates and noncharacters in a BMPString. */
  | 'bmp-surrogates'
  /** A wildcard name that covers an excluded name. */
  | 'excluded-wildcards';

/** What only some releases of Go refuse. */
export type Rejection =
  /** DNS names that are empty, begin or end with a dot, or are longer than RFC 1034 has them. */
  'odd-dns-names';

/** How a release of Go judges certificates. */
export interface Strictness {
  /**
   * What the newest refuses.
   *
   * @uniqueItems true
   */
  readonly takes: readonly Leniency[];
  /**
   * Beyond what the newest refuses.
   *
   * @uniqueItems true
   */
  readonly refuses?: readonly Rejection[];
}

/** Takes every signature that can be verified: who signed what does not depend on who likes it. */
export const anySignature: Strictness = { takes: ['sha1-signatures', 'short-rsa-keys'] };

/** The newest Go that is known. */
export const strictest: Strictness = { takes: [] };
