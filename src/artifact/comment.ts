/** Comments in the files of nodes. */
import type { Position } from './place.ts';

/** A comment that may excuse findings: `# pki-lint-disable-next-line …`. */
export interface FileComment extends Omit<Position, 'source'> {
  /** Its first word: `pki-lint-disable-next-line`. */
  readonly directive: string;
  /** What follows that word. */
  readonly text: string;
  /** The line whose findings it excuses. */
  readonly target: number;
}
