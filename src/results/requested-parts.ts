/** Parts of a report that are there only if an option asks for them. */
import type { BaselineResult } from './baseline.ts';
import type { CisView } from './cis.ts';

export interface RequestedParts {
  /** Present only with `--baseline`. */
  readonly baseline?: BaselineResult;
  /** The rules and roles that were selected. Present only with `--only`. */
  readonly only?: readonly string[];
  /** Present only with `--group-by cis`. */
  readonly cis?: CisView;
}
