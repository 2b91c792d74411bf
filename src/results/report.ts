/** The result of linting. It is the JSON report, and `rules/schema/report.schema.json` is generated from it. */

import type { Count, NonEmptyString, Ordinal, RuleId, Timestamp } from '../core/formats.ts';
import type { Tool } from '../core/tool.ts';
import type { Profile } from '../settings/profile.ts';
import type { ChecklistRow } from './checklist.ts';
import type { Connection } from './connection.ts';
import type { ReportedException } from './exception.ts';
import type { Finding, Severity } from './finding.ts';
import type { InventoryItem } from './inventory.ts';
import type { FailedPath, OutcomeCounts, Pass, Skip, Summary, UncheckedPath } from './outcome.ts';
import type { Picture } from './picture.ts';
import type { ReportedNode } from './reported-node.ts';
import type { ReportedPolicy } from './reported-policy.ts';
import type { RequestedParts } from './requested-parts.ts';
import type { Upgrade } from './upgrade.ts';

/**
 * The output of `pki-lint --format json`. `path` is always the path on the node, `file` the file that was read. It
 * never contains private keys.
 *
 * @title Report of pki-lint
 */
export interface Report extends RequestedParts {
  /** After the first release: raised by every incompatible change of this schema. */
  readonly schemaVersion: 1;
  readonly tool: Tool;
  /** The time of judging. */
  readonly at: Timestamp;
  readonly profile: Profile;
  /** Present if a policy was in force. */
  readonly policy?: ReportedPolicy;
  /** The target Kubernetes release of an upgrade; null without one. */
  readonly targetVersion: string | null;
  /**
   * The steps of the upgrade for each node; empty without a target release, and if only some rules or roles were
   * selected.
   */
  readonly upgrades: readonly Upgrade[];
  /** The lowest severity that makes the exit code 1. */
  readonly failOn: Severity | 'never';
  /**
   * 0 no findings at or above `failOn`, 1 such findings, 2 usage or input error, 3 nothing to lint (with
   * `--allow-empty`: 0).
   */
  readonly exitCode: 0 | 1 | 2 | 3;
  /** The nodes that were read. */
  readonly nodes: readonly ReportedNode[];
  /** Dumps of objects of clusters. Present only if there are any. */
  readonly objects?: readonly ReportedObjects[];
  /** Every row of the documented tables, on every node. */
  readonly checklist: readonly ChecklistRow[];
  /** Every certificate, request and key that was read. */
  readonly inventory: readonly InventoryItem[];
  /** The connections between components, and whether their handshakes succeed with the files in the input. */
  readonly connections: readonly Connection[];
  /** What is wrong or worth knowing. */
  readonly findings: readonly Finding[];
  /** The exceptions of the policy, the first to expire first. Present only with a policy. */
  readonly exceptions?: readonly ReportedException[];
  /** How often each rule passed, failed, was skipped and did not apply, by rule id. */
  readonly outcomes: Readonly<Record<RuleId, OutcomeCounts>>;
  /** Checks that passed. Present only if they were asked for: they are many. */
  readonly passes?: readonly Pass[];
  /** @hidden What only a page shows. Present only if it was asked for, and never in JSON. */
  readonly picture?: Picture;
  /** Checks that were skipped. */
  readonly skipped: readonly Skip[];
  readonly summary: Summary;
  /** Paths that were needed and could not be examined. */
  readonly notChecked: readonly UncheckedPath[];
  /**
   * Paths of the command line that could not be linted, or not all of them. They make the exit code 2, or 3 if nothing
   * was linted. Files next to several nodes do not change it.
   */
  readonly failures: readonly FailedPath[];
}

/** A dump of objects. */
export interface ReportedObjects {
  /** The dump, as typed. */
  readonly dump: NonEmptyString;
  /** The nodes of the same cluster in the input. */
  readonly nodes: readonly string[];
  /** The names of its Nodes that are not in the input. Empty if none of them is. */
  readonly otherNodes: readonly string[];
  /** How many rules cannot be judged without the files of a control plane of its cluster. */
  readonly needControlPlane: Count;
  /** The newest time in it: when it was made, as far as that is known. null if it has none. */
  readonly newest: Timestamp | null;
  /** How many objects were read, by kind. */
  readonly kinds: Readonly<Record<string, Ordinal>>;
  /** How many objects nothing is known about, by kind: they were not read. */
  readonly others: Readonly<Record<string, Ordinal>>;
  /** Whether it contains private keys or tokens: then the dump itself must stay secret. */
  readonly hasSecrets: boolean;
}
