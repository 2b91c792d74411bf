/** The files that issuing writes. They contain private keys, so they are kept in memory and never printed. */
import type { Target } from './plan.ts';

/** A file to write. */
export interface FileWrite {
  readonly target: Target;
  readonly bytes: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
  /** Whether it replaces an existing file, which is backed up. Otherwise the file must not exist. */
  readonly replaces: boolean;
}

/** Files that belong together, in the order of writing: the key first, the certificate last. */
export interface WriteUnit {
  readonly role: string;
  readonly files: readonly FileWrite[];
}

/** A change of permission bits. */
export interface ModeChange {
  readonly target: Target;
  readonly mode: number;
}

/** The changes of one run. Either all of them are made, or none. */
export interface Batch {
  /** In the order of writing: issuers before leaves. */
  readonly units: readonly WriteUnit[];
  readonly modes: readonly ModeChange[];
}
