/** Parts of a report that are there only if an option asks for them. */
import type { BaselineResult } from './baseline.ts';
import type { CisView } from './cis.ts';

export interface RequestedParts {
  /** Present only with `--baseline`. */
  readonly baseline?: BaselineResult;
  /** Present only with `--group-by cis`. */
  readonly cis?: CisView;
}
