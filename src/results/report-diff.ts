/** The differences of two reports: the output of `pki-lint diff --format json`. */

import type { Count, Fingerprint, NonEmptyString, Ordinal, RuleId, Timestamp } from '../core/formats.ts';
import { count } from '../core/text.ts';
import type { Severity } from './finding.ts';

/** A finding of one of two reports. */
export interface ComparedFinding {
  readonly fingerprint: Fingerprint;
  readonly rule: RuleId;
  readonly severity: Severity;
  /** Name of the node. */
  readonly node: string;
  /** Path on the node. */
  readonly path: string;
  /** The file that was read. */
  readonly file: string;
  /** Line in the file. */
  readonly line: Ordinal;
  /** What it is about. */
  readonly subject: string;
  readonly message: string;
}

/** A finding that is in both reports, with a different severity or with further faults. */
export interface ChangedFinding extends ComparedFinding {
  /** Its severity in the old report. */
  readonly was: Severity;
  /** How many of its faults are not in the old report. */
  readonly gained: Count;
}

/** A finding of the old report of which the new one says nothing. */
export interface UnjudgedFinding extends ComparedFinding {
  readonly reason: 'the node is not in the input' | 'not checked';
}

/** One of the two reports. */
export interface ComparedReport {
  /** The file, as on the command line. */
  readonly file: NonEmptyString;
  /** The time of judging. */
  readonly at: Timestamp;
  /** The version of pki-lint that wrote it. */
  readonly tool: NonEmptyString;
}

/**
 * The output of `pki-lint diff --format json`. Findings are compared by their fingerprints; excused ones are left out
 * of `new` and `rose`.
 *
 * @title Differences of two reports of pki-lint
 */
export interface ReportDiff {
  readonly schemaVersion: 1;
  readonly old: ComparedReport;
  readonly new: ComparedReport;
  /** The lowest severity of a new or risen finding that makes the exit code 1. */
  readonly failOn: Severity | 'never';
  /** 0 nothing new at or above `failOn`, 1 something is. */
  readonly exitCode: 0 | 1;
  readonly nodes: {
    /** Nodes of both reports. */
    readonly both: readonly string[];
    /** Nodes of the new report only. */
    readonly added: readonly string[];
    /** Nodes of the old report only: nothing is known about them now. */
    readonly notGiven: readonly string[];
  };
  /** Findings that the old report does not have. */
  readonly added: readonly ComparedFinding[];
  /** Findings that became more severe, or that stand for further faults. */
  readonly rose: readonly ChangedFinding[];
  /** Findings that became less severe. */
  readonly fell: readonly ChangedFinding[];
  /** Findings of the old report that were checked again and not found. */
  readonly fixed: readonly ComparedFinding[];
  /** Findings of the old report that were not checked again. */
  readonly unjudged: readonly UnjudgedFinding[];
  /** How many findings are in both reports, with the same severity and faults. */
  readonly unchanged: Count;
}

/** What became worse: `2 new faults`, `was warning`. */
export function changeWords({ was, gained }: Pick<ChangedFinding, 'was' | 'gained'>): string {
  return gained > 0 ? count(gained, 'new fault') : `was ${was}`;
}

/** `2 new, 1 worse, 3 fixed, 40 unchanged`, with what there is of the rest. */
export function diffCounts({ added, rose, fell, fixed, unjudged, unchanged }: ReportDiff): string {
  return [
    `${added.length} new`,
    `${rose.length} worse`,
    ...(fell.length > 0 ? [`${fell.length} less severe`] : []),
    `${fixed.length} fixed`,
    ...(unjudged.length > 0 ? [`${unjudged.length} not checked again`] : []),
    `${unchanged} unchanged`,
  ].join(', ');
}
