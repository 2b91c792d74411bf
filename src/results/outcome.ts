/** The outcomes of rules, and what could not be checked. */
import type { Count, Ordinal, RuleId } from '../core/formats.ts';

/** How often a rule had each outcome. */
export interface OutcomeCounts {
  /** Passed. */
  readonly pass: Count;
  /** Failed. */
  readonly fail: Count;
  /** Could not be checked. */
  readonly skip: Count;
  /** Did not apply. */
  readonly notApplicable: Count;
}

/** A check that passed. */
export interface Pass {
  readonly rule: RuleId;
  /** The subject of the check. */
  readonly subject: string;
  /** Name of the node; '' for objects of a cluster. */
  readonly node: string;
  /** Path on the node, or that of a dump. */
  readonly path: string;
}

/** A check that was skipped. */
export interface Skip {
  readonly rule: RuleId;
  /** The subject of the check. */
  readonly subject: string;
  /** Name of the node; '' for objects of a cluster. */
  readonly node: string;
  /** Why it was skipped, and what would make it possible. */
  readonly reason: string;
}

/** The counts of a report. */
export interface Summary {
  /** Errors that are not excused. */
  readonly errors: Count;
  /** Warnings that are not excused. */
  readonly warnings: Count;
  /** Infos that are not excused. */
  readonly infos: Count;
  /** Findings that are excused. */
  readonly suppressed: Count;
  /** Rules that ran. */
  readonly rules: Count;
  /** Rules that were switched off for at least one node; absent if none was. */
  readonly off?: Ordinal;
  /** Files that were ignored, because the policy says so; absent if none was. */
  readonly ignored?: Ordinal;
  /** Files that were read. */
  readonly files: Count;
  /** Certificates that were read. */
  readonly certificates: Count;
  /** Flags of components that were read. */
  readonly arguments: Count;
  /** Connections that were judged. */
  readonly connections: Count;
  /** Paths that were needed and could not be examined. */
  readonly notChecked: Count;
  /** Parts of nodes that are not in the input; absent if none is missing. */
  readonly notLookedAt?: Ordinal;
}

/** A path that was needed and could not be examined. */
export interface UncheckedPath {
  /** Name of the node. */
  readonly node: string;
  /** Path on the node. */
  readonly path: string;
  /** Why it could not be examined. */
  readonly reason: string;
}

/** A path of the command line that could not be linted, or not all of it. */
export interface FailedPath {
  /** The path, as on the command line. */
  readonly path: string;
  /** What is wrong. */
  readonly message: string;
  /** What to do. */
  readonly hint: string | null;
}
