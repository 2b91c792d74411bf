/** The lines of `pki-lint --format ndjson`. `rules/schema/ndjson.schema.json` is generated from these types. */

import type { Count, Ordinal, RuleId, Timestamp } from '../core/formats.ts';
import type { Profile } from '../settings/profile.ts';
import type { Connection } from './connection.ts';
import type { ReportedException } from './exception.ts';
import type { Excuse, Finding, FixClass, Severity } from './finding.ts';
import type { InventoryItem } from './inventory.ts';
import type { FailedPath, Summary } from './outcome.ts';
import type { Report } from './report.ts';
import type { ReportedNode } from './reported-node.ts';

/** What every line has, so that the lines of many runs can be in one table. */
interface LineOf<Type extends string> {
  /** What the line is about. */
  readonly type: Type;
  /** The time of judging. */
  readonly at: Timestamp;
  /** Name of the node, `node-1` if it has none; null if the line is about the whole run. */
  readonly node: string | null;
  /** The version of pki-lint. */
  readonly version: string;
}

/** The first line: what was asked. */
export interface RunLine extends LineOf<'run'> {
  /** After the first release: raised by every incompatible change of the lines. */
  readonly schemaVersion: 1;
  readonly profile: Profile;
  /** The target Kubernetes release of an upgrade; null without one. */
  readonly targetVersion: string | null;
  /** The lowest severity that makes the exit code 1. */
  readonly failOn: Report['failOn'];
  /** How many nodes were read. */
  readonly nodes: Count;
}

/** A node. */
export interface NodeLine extends LineOf<'node'>, Omit<ReportedNode, 'name' | 'rootfs'> {}

/** A certificate, of a CA if `kind` is `authority`. */
export interface CertificateLine extends LineOf<'certificate'>, Omit<InventoryItem, 'node'> {}

/** A connection. */
export interface ConnectionLine extends LineOf<'connection'>, Omit<Connection, 'node'> {}

/** A fault that a finding stands for. */
export interface MemberFault {
  readonly rule: RuleId;
  readonly severity: Severity;
  /** A role, a flag or a path. */
  readonly subject: string;
  /** Name of the node. */
  readonly node: string;
  /** Path on the node. */
  readonly path: string;
  /** What is wrong, with the expected and the actual value. */
  readonly message: string;
}

/** What findings have in common, excused or not. */
interface FindingFields
  extends Omit<
    Finding,
    'node' | 'source' | 'fix' | 'fixClasses' | 'members' | 'merged' | 'suppressed' | 'faultFingerprints'
  > {
  /**
   * The file in its repository; outside of one, the path on the node below the name of the node, if there are several
   * nodes.
   */
  readonly file: string;
  /** How many faults it stands for; 1 if only for itself. */
  readonly faults: Ordinal;
  /** Those that have no finding of their own: at most the first 100. */
  readonly members: readonly MemberFault[];
  /** The lines of the first way to fix it; comments begin with `#`. */
  readonly fix: readonly string[];
  /** What it does; null if that is nothing, or nothing is known. */
  readonly fixClass: FixClass | null;
}

/** A finding that is not excused. */
export interface FindingLine extends LineOf<'finding'>, FindingFields {}

/** A finding that is excused. */
export interface ExcusedLine extends LineOf<'excused'>, FindingFields, Excuse {}

/** An exception of the policy, or of a comment; `node` is null. */
export interface ExceptionLine extends LineOf<'exception'>, ReportedException {}

/** The last line. Without it, the lines are not complete. */
export interface SummaryLine extends LineOf<'summary'>, Summary {
  /** 0 no findings at or above `failOn`, 1 such findings, 2 usage or input error, 3 nothing to lint. */
  readonly exitCode: Report['exitCode'];
  /** Paths of the command line that could not be linted, or not all of them. */
  readonly failures: readonly FailedPath[];
}

/** @title Line of pki-lint's NDJSON */
export type Line =
  | RunLine
  | NodeLine
  | CertificateLine
  | ConnectionLine
  | FindingLine
  | ExcusedLine
  | ExceptionLine
  | SummaryLine;
