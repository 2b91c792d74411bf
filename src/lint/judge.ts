/** One node from facts to findings. */

import type { NodeFile, ScannedNode } from '../core/artifact.ts';
import {
  type ChecklistRow,
  type Finding,
  type InventoryItem,
  impacts,
  type OutcomeCounts,
  type ReportedNode,
  type Severity,
  type Skip,
  severities,
} from '../core/report.ts';
import type { Facts, GivenFacts } from '../model/facts/facts.ts';
import { findConnections } from '../model/handshake/index.ts';
import { buildPki, type Judging, type Pki } from '../model/roles/pki.ts';
import { seenOfFile, unseenReason } from '../model/roles/source.ts';
import { buildChecklist } from './checklist.ts';
import type { CommandFor } from './command.ts';
import { deadOf, type JudgedConnections, judgeConnections } from './connections.ts';
import { composeFinding } from './finding.ts';
import { buildInventory } from './inventory.ts';
import { countOutcomes, type Failure, type Run, runRules, skipsOf } from './run.ts';
import { type Selection, select } from './selection.ts';

export interface Judgement {
  readonly node: ReportedNode;
  readonly checklist: readonly ChecklistRow[];
  readonly inventory: readonly InventoryItem[];
  readonly findings: readonly Finding[];
  readonly fingerprints: ReadonlyMap<Failure, string>;
  readonly outcomes: Readonly<Record<string, OutcomeCounts>>;
  readonly skipped: readonly Skip[];
  readonly notChecked: readonly NotChecked[];
  readonly files: number;
  readonly arguments: number;
}

/** What ran over a node, and what became of the connections of all of them. */
export interface Ran {
  readonly pki: Pki;
  readonly run: Run;
  /** What does not fail today. */
  readonly ahead: readonly Failure[];
  readonly connections: JudgedConnections;
  readonly commandFor: CommandFor;
}

/** Words for what failed on one node. `taken` holds the fingerprints of the nodes before it. */
export function judgeNode(
  { pki, run, ahead, connections, commandFor }: Ran,
  selection: Selection,
  taken: Set<string>,
): Judgement {
  const failures = [...failuresOf(pki, run, connections), ...ahead];
  const told = failures
    .filter(({ rule, subject }) => selection.rule(rule) && selection.role(subject.role))
    .map((failure) => ({
      failure,
      role: failure.subject.role,
      finding: composeFinding(
        failure,
        failure.ahead?.dead ?? deadOf(connections, failure),
        severityOf(failure, selection),
        { taken, commandFor },
      ),
    }));
  const ofConnections = connections.outcomes.flatMap((one) => (one.pki === pki ? one.outcome : []));
  const outcomes = [...run.outcomes, ...ofConnections].filter((outcome) => selection.role(outcome.subject.role));
  return {
    node: reportedNode(pki),
    checklist: buildChecklist(pki, told).filter((row) => selection.role(row.role)),
    inventory: buildInventory(pki),
    findings: told.map((one) => one.finding).sort(byWeight),
    fingerprints: new Map(told.map(({ failure, finding }) => [failure, finding.fingerprint])),
    outcomes: countOutcomes(outcomes),
    skipped: skipsOf(outcomes, pki.name),
    notChecked: notCheckedOf(pki),
    files: [...pki.node.files.values()].filter((file) => file.state === 'file').length,
    arguments: pki.slots.filter((slot) => slot.argument !== undefined).length,
  };
}

/** What fails on one node today. */
export function failuresOf(pki: Pki, run: Run, connections: JudgedConnections): readonly Failure[] {
  return [...run.failures, ...connections.failures.filter((failure) => failure.pki === pki)];
}

/** As the user grades it; what nobody is sure of is a warning at most. */
function severityOf({ rule, ahead }: Failure, selection: Selection): Severity {
  const severity = selection.severity(rule);
  return severity === 'error' && ahead?.doubtful ? 'warning' : severity;
}

/** Worst first: severity, impact, then path, subject and rule, so that the order never depends on the scan. */
export function byWeight(one: Finding, other: Finding): number {
  return (
    severities.indexOf(one.severity) - severities.indexOf(other.severity) ||
    impacts.indexOf(one.impact) - impacts.indexOf(other.impact) ||
    // Of an authority hangs everything that it signed.
    Number(other.rule.startsWith('authority/')) - Number(one.rule.startsWith('authority/')) ||
    compareText(one.node, other.node) ||
    compareText(one.path, other.path) ||
    (one.line ?? 0) - (other.line ?? 0) ||
    compareText(one.subject, other.subject) ||
    compareText(one.rule, other.rule) ||
    compareText(one.fingerprint, other.fingerprint)
  );
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** Names of facts as people say them, in the order of the report. */
const factNames: Readonly<Record<keyof Facts, string>> = {
  nodeName: 'node name',
  nodeIps: 'node IPs',
  advertiseAddress: 'advertise address',
  serviceCidrs: 'service CIDRs',
  dnsDomain: 'DNS domain',
  controlPlaneEndpoint: 'control-plane endpoint',
  sans: 'SANs',
  kubernetesVersion: 'Kubernetes version',
  etcd: 'etcd',
};

function reportedNode(pki: Pki): ReportedNode {
  const release = pki.facts.kubernetesVersion?.value;
  const names = Object.keys(factNames) as (keyof Facts)[];
  return {
    name: pki.name,
    role: pki.kind,
    rootfs: pki.node.rootfs,
    pki: pki.node.pki,
    layout: 'kubeadm',
    kubernetesVersion: release === undefined ? null : `v${release}`,
    facts: names.flatMap((name) => {
      const fact = pki.facts[name];
      return fact === undefined ? [] : [{ name: factNames[name], value: String(fact.value), source: fact.source }];
    }),
  };
}

export interface NotChecked {
  readonly node: string;
  readonly path: string;
  readonly reason: string;
}

/** Paths that were needed, each once, in order. */
export function notCheckedOf(pki: Pki): readonly NotChecked[] {
  const reasons = new Map<string, string>();
  const add = (path: string, file: NodeFile | undefined, reason = unseenReason(file)) => reasons.set(path, reason);
  for (const file of pki.node.files.values()) if (file.state === 'unreadable') add(file.path, file);
  for (const path of pki.uses.keys()) {
    const file = pki.node.files.get(path);
    if (seenOfFile(file) === 'unseen') add(path, file);
  }
  for (const role of pki.roles) {
    if (role.applies.answer === 'yes' && role.seen === 'unseen') add(role.path, role.file, role.reason);
    if (role.applies.answer === 'unknown') reasons.set(role.recommended, role.applies.reason);
  }
  for (const slot of pki.slots) {
    const { problem, argument } = slot;
    if (problem && problem.kind !== 'not-mounted' && argument)
      reasons.set(argument.value ?? argument.spelled, problem.reason);
  }
  if (pki.kind === 'control-plane' && pki.node.components.length === 0) {
    const path = '/etc/kubernetes/manifests';
    if (seenOfFile(pki.node.files.get(path)) === 'unseen') add(path, pki.node.files.get(path));
  }
  return [...reasons].sort().map(([path, reason]) => ({ node: pki.name, path, reason }));
}

export interface Judged {
  readonly pki: Pki;
  readonly findings: readonly Finding[];
  readonly ofRole: (role: string) => readonly Finding[];
}

/** Judges one node by every rule. */
export function judge(node: ScannedNode, facts: GivenFacts, judging: Judging, commandFor: CommandFor): Judged {
  const pki = buildPki(node, facts, judging);
  const all = () => true;
  const run = runRules(pki, all);
  const connections = judgeConnections(findConnections(pki, [pki]), run.failures, all);
  const { findings, checklist } = judgeNode(
    { pki, run, ahead: [], connections, commandFor },
    select({}, []),
    new Set(),
  );
  const byFingerprint = new Map(findings.map((finding) => [finding.fingerprint, finding]));
  const byRole = new Map(
    checklist.map((row) => [row.role, row.findings.flatMap((fingerprint) => byFingerprint.get(fingerprint) ?? [])]),
  );
  return { pki, findings, ofRole: (role) => byRole.get(role) ?? [] };
}
