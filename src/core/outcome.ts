/** What the rules of a run came to, and what they could not look at. */
import type { Count, RuleId } from './formats.ts';

/** How often a rule had each outcome. */
export interface OutcomeCounts {
  /** Held. */
  readonly pass: Count;
  /** Did not hold. */
  readonly fail: Count;
  /** Could not be judged. */
  readonly skip: Count;
  /** Was not called for. */
  readonly notApplicable: Count;
}

/** A check that could not be made. */
export interface Skip {
  readonly rule: RuleId;
  /** What would have been judged. */
  readonly subject: string;
  /** Name of the node. */
  readonly node: string;
  /** Why not, and how it could be. */
  readonly reason: string;
}

/** What it comes to. */
export interface Summary {
  /** Errors that count. */
  readonly errors: Count;
  /** Warnings that count. */
  readonly warnings: Count;
  /** Infos that count. */
  readonly infos: Count;
  /** Findings that were waived. */
  readonly suppressed: Count;
  /** Rules that ran. */
  readonly rules: Count;
  /** Files that were read. */
  readonly files: Count;
  /** Certificates that were read. */
  readonly certificates: Count;
  /** Arguments of components that were read. */
  readonly arguments: Count;
  /** Connections that were judged. */
  readonly connections: Count;
  /** Paths that were needed and could not be looked at. */
  readonly notChecked: Count;
}

/** A path that was needed and could not be looked at. */
export interface UncheckedPath {
  /** Name of the node. */
  readonly node: string;
  /** Path on the node. */
  readonly path: string;
  /** Why it could not be looked at. */
  readonly reason: string;
}

/** An argument that could not be linted at all. */
export interface FailedPath {
  /** The argument as given. */
  readonly path: string;
  /** What is wrong. */
  readonly message: string;
  /** What to do. */
  readonly hint: string | null;
}
