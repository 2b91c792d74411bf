/** The result of verifying one certificate with `pki-lint verify`. */
import type { Certificate } from '../artifact/certificate.ts';

/** Certificates from a leaf to a trust anchor. */
export type Chain = readonly Certificate[];

/** The chains by which a certificate is trusted, or the reason why it is not. */
export type Verdict =
  | { readonly ok: true; readonly chains: readonly Chain[] }
  /** The message of Go's error. */
  | { readonly ok: false; readonly error: string };

export interface Verification {
  /** The file, as on the command line. */
  readonly path: string;
  /** The time of judging: RFC 3339. */
  readonly at: string;
  readonly verdict: Verdict;
}
