/** What linting yields. The JSON report is this value; `rules/schema/report.schema.json` is generated from it. */
import type { Connection } from './connection.ts';
import type { Fingerprint, Ordinal, RuleId, Timestamp } from './formats.ts';
import type { InventoryItem } from './inventory.ts';
import type { FailedPath, OutcomeCounts, Skip, Summary, UncheckedPath } from './outcome.ts';

export const severities = ['error', 'warning', 'info'] as const;
/**
 * error: something fails now, or someone gets in who does not belong; warning: it works today, but deviates, grants too
 * much or expires soon; info: hygiene.
 */
export type Severity = (typeof severities)[number];

export const impacts = ['outage', 'expiry', 'upgrade', 'privilege', 'deviation', 'hygiene'] as const;
/** What it is about, the worst first. */
export type Impact = (typeof impacts)[number];

/** A consequence. */
export interface Related {
  /** Path on the node. */
  readonly path: string;
  /** What suffers. */
  readonly subject: string;
  /** How it shows. */
  readonly message: string;
  /** Of the finding that says more about it, where there is one. */
  readonly fingerprint: Fingerprint | null;
}

/** One step of a fix. */
export interface FixStep {
  /** The node where it is to be done, by name; null: somewhere else, which `intro` or the step before it says. */
  readonly on: string | null;
  /** A command is typed as it is; a note is prose. */
  readonly kind: 'command' | 'note';
  /** The command without the words around it, or the note. */
  readonly text: string;
  /** A few words that introduce a command: where, when, or what for. */
  readonly intro: string | null;
  /** What a reader should know of a command: a condition, or what follows from it. */
  readonly comment: string | null;
  /** Whether a command changes files or objects of the cluster; one that only shows or restarts does not. Of a note always false. */
  readonly writes: boolean;
}

/** The steps of one alternative, in their order. */
export type Fix = readonly FixStep[];

/** A source. */
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

/** A waiver. */
export interface Waiver {
  /** Which file or option waived it. */
  readonly by: string;
  /** Why. */
  readonly reason: string;
  /** The last day on which the waiver holds; null for good. */
  readonly until: string | null;
}

/** Something that is wrong or worth knowing. */
export interface Finding {
  readonly rule: RuleId;
  readonly severity: Severity;
  readonly impact: Impact;
  /** A role (`kube-apiserver`), an argument (`kube-apiserver --tls-cert-file`), or a path. */
  readonly subject: string;
  /** Name of the node. */
  readonly node: string;
  /** Path on the node. */
  readonly path: string;
  /** The file that was read, relative to the working directory, or `archive!/path`. */
  readonly file: string;
  /** Line in the file, from 1. */
  readonly line: Ordinal | null;
  /** Column in the line, from 1. */
  readonly column: Ordinal | null;
  /** What is wrong, with what was found and what was wanted. */
  readonly message: string;
  /** What was wanted. */
  readonly expected: string;
  /** What was found. */
  readonly found: string;
  /** What follows from it. */
  readonly related: readonly Related[];
  /** Why it matters. */
  readonly why: string;
  /** Alternatives, the one to prefer first. */
  readonly fix: readonly Fix[];
  /** Who says so. */
  readonly cite: readonly CitedSource[];
  /** Ids in the CIS Kubernetes Benchmark, with their edition. */
  readonly cis: readonly string[];
  /** Stable over renewals, unique within the report. */
  readonly fingerprint: Fingerprint;
  /** Who waived it and why; null where it counts. */
  readonly suppressed: Waiver | null;
}

export type ChecklistState = 'ok' | Severity | 'skipped' | 'not-applicable';

/** A row of the documented tables. */
export interface ChecklistRow {
  /** Name of the node. */
  readonly node: string;
  /** The role: a certificate, an authority, a key pair, a kubeconfig. */
  readonly role: string;
  /** Path on the node. */
  readonly path: string;
  /** The role, or the name, of what signed it; null where that is not known or there is nothing to sign. */
  readonly signedBy: string | null;
  /** The earliest end in its chain; null for keys and for what is absent. */
  readonly expires: Timestamp | null;
  /** How it stands: the worst of its findings, or why there is none. */
  readonly state: ChecklistState;
  /** Why, where the state is `skipped` or `not-applicable`. */
  readonly reason: string | null;
  /** Fingerprints of its findings. */
  readonly findings: readonly Fingerprint[];
}

/** What is known about a node. */
export interface ReportedFact {
  /** What it is. */
  readonly name: string;
  /** Its value. */
  readonly value: string;
  /** Where it came from. */
  readonly source: string;
}

/** What a node is. */
export type NodeKind = 'control-plane' | 'worker' | 'etcd' | 'unknown';

/** A node. */
export interface ReportedNode {
  /** Its name, or the root as given where it is not known. */
  readonly name: string;
  readonly role: NodeKind;
  /** Root of its file system as given. */
  readonly rootfs: string;
  /** The PKI root as the node sees it. */
  readonly pki: string;
  /** Whose layout it follows, such as `kubeadm`. */
  readonly layout: string;
  /** Release of its components, where it is known. */
  readonly kubernetesVersion: string | null;
  /** What is known about it. */
  readonly facts: readonly ReportedFact[];
}

/** The program that wrote it. */
export interface Tool {
  /** Always `pki-lint`. */
  readonly name: 'pki-lint';
  /** Its version. */
  readonly version: string;
}

/** `kubeadm`: the documentation, or what kubeadm writes; `documented`: the documentation to the letter. */
export type Profile = 'kubeadm' | 'documented';

/**
 * What `pki-lint --format json` writes. `path` is always the path as the node sees it, `file` the file that was read; no
 * private key material is ever part of it.
 *
 * @title Report of pki-lint
 */
export interface Report {
  /** Changes with every incompatible change of this schema. */
  readonly schemaVersion: 1;
  readonly tool: Tool;
  /** The time of judging. */
  readonly at: Timestamp;
  readonly profile: Profile;
  /** The Kubernetes release that an upgrade is to reach, where one was given. */
  readonly targetVersion: string | null;
  /** The least severity that makes the exit code 1. */
  readonly failOn: Severity | 'never';
  /** 0 fine, 1 findings at or above `failOn`, 2 could not do it, 3 nothing to lint. */
  readonly exitCode: 0 | 1 | 2 | 3;
  /** The nodes that were read. */
  readonly nodes: readonly ReportedNode[];
  /** Every row of the documented tables, on every node. */
  readonly checklist: readonly ChecklistRow[];
  /** Every certificate, request and key that was read. */
  readonly inventory: readonly InventoryItem[];
  /** Who dials whom, and whether the handshake succeeds by the files at hand. */
  readonly connections: readonly Connection[];
  /** What is wrong or worth knowing. */
  readonly findings: readonly Finding[];
  /** How often each rule passed, failed, was skipped and did not apply, by rule id. */
  readonly outcomes: Readonly<Record<RuleId, OutcomeCounts>>;
  /** Checks that could not be made. */
  readonly skipped: readonly Skip[];
  readonly summary: Summary;
  /** Paths that were needed and could not be looked at. */
  readonly notChecked: readonly UncheckedPath[];
  /** Arguments that could not be linted at all; they make the exit code 2. */
  readonly failures: readonly FailedPath[];
}
