/**
 * A baseline: the findings that were known when it was written. `rules/schema/baseline.schema.json` is generated from
 * it.
 */

import type { Count, Fingerprint, NonEmptyList, NonEmptyString, RuleId } from '../core/formats.ts';
import type { Day } from '../settings/policy.ts';
import type { Severity } from './finding.ts';

/** A finding that was known. Only the fingerprints and the severity count; the texts are for people. */
export interface BaselineFinding {
  readonly fingerprint: Fingerprint;
  readonly rule: RuleId;
  /** Name of the node. */
  readonly node: string;
  /** Path on the node. */
  readonly path: string;
  /** What it is about. */
  readonly subject: string;
  /** One that is more severe now counts as new. */
  readonly severity: Severity;
  /** The day from which on it is known. */
  readonly since: Day;
  /** The fingerprint of each fault, if the finding stands for several: one with a further fault counts as new. */
  readonly faults?: NonEmptyList<Fingerprint>;
}

/**
 * The file of `--baseline`: a finding a line, sorted, so that git can merge it.
 *
 * @title Baseline of pki-lint
 */
export interface Baseline {
  readonly schemaVersion: 1;
  /** The version of pki-lint that wrote it. */
  readonly tool: NonEmptyString;
  readonly findings: readonly BaselineFinding[];
}

/** A finding that is worse than in the baseline. It counts as new. */
export interface RisenFinding {
  readonly fingerprint: Fingerprint;
  /** Its severity in the baseline. */
  readonly was: Severity;
  /** How many of its faults are not in the baseline; 0 if only its severity rose. */
  readonly gained: Count;
}

/** What a report says about its baseline. */
export interface BaselineResult {
  /** The file, as on the command line. */
  readonly file: NonEmptyString;
  /** How many findings of the report it knows. These are excused. */
  readonly known: Count;
  /** How many findings it does not know, those that are worse than in it among them. */
  readonly new: Count;
  /** Those that are worse than in it. */
  readonly rose: readonly RisenFinding[];
  /** What it knows and this run checked without finding it. */
  readonly fixed: readonly BaselineFinding[];
}
