/** What issuing writes: in memory only, and never shown. */
import type { Target } from './plan.ts';

/** A file to be written, whole. Kept in memory only; never shown. */
export interface FileWrite {
  readonly target: Target;
  readonly bytes: Uint8Array;
  /** Octal. */
  readonly mode: number;
  /** Whether a file that is there is replaced (with backup); else it must not be there. */
  readonly replaces: boolean;
}

/** Files that belong together, in the order of writing: the key first, the certificate last. */
export interface WriteUnit {
  readonly role: string;
  readonly files: readonly FileWrite[];
}

/** A change of permission bits alone. */
export interface ModeChange {
  readonly target: Target;
  readonly mode: number;
}

/** All that one run writes: everything or nothing. */
export interface Batch {
  /** In the order of writing: issuers before leaves. */
  readonly units: readonly WriteUnit[];
  readonly modes: readonly ModeChange[];
}
