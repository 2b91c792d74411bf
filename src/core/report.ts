/** The result of linting. It is the JSON report, and `rules/schema/report.schema.json` is generated from it. */
import type { ChecklistRow } from './checklist.ts';
import type { Connection } from './connection.ts';
import type { ReportedException } from './exception.ts';
import type { Fingerprint, NonEmptyList, Ordinal, RuleId, Timestamp } from './formats.ts';
import type { InventoryItem } from './inventory.ts';
import type { FailedPath, OutcomeCounts, Pass, Skip, Summary, UncheckedPath } from './outcome.ts';
import type { Picture } from './picture.ts';
import type { Position } from './position.ts';
import type { ReportedNode } from './reported-node.ts';
import type { ReportedPolicy } from './reported-policy.ts';
import type { RequestedParts } from './requested-parts.ts';
import type { Upgrade } from './upgrade.ts';

export const severities = ['error', 'warning', 'info'] as const;
/**
 * error: something fails now, or an unauthorized client is accepted; warning: it works today, but deviates, grants too
 * much or expires soon; info: hygiene.
 */
export type Severity = (typeof severities)[number];

export const impacts = ['outage', 'expiry', 'upgrade', 'privilege', 'deviation', 'hygiene'] as const;
/** The kind of impact, the worst first. */
export type Impact = (typeof impacts)[number];

/** A consequence of a finding. */
export interface Related {
  /** Path on the node. */
  readonly path: string;
  /** What is affected. */
  readonly subject: string;
  /** The effect; '' if what is affected and the error message say it. */
  readonly message: string;
  /** Only for a connection that fails: its row in `rules/tables/connections.json`. */
  readonly connection?: string;
  /**
   * The error message of the component. null for a connection whose message the finding or an earlier consequence contains;
   * absent if no component reports it.
   */
  readonly error?: string | null;
  /** Fingerprint of the finding with details, if there is one. */
  readonly fingerprint: Fingerprint | null;
}

export const fixClasses = ['edits', 're-issues', 'changes-trust', 'reads', 'destroys'] as const;
/**
 * What a step, or the worst step of an alternative, does. edits: changes files or objects, of which a backup is made or the
 * old value is known; re-issues: makes certificates or kubeconfigs again; changes-trust: replaces or adds a CA or a key that
 * others trust; reads: only shows something; destroys: removes what nothing brings back. Alternatives are in this order.
 */
export type FixClass = (typeof fixClasses)[number];

/** One step of a fix. */
export interface FixStep {
  /** Name of the node on which to do it, '' in a finding on no node; null: a different place, named in `intro` or in the step before. */
  readonly on: string | null;
  /** A command is one line for a shell, and can be run as it is; a note is prose. */
  readonly kind: 'command' | 'note';
  /** The command as it is typed on the node, or the note; without introduction and comment. */
  readonly text: string;
  /**
   * The command that changes the copy of the node that was read instead, typed in the working directory of the lint. null
   * if the node itself was read, if the copy is an archive, and for all commands but those of pki-lint.
   */
  readonly copy: string | null;
  /** Introduces a command: where, when or why to run it. */
  readonly intro: string | null;
  /** A condition or an effect of a command. */
  readonly comment: string | null;
  /**
   * Whether a command changes files or objects of the cluster; false for one that only prints or restarts, and for
   * notes.
   */
  readonly writes: boolean;
  /** Present in a step that explains the others, and is the same in many fixes: reports print it once, below them. */
  readonly footnote?: true;
  /** Present if the fix is done on one of the nodes that have the finding, and not on each. */
  readonly once?: true;
  /** Present in a note that only explains. Any other asks for something that has to be done before the next command. */
  readonly info?: true;
  /**
   * What it does; a note stands for what it asks for. Absent in restarts, waits and explanations. After a command that reads, a
   * person decides what that means before the next command.
   */
  readonly class?: FixClass;
}

/** The steps of one alternative, in order. A command that fails ends it: what follows relies on it. */
export type Fix = readonly FixStep[];

/** A cited document. */
export interface CitedSource {
  /** Its title. */
  readonly title: string;
  /**
   * Its address.
   *
   * @format uri
   */
  readonly url: string;
}

/** What excuses a finding. */
export interface Excuse {
  /** The exception: its file and line. */
  readonly by: string;
  /** Why. */
  readonly reason: string;
  /** The last day on which the finding is excused; null if that does not end. */
  readonly until: string | null;
}

/** What a rule says about a subject. */
export interface Fault extends Position {
  readonly rule: RuleId;
  readonly severity: Severity;
  /** A role (`kube-apiserver`), an argument (`kube-apiserver --tls-cert-file`), or a path. */
  readonly subject: string;
  /**
   * Name of the node that has the path; '' for a finding about an exception of the policy, which is on no node. A connection may
   * fail because of a file of its server: its message begins with the node of the client.
   */
  readonly node: string;
  /** Path on the node; that of the policy, if there is no node. */
  readonly path: string;
  /** The file that was read, relative to the working directory, or `archive!/path`. */
  readonly file: string;
  /** What is wrong, with the expected and the actual value. */
  readonly message: string;
  /** The expected value. */
  readonly expected: string;
  /** The actual value. */
  readonly found: string;
}

/** Something that is wrong or worth knowing. */
export interface Finding extends Fault {
  readonly impact: Impact;
  /** Its consequences. */
  readonly related: readonly Related[];
  /** The connections that it breaks, as rows of `rules/tables/connections.json`; the most important first. */
  readonly breaks: readonly string[];
  /** Why it matters. */
  readonly why: string;
  /** Alternatives, the preferred one first. */
  readonly fix: readonly Fix[];
  /** The class of each alternative: that of its worst step; null if none has one. */
  readonly fixClasses: readonly (FixClass | null)[];
  /** The documents on which the rule is based. */
  readonly cite: readonly CitedSource[];
  /** Ids in the CIS Kubernetes Benchmark, with their edition. */
  readonly cis: readonly string[];
  /**
   * The faults that have the same cause, and no finding of their own: at most the first 100. Present only in a finding
   * that stands for others. One finding also stands for those of a rule on a node above the first 1000.
   */
  readonly members?: readonly Fault[];
  /** How many faults it stands for. Present together with `members`. */
  readonly merged?: Ordinal;
  /**
   * Unique within the report, the same after a renewal, and the same wherever the copy of the node is. Nodes that have no
   * name, or the same one, are distinguished by the keys of their cluster CA.
   */
  readonly fingerprint: Fingerprint;
  /**
   * Present only in a finding that may stand for several faults, of which it has all: for each, the fingerprint of a finding
   * about only this one. Sorted.
   */
  readonly faultFingerprints?: NonEmptyList<Fingerprint>;
  /** The exception; null if it is not excused. */
  readonly suppressed: Excuse | null;
}

/** The program that wrote the report. */
export interface Tool {
  /** Always `pki-lint`. */
  readonly name: 'pki-lint';
  /** Its version. */
  readonly version: string;
}

/** `kubeadm`: as documented, accepting what kubeadm writes; `documented`: exactly as documented. */
export type Profile = 'kubeadm' | 'documented';

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
  /** The steps of the upgrade for each node; empty without a target release, and if only some rules or roles were selected. */
  readonly upgrades: readonly Upgrade[];
  /** The lowest severity that makes the exit code 1. */
  readonly failOn: Severity | 'never';
  /** 0 no findings at or above `failOn`, 1 such findings, 2 usage or input error, 3 nothing to lint (with `--allow-empty`: 0). */
  readonly exitCode: 0 | 1 | 2 | 3;
  /** The nodes that were read. */
  readonly nodes: readonly ReportedNode[];
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
   * Paths of the command line that could not be linted, or not all of them. They make the exit code 2, or 3 if nothing was
   * linted. Files next to several nodes do not change it.
   */
  readonly failures: readonly FailedPath[];
}
