/** The result of verifying one certificate with `pki-lint verify`. */
import type { Verdict } from '../artifact/certificate.ts';

export interface Verification {
  /** The file, as on the command line. */
  readonly path: string;
  /** The time of judging: RFC 3339. */
  readonly at: string;
  readonly verdict: Verdict;
}
