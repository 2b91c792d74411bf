/** What verifying one certificate came to: the value of `pki-lint verify`. */
import type { Certificate } from './certificate.ts';

/** Certificates from a leaf to an anchor. */
export type Chain = readonly Certificate[];

/** The chains by which a certificate is trusted, or why it is not. */
export type Verdict =
  | { readonly ok: true; readonly chains: readonly Chain[] }
  /** In Go's words. */
  | { readonly ok: false; readonly error: string };

export interface Verification {
  /** The file, as it was named. */
  readonly path: string;
  /** The time of judging: RFC 3339. */
  readonly at: string;
  readonly verdict: Verdict;
}
