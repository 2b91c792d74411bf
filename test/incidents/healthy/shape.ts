/** Nodes as people really run them: nothing is wrong with them, so pki-lint must stay quiet. */
import type { Case } from '../../cases/harness.ts';

export interface Shape extends Pick<Case, 'node' | 'change' | 'beside' | 'options'> {
  readonly id: string;
  /** Who runs such nodes, and how they come about. */
  readonly runs: string;
  /** Where that is documented or reported. */
  readonly source: string;
}
