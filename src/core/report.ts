/** What linting yields. The JSON report is this value; `rules/schema/report.schema.json` describes it. */
import type { SubjectAltName } from './certificate.ts';

export const severities = ['error', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

export const impacts = ['outage', 'expiry', 'upgrade', 'privilege', 'deviation', 'hygiene'] as const;
export type Impact = (typeof impacts)[number];

export interface Related {
  readonly path: string;
  readonly subject: string;
  readonly message: string;
  /** Of the finding that says more about it, where there is one. */
  readonly fingerprint: string | null;
}

/** One step of a fix. */
export interface FixStep {
  /** The node where it is to be done, by name; null: somewhere else, which `intro` or the step before it says. */
  readonly on: string | null;
  /** A command is typed as it is; a note is prose. */
  readonly kind: 'command' | 'note';
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

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly impact: Impact;
  /** A role (`kube-apiserver`), an argument (`kube-apiserver --tls-cert-file`), or a path. */
  readonly subject: string;
  readonly node: string;
  /** As the node sees it. */
  readonly path: string;
  /** The file that was read. */
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
  readonly expected: string;
  readonly found: string;
  readonly related: readonly Related[];
  readonly why: string;
  /** Alternatives, the one to prefer first. */
  readonly fix: readonly Fix[];
  readonly cite: readonly { readonly title: string; readonly url: string }[];
  /** CIS Kubernetes Benchmark ids, with their edition. */
  readonly cis: readonly string[];
  /** 16 hex digits; stable over renewals; unique within a report. */
  readonly fingerprint: string;
  readonly suppressed: { readonly by: string; readonly reason: string; readonly until: string | null } | null;
}

export type ChecklistState = 'ok' | Severity | 'skipped' | 'not-applicable';

export interface ChecklistRow {
  readonly node: string;
  readonly role: string;
  readonly path: string;
  /** The role, or the subject's name, that signed it; null where it is not known or there is nothing to sign. */
  readonly signedBy: string | null;
  /** RFC 3339; the chain's earliest end; null for keys and what is absent. */
  readonly expires: string | null;
  readonly state: ChecklistState;
  /** Why, where the state is skipped or not-applicable. */
  readonly reason: string | null;
  /** Fingerprints. */
  readonly findings: readonly string[];
}

export interface InventoryItem {
  readonly node: string;
  /** null for a certificate in no role. */
  readonly role: string | null;
  readonly path: string;
  /** Within a kubeconfig: `users[kubernetes-admin].client-certificate-data`. */
  readonly entry: string | null;
  /** Position within the file, from 0. */
  readonly index: number;
  readonly kind: 'certificate' | 'authority' | 'request' | 'private-key' | 'public-key';
  readonly subject: string | null;
  readonly issuer: string | null;
  readonly serial: string | null;
  readonly notBefore: string | null;
  readonly notAfter: string | null;
  readonly daysLeft: number | null;
  readonly effectiveNotAfter: string | null;
  readonly sans: readonly SubjectAltName[];
  readonly usages: readonly string[];
  readonly key: { readonly type: string; readonly bits: number };
  readonly fingerprint256: string | null;
  readonly signedBy: string | null;
  /** `kube-apiserver --tls-cert-file` */
  readonly usedBy: readonly string[];
}

/** What a simulated handshake came to; `unknown` where an end was not seen, or only DNS or the cluster could tell. */
export type ConnectionVerdict = 'ok' | 'fail' | 'unknown';

export interface Connection {
  /** Of the client. */
  readonly node: string;
  /** A row of `rules/tables/connections.json`. */
  readonly id: string;
  readonly client: string;
  readonly server: string;
  /** What is dialled, as it is written: a URL, a host, or null where nothing is dialled. */
  readonly address: string | null;
  readonly verdict: ConnectionVerdict;
  /** In the words of the component's log where it fails; null where all is well. */
  readonly reason: string | null;
  /** What does not work without it. */
  readonly without: string;
  /** Fingerprint of the finding at its first failing link. */
  readonly cause: string | null;
}

export interface ReportedFact {
  readonly name: string;
  readonly value: string;
  readonly source: string;
}

export type NodeKind = 'control-plane' | 'worker' | 'etcd' | 'unknown';

export interface ReportedNode {
  readonly name: string;
  readonly role: NodeKind;
  readonly rootfs: string;
  readonly pki: string;
  readonly layout: string;
  readonly kubernetesVersion: string | null;
  readonly facts: readonly ReportedFact[];
}

export interface OutcomeCounts {
  readonly pass: number;
  readonly fail: number;
  readonly skip: number;
  readonly notApplicable: number;
}

export interface Skip {
  readonly rule: string;
  readonly subject: string;
  readonly node: string;
  readonly reason: string;
}

export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'pki-lint'; readonly version: string };
  /** The time of judging, RFC 3339 in UTC. */
  readonly at: string;
  readonly profile: 'kubeadm' | 'documented';
  readonly targetVersion: string | null;
  readonly failOn: Severity | 'never';
  readonly exitCode: number;
  readonly nodes: readonly ReportedNode[];
  readonly checklist: readonly ChecklistRow[];
  readonly inventory: readonly InventoryItem[];
  readonly connections: readonly Connection[];
  readonly findings: readonly Finding[];
  readonly outcomes: Readonly<Record<string, OutcomeCounts>>;
  readonly skipped: readonly Skip[];
  readonly summary: {
    readonly errors: number;
    readonly warnings: number;
    readonly infos: number;
    readonly suppressed: number;
    readonly rules: number;
    readonly files: number;
    readonly certificates: number;
    readonly arguments: number;
    readonly connections: number;
    readonly notChecked: number;
  };
  /** Paths that were needed and could not be looked at, with the reason. */
  readonly notChecked: readonly { readonly node: string; readonly path: string; readonly reason: string }[];
  /** PATHs that could not be linted at all; they make the exit code 2. */
  readonly failures: readonly { readonly path: string; readonly message: string; readonly hint: string | null }[];
}
