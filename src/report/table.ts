/** Formats a report as text: each node with its checklist and its findings, the worst first, then a summary. */
import { type Finding, impacts, type NodeKind, type Report, type ReportedNode, severities } from '../core/report.ts';
import { printable } from '../core/text.ts';
import { mostlyUnread } from '../core/unread.ts';
import { checklist } from './checklist.ts';
import { findingBlock, headings } from './finding.ts';
import { moment, wrap } from './layout.ts';
import { type Paint, painter } from './paint.ts';
import type { ReporterOptions } from './reporter.ts';
import { outcomes, summary } from './summary.ts';
import { upgradeLine } from './upgrade.ts';

const kinds: Readonly<Record<NodeKind, string>> = {
  'control-plane': 'control plane',
  worker: 'worker',
  etcd: 'etcd',
  unknown: 'role unknown',
};

/**
 * Returns the report as text. With `quiet`, it is '' if there is no error and the exit code is 0, unless most of a node
 * could not be read: silence would sound like success.
 */
export async function table(report: Report, options: ReporterOptions): Promise<string> {
  if (options.quiet && report.summary.errors === 0 && report.exitCode === 0 && mostlyUnread(report.nodes).length === 0)
    return '';
  const paint = painter(options.color);
  const parts: string[] = [];
  for (const node of report.nodes) parts.push(...(await nodeParts(node, report, options, paint)));
  const named = new Set(report.nodes.map((node) => node.name));
  const ofOtherNodes = report.findings.filter((finding) => !named.has(finding.node));
  parts.push(...findingParts(ofOtherNodes, options, paint));
  if (options.verbose) parts.push(...(await outcomes(report, options.width, paint)));
  parts.push(summary(report, options, paint));
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

async function nodeParts(
  node: ReportedNode,
  report: Report,
  options: ReporterOptions,
  paint: Paint,
): Promise<string[]> {
  const findings = findingParts(
    report.findings.filter((finding) => finding.node === node.name),
    options,
    paint,
  );
  if (options.quiet && findings.length === 0) return [];
  const head = headline(node, report, options.width, paint);
  const steps = upgradeLine(report, node.name, options.width, paint);
  return options.quiet
    ? [head, ...findings]
    : [head, steps, await checklist(node, report, options, paint), ...findings];
}

/** Returns the line about a node: its name, kind, version and layout, and the time of judging. */
export function headline(node: ReportedNode, report: Report, width: number, paint: Paint): string {
  const parts = [
    node.name,
    kinds[node.role],
    node.kubernetesVersion === null ? 'Kubernetes version unknown' : `Kubernetes ${node.kubernetesVersion}`,
    `${node.layout} layout`,
    ...(report.profile === 'documented' ? ['judged by the page to the letter'] : []),
    `as of ${moment(report.at)}`,
    ...(report.targetVersion === null ? [] : [`before an upgrade to ${report.targetVersion}`]),
  ];
  return wrap(parts.map((part) => printable(part)).join(' · '), width)
    .map((line) => paint('bold', line))
    .join('\n');
}

function findingParts(findings: readonly Finding[], options: ReporterOptions, paint: Paint): string[] {
  const shown = worstFirst(findings.filter((finding) => options.verbose || finding.suppressed === null));
  if (options.quiet) return shown.filter(isError).map((finding) => findingBlock(finding, options, paint));
  const blocks = shown.filter((finding) => finding.severity !== 'info');
  const infos = shown.filter((finding) => finding.severity === 'info');
  return [...blocks.map((finding) => findingBlock(finding, options, paint)), headings(infos, options, paint)].filter(
    (part) => part !== '',
  );
}

function isError(finding: Finding): boolean {
  return finding.severity === 'error';
}

/** Returns the findings sorted by severity, then by impact. Equal ones keep their order. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (one, other) =>
      severities.indexOf(one.severity) - severities.indexOf(other.severity) ||
      impacts.indexOf(one.impact) - impacts.indexOf(other.impact),
  );
}
