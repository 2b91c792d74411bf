/** The report of one node: findings, checklist and inventory. */

import { layoutOption } from '../../artifact/layout.ts';
import type { Collection } from '../../artifact/node.ts';
import { compareText } from '../../core/text.ts';
import { timeOf } from '../../core/time.ts';
import { factNames, factOptions } from '../../model/facts/fact-options.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { unreadableOf } from '../../model/roles/source.ts';
import { whyNotCompared } from '../../model/running/not-compared.ts';
import type { ChecklistRow } from '../../results/checklist.ts';
import { type Finding, impacts, type Severity, severities } from '../../results/finding.ts';
import type { InventoryItem } from '../../results/inventory.ts';
import type { UncheckedPath } from '../../results/outcome.ts';
import type { CollectedNode, ReportedNode } from '../../results/reported-node.ts';
import type { Upgrade } from '../../results/upgrade.ts';
import { leads } from '../../settings/never-excused.ts';
import { findRule } from '../../tables/catalog.ts';
import { authorityFor, servingCa } from '../../tables/layouts/authorities.ts';
import { brokenConnections, type JudgedConnections } from '../rules/connections.ts';
import type { Failure } from '../rules/failure.ts';
import type { Group } from '../rules/groups.ts';
import type { NodeRun } from '../rules/run-nodes.ts';
import type { Selection } from '../rules/selection.ts';
import type { Tally } from '../rules/tally.ts';
import { upgradeSteps } from '../rules/upgrade-steps.ts';
import { buildChecklist } from './checklist.ts';
import { composeFinding, type Naming, rankOf } from './finding.ts';
import { buildInventory } from './inventory.ts';
import { judgedOf, missingPartsOf } from './looked-at.ts';
import { notCheckedOf } from './not-checked.ts';

/** The report of one node. */
export interface Judgement {
  readonly pki: Pki;
  readonly node: ReportedNode;
  readonly checklist: readonly ChecklistRow[];
  readonly inventory: readonly InventoryItem[];
  readonly findings: readonly Finding[];
  /** Fingerprints by failure, by which connections name their causes. */
  readonly fingerprints: ReadonlyMap<Failure, string>;
  /** undefined without a target release. */
  readonly upgrade: Upgrade | undefined;
  readonly outcomes: Tally;
  readonly notChecked: readonly UncheckedPath[];
  readonly files: number;
}

/** What the nodes of one run share. */
export interface JudgementContext extends Naming {
  readonly connections: JudgedConnections;
  readonly selection: Selection;
  /** Which failures of a node are reported together. */
  readonly groupsOf: (failures: readonly Failure[]) => readonly Group[];
}

/** Reports what fails on one node today and, in `upcoming`, after an upgrade. */
export function composeJudgement(run: NodeRun, upcoming: readonly Failure[], context: JudgementContext): Judgement {
  const { pki } = run;
  const { connections, selection } = context;
  const reported = context.groupsOf(selectedFailures(run, upcoming, selection)).flatMap((group) => {
    const failures = [group.cause, ...group.members];
    const broken = group.cause.preview?.broken ?? brokenConnections(connections, failures);
    const finding = composeFinding(group, broken, (failure) => severityOf(failure, selection), context);
    return failures.map((failure) => ({ failure, role: rowOf(failure), finding }));
  });
  const inventory = buildInventory(pki);
  return {
    pki,
    node: reportedNode(pki, inventory),
    checklist: buildChecklist(pki, reported).filter((row) => selection.role(row.role)),
    inventory,
    findings: [...new Set(reported.map((one) => one.finding))].sort(byWeight),
    fingerprints: new Map(reported.map(({ failure, finding }) => [failure, finding.fingerprint])),
    upgrade: upgradeSteps(pki, reported),
    outcomes: run.outcomes,
    notChecked: notCheckedOf(pki),
    files: [...pki.node.files.values()].filter((file) => file.state === 'file').length,
  };
}

/** The row of the tables that a failure is about: also that of a key which no flag names, such as `etcd/ca.key`. */
function rowOf({ subject, problem, pki }: Failure): string | undefined {
  if (subject.role !== undefined) return subject.role;
  const { path } = problem.at;
  const owner = [...pki.authorities, ...pki.roles].find(({ key }) => key?.path === path);
  return owner?.id;
}

/** Returns the failures of a node that are to be reported. */
export function selectedFailures(
  { failures }: Pick<NodeRun, 'failures'>,
  upcoming: readonly Failure[],
  selection: Selection,
): readonly Failure[] {
  return [...failures, ...upcoming].filter(
    ({ rule, subject, pki }) => selection.rule(rule, pki) && selection.role(subject.role),
  );
}

/** The severity that the user selected; at most a warning if it is uncertain that it fails. */
function severityOf({ rule, preview, pki }: Failure, selection: Selection): Severity {
  const severity = selection.severity(rule, pki);
  return severity === 'error' && preview?.uncertain ? 'warning' : severity;
}

/**
 * Sorts by severity and impact, then by what breaks, by path, subject and rule, so that the order does not depend on
 * the scan.
 */
export function byWeight(one: Finding, other: Finding): number {
  return (
    Number(leads(other)) - Number(leads(one)) ||
    severities.indexOf(one.severity) - severities.indexOf(other.severity) ||
    weightOf(one) - weightOf(other) ||
    Number(isFirst(other)) - Number(isFirst(one)) ||
    byBreaks(one.breaks, other.breaks) ||
    compareText(one.node, other.node) ||
    compareText(one.path, other.path) ||
    one.line - other.line ||
    one.column - other.column ||
    compareText(one.subject, other.subject) ||
    compareText(one.rule, other.rule) ||
    compareText(one.fingerprint, other.fingerprint)
  );
}

/**
 * The place of the impact. What is on no node comes after nodes: objects can only be changed while the API server runs,
 * so also after certificates that have expired and stop it.
 */
function weightOf({ impact, node, breaks }: Finding): number {
  const place = impacts.indexOf(impact);
  if (node === '') return place + 0.5;
  return impact === 'expiry' && breaks.length > 0 ? impacts.indexOf('outage') + 0.25 : place;
}

/** What breaks the API server's connection to etcd comes before what breaks those of others. */
function byBreaks(one: readonly string[], other: readonly string[]): number {
  const [first, second] = [rankOf(one), rankOf(other)];
  return first === second ? 0 : first - second;
}

/** Findings about authorities, on which all that they signed depends, and about which manifest runs. */
function isFirst({ rule }: Finding): boolean {
  return findRule(rule)?.first === true;
}

function reportedNode(pki: Pki, inventory: readonly InventoryItem[]): ReportedNode {
  const release = pki.facts.kubernetesVersion?.value;
  const unreadable = unreadableOf(pki);
  const { leftOut = [] } = pki.node;
  const [missing, ...others] = missingPartsOf(pki);
  const notCompared = whyNotCompared(pki);
  return {
    name: pki.name,
    isNamed: pki.facts.nodeName !== undefined,
    role: pki.kind,
    rootfs: pki.node.rootfs,
    pki: pki.node.pki,
    layout: pki.layout.name,
    kubernetesVersion: release === undefined ? null : `v${release}`,
    clusterCa: authorityFor(servingCa, pki)?.certificates[0]?.fingerprint256 ?? null,
    facts: [
      { name: 'layout', value: pki.layout.name, source: layoutSource(pki) },
      ...factNames.flatMap((name) => {
        const fact = pki.facts[name];
        const { label } = factOptions[name];
        return fact === undefined ? [] : [{ name: label, value: String(fact.value), source: fact.source }];
      }),
    ],
    ...(leftOut.length > 0 && { leftOut }),
    ...(pki.node.collected && { collected: reportedCopy(pki.node.collected) }),
    ...(isPkiFolder(pki) && { pkiOnly: true as const }),
    judged: judgedOf(pki, inventory),
    ...(missing && { notLookedAt: [missing, ...others] }),
    ...(notCompared && { notCompared }),
    ...(unreadable.paths === 0 ? {} : { unreadable }),
  };
}

const reportedCopy = ({ at, version, host, withheld }: Collection): CollectedNode => ({
  at: timeOf(at),
  version,
  ...(host && { host }),
  ...(withheld.length > 0 && { withheld }),
});

/** Why a node has its layout: an option, its signs, or that it has signs of no other. */
const layoutSource = ({ judging, node }: Pki): string =>
  judging.layout === undefined ? (node.shownBy ?? 'no sign of another layout') : layoutOption;

/** Whether the path that was given is the folder of certificates itself. */
function isPkiFolder({ node: { beyondPki, files, pki, rootfs } }: Pki): boolean {
  // At the top of an archive it ends with `!/`.
  return !beyondPki && files.get(pki)?.file.replace(/!?\/$/, '') === rootfs;
}
